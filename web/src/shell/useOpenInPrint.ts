import { useEffect } from "react";

/** Opens what is folded away while the page is printed: paper cannot be clicked. */
export function useOpenInPrint(): void {
  useEffect(() => {
    let opened: HTMLDetailsElement[] = [];
    const open = () => {
      opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
      for (const one of opened) {
        one.open = true;
      }
    };
    const close = () => {
      for (const one of opened) {
        one.open = false;
      }
    };
    const listening = new AbortController();
    window.addEventListener("beforeprint", open, { signal: listening.signal });
    window.addEventListener("afterprint", close, { signal: listening.signal });
    return () => listening.abort();
  }, []);
}
