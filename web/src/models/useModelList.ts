import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, listModels } from "../api/client";
import type { ModelList } from "../api/types";

/** The models that the server has; `list` is null while it is not there, `failure` says why. */
export function useModelList() {
  const [list, setList] = useState<ModelList | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setFailure(null);
    listModels(controller.signal).then(setList, (error) => {
      if (!controller.signal.aborted) {
        setFailure(asFailure(error));
      }
    });
  }, []);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  return { list, failure, reload };
}
