import { useEffect, useState } from "react";
import { getFile } from "./client";
import { storedToken } from "./token";

/**
 * An address under which the page can show a picture that the server keeps. Browsers send no token
 * with pictures, so where there is one the page fetches the picture itself.
 *
 * @param url Address of the picture on this server; null for none.
 * @returns Null until there is something to show.
 */
export function useServedPicture(url: string | null): string | null {
  const [fetched, setFetched] = useState<{ readonly of: string; readonly as: string } | null>(null);
  const direct = url !== null && storedToken() === null;
  useEffect(() => {
    if (url === null || direct) {
      return;
    }
    const controller = new AbortController();
    let made = "";
    getFile(url, controller.signal).then(
      (blob) => {
        made = URL.createObjectURL(blob);
        setFetched({ of: url, as: made });
      },
      () => undefined,
    );
    return () => {
      controller.abort();
      URL.revokeObjectURL(made);
    };
  }, [url, direct]);
  return direct ? url : fetched?.of === url ? fetched.as : null;
}
