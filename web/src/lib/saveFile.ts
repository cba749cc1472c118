/** Milliseconds after which a browser has surely begun to read the file. */
const READ = 10_000;

/** Gives the reader a file, as a download of this name. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ);
}
