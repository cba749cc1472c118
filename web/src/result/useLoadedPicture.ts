import { useEffect, useState } from "react";
import type { Report } from "../api/types";
import { agrees } from "../lib/geometry";

/** A picture as the browser decodes it; `failed` where it cannot, null until that is known. */
export type Loaded = HTMLImageElement | "failed" | null;

/**
 * Decodes a picture.
 *
 * @param facts What the server says of it: a picture that the browser turns otherwise, so that the
 *   outlines would be astray, counts as failed too.
 */
export function useLoadedPicture(url: string, facts?: Report["image"]): Loaded {
  const [settled, settle] = useState<{ readonly url: string; readonly outcome: Loaded } | null>(
    null,
  );
  useEffect(() => {
    const image = new Image();
    image.onload = () => settle({ url, outcome: image });
    image.onerror = () => settle({ url, outcome: "failed" });
    image.src = url;
    return () => {
      image.onload = null;
      image.onerror = null;
    };
  }, [url]);

  const outcome = settled?.url === url ? settled.outcome : null;
  const astray = outcome instanceof HTMLImageElement && facts && !agrees(outcome, facts);
  return astray ? "failed" : outcome;
}
