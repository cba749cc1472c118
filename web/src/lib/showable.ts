/** The types that phones save pictures in, and most browsers cannot show. */
const UNSHOWN = /^image\/hei[cf]|\.(heic|heif|hif)$/i;

/** Whether browsers can show a picture, by what is known of it without reading it. */
export function isShowable(file: File): boolean {
  return !UNSHOWN.test(file.type || file.name);
}
