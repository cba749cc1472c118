import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, getFile, getSaved, validateFace } from "../api/client";
import type { SavedCheck } from "../api/types";
import type { Picture } from "../check/queue";
import { isShowable } from "../lib/showable";

/** An address at which there is no picture. */
const NOTHING = "data:,";

export type Opened =
  | { readonly step: "loading" }
  | { readonly step: "failed"; readonly failure: ApiFailure }
  | {
      readonly step: "open";
      readonly saved: SavedCheck;
      readonly picture: Picture;
      /** Whether the picture itself is there. */
      readonly whole: boolean;
    };

/** A saved check, and its picture as a file, to be shown and to be checked again. */
export function useSavedCheck(id: string) {
  const [opened, setOpened] = useState<Opened>({ step: "loading" });
  const running = useRef<AbortController>(null);
  const url = useRef(NOTHING);

  const load = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setOpened({ step: "loading" });
    try {
      const saved = await getSaved(id, controller.signal);
      const file = await pictureOf(saved, controller.signal);
      if (controller.signal.aborted) {
        return;
      }
      URL.revokeObjectURL(url.current);
      url.current = file ? await addressOf(file, controller.signal) : NOTHING;
      if (controller.signal.aborted) {
        return;
      }
      const name = saved.entry.name ?? "";
      const picture = { file: file ?? new File([], name), name, url: url.current };
      setOpened({ step: "open", saved, picture, whole: file !== null });
    } catch (error) {
      if (!controller.signal.aborted) {
        setOpened({ step: "failed", failure: asFailure(error) });
      }
    }
  }, [id]);

  useEffect(() => {
    load();
    return () => {
      running.current?.abort();
      URL.revokeObjectURL(url.current);
    };
  }, [load]);
  return { opened, load };
}

/** Where the page can show a picture: the server makes a copy where the browser cannot. */
async function addressOf(file: File, signal: AbortSignal): Promise<string> {
  if (isShowable(file)) {
    return URL.createObjectURL(file);
  }
  try {
    return (await validateFace(file, signal, true)).preview ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Null where the picture cannot be had: what was said of it is worth showing all the same. */
async function pictureOf(saved: SavedCheck, signal: AbortSignal): Promise<File | null> {
  try {
    const blob = await getFile(saved.entry.picture, signal);
    return new File([blob], saved.entry.name ?? "", { type: blob.type });
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
