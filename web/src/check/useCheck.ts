import { useCallback, useRef, useState } from "react";
import { ApiFailure, detect } from "../api/client";
import type { Report } from "../api/types";

/** A picture that the user gave, and an address under which the page can show it. */
export interface Picture {
  readonly file: File;
  readonly url: string;
}

export type Check =
  | { readonly step: "idle" }
  | { readonly step: "busy"; readonly picture: Picture }
  | { readonly step: "done"; readonly picture: Picture; readonly report: Report }
  | { readonly step: "failed"; readonly picture: Picture; readonly failure: ApiFailure };

/** The one check that the page is at. A new one, or cancelling, ends the one under way. */
export function useCheck() {
  const [check, setCheck] = useState<Check>({ step: "idle" });
  const running = useRef<AbortController>(null);
  const shown = useRef<Picture>(null);

  const show = useCallback((file: File | null): Picture | null => {
    if (shown.current?.file !== file) {
      if (shown.current !== null) {
        URL.revokeObjectURL(shown.current.url);
      }
      shown.current = file && { file, url: URL.createObjectURL(file) };
    }
    return shown.current;
  }, []);

  const start = useCallback(
    async (file: File, model: string | null) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const picture = show(file);
      if (picture === null) {
        return;
      }
      setCheck({ step: "busy", picture });
      try {
        const report = await detect(file, model, controller.signal);
        if (!controller.signal.aborted) {
          setCheck({ step: "done", picture, report });
        }
      } catch (error) {
        if (!controller.signal.aborted) {
          const failure = error instanceof ApiFailure ? error : new ApiFailure("", String(error));
          setCheck({ step: "failed", picture, failure });
        }
      }
    },
    [show],
  );

  const cancel = useCallback(() => {
    running.current?.abort();
    show(null);
    setCheck({ step: "idle" });
  }, [show]);

  return { check, start, cancel };
}
