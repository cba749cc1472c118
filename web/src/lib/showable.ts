/** Types that are read and that most browsers cannot show: those of phones, and TIFF. */
const UNSHOWN = /^image\/(hei[cf]|tiff)|\.(heic|heif|hif|tiff?)$/i;

/** Whether browsers can show a picture, by what is known of it without reading it. */
export function isShowable(file: File): boolean {
  return !UNSHOWN.test(file.type || file.name);
}
