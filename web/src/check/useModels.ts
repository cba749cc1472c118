import { useState } from "react";
import { useModelList } from "../api/useModelList";

/**
 * The models that the server has, and the one in use. Where the list cannot be had, `chosen` is
 * null and the server decides: a check then says what is wrong, if anything is.
 */
export function useModels() {
  const { list, retry } = useModelList();
  const [choice, choose] = useState<string | null>(null);
  return { list, retry, chosen: choice ?? list?.default ?? null, choose };
}
