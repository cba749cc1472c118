import { useEffect, useState } from "react";
import { useTexts } from "../texts";

/**
 * Takes pictures dropped anywhere on the page or pasted into it.
 *
 * @param onFiles Is given the files, at least one.
 * @param onNone Is given what to say where something came that holds no file; null where nothing
 *   is to be said.
 * @returns Whether something is being dragged over the page.
 */
export function useDropAndPaste(
  onFiles: (files: readonly File[]) => void,
  onNone: ((words: string) => void) | null,
): boolean {
  const words = useTexts().check.choose;
  const [dragging, setDragging] = useState(false);

  useEffect(() => {
    // What is dragged from this page itself, a link for example, is none of our business.
    let ours = false;
    const over = (event: DragEvent) => {
      if (!ours && holdsSomething(event.dataTransfer)) {
        event.preventDefault();
        setDragging(true);
      }
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) {
        setDragging(false);
      }
    };
    const drop = (event: DragEvent) => {
      setDragging(false);
      if (ours || !holdsSomething(event.dataTransfer)) {
        return;
      }
      event.preventDefault();
      give(event.dataTransfer, words.noFile);
    };
    const paste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement) {
        return;
      }
      give(event.clipboardData, words.nothingToPaste);
    };
    const give = (data: DataTransfer | null, otherwise: string) => {
      const files = [...(data?.files ?? [])];
      if (files.length > 0) {
        onFiles(files);
      } else {
        onNone?.(otherwise);
      }
    };
    const listening = new AbortController();
    const options = { signal: listening.signal };
    window.addEventListener("dragstart", () => (ours = true), options);
    window.addEventListener("dragend", () => (ours = false), options);
    window.addEventListener("dragenter", over, options);
    window.addEventListener("dragover", over, options);
    window.addEventListener("dragleave", leave, options);
    window.addEventListener("drop", drop, options);
    window.addEventListener("paste", paste, options);
    return () => listening.abort();
  }, [onFiles, onNone, words]);

  return dragging;
}

/** Files, or a picture or link of another page: what a browser would leave this page for. */
function holdsSomething(data: DataTransfer | null): boolean {
  return data !== null && ["Files", "text/uri-list"].some((type) => data.types.includes(type));
}
