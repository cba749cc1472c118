import { useEffect, useState } from "react";
import { listModels } from "../api/client";
import type { ModelList } from "../api/types";

/**
 * The models that the server has, and the one in use. Where the list cannot be had, `chosen` stays
 * null and the server decides: a check then says what is wrong, if anything is.
 */
export function useModels() {
  const [list, setList] = useState<ModelList | null>(null);
  const [chosen, choose] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    listModels(controller.signal).then(
      (answer) => {
        setList(answer);
        choose(answer.default);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return { list, chosen, choose };
}
