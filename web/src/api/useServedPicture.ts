import { type RefObject, useEffect, useState } from "react";
import { getFile } from "./client";
import { storedToken } from "./token";

/** An address at which there is no picture. */
const NOTHING = "data:,";

/** How far from the window a picture is fetched already. */
const NEAR = "400px";

/**
 * An address under which the page can show a picture that the server keeps. Browsers send no token
 * with pictures, so where there is one the page fetches the picture itself, once its place comes
 * near the window.
 *
 * @param url Address of the picture on this server.
 * @param place The element where it is to be shown.
 * @returns Null until there is something to show; where it cannot be had, an address without any.
 */
export function useServedPicture(url: string, place: RefObject<Element | null>): string | null {
  const [fetched, setFetched] = useState<{ readonly of: string; readonly as: string } | null>(null);
  const direct = storedToken() === null;
  useEffect(() => {
    if (direct || place.current === null) {
      return;
    }
    const controller = new AbortController();
    let made = "";
    const load = async () => {
      try {
        const blob = await getFile(url, controller.signal);
        made = URL.createObjectURL(blob);
        setFetched({ of: url, as: made });
      } catch {
        if (!controller.signal.aborted) {
          setFetched({ of: url, as: NOTHING });
        }
      }
    };
    const watching = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) {
          watching.disconnect();
          void load();
        }
      },
      { rootMargin: NEAR },
    );
    watching.observe(place.current);
    return () => {
      watching.disconnect();
      controller.abort();
      URL.revokeObjectURL(made);
    };
  }, [url, direct, place]);
  return direct ? url : fetched?.of === url ? fetched.as : null;
}
