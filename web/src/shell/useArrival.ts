import { type RefObject, useEffect, useRef } from "react";
import { usePath } from "./router";

/**
 * Moves the focus to the content whenever another page of the shell is shown, so that keyboards and
 * screen readers go on from there. The first page of a visit is left as the browser shows it.
 */
export function useArrival(content: RefObject<HTMLElement | null>): void {
  const path = usePath();
  const last = useRef(path);
  useEffect(() => {
    if (last.current !== path) {
      last.current = path;
      content.current?.focus({ preventScroll: true });
    }
  }, [path, content]);
}
