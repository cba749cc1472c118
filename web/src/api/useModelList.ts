import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Texts, told, useTexts } from "../texts";
import { type ApiFailure, asFailure, listModels } from "./client";
import type { ModelList } from "./types";

/**
 * The models that the server has, by titles in the language of the page; `list` is null while it is not there, `failure` says why. A list
 * that could not be had is asked for again by `retry`, which does nothing where there is one.
 */
export function useModelList() {
  const [list, setList] = useState<ModelList | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  const load = useCallback(() => {
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
    load();
    return () => running.current?.abort();
  }, [load]);
  const failed = failure !== null;
  const retry = useCallback(() => {
    if (failed) {
      load();
    }
  }, [failed, load]);
  const texts = useTexts();
  const named = useMemo(() => list && withTitles(list, texts), [list, texts]);
  return { list: named, failure, retry };
}

function withTitles(list: ModelList, texts: Texts): ModelList {
  const models = list.models.map((model) => ({
    ...model,
    title: told(model.title, texts).children,
  }));
  return { ...list, models };
}
