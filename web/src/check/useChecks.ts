import { useState, useSyncExternalStore } from "react";
import { CheckQueue, type Checks } from "./queue";

/** The pictures of this visit, and what can be done with them. */
export function useChecks(): Checks & { readonly queue: CheckQueue } {
  const [queue] = useState(() => new CheckQueue());
  return { queue, ...useSyncExternalStore(queue.subscribe, queue.checks) };
}
