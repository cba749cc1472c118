import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, detect } from "../api/client";
import { patiently } from "./patiently";
import { type Check, type CheckQueue, FULL } from "./queue";

/** The second map, made on request by covering parts of every face. */
export interface OcclusionRequest {
  readonly busy: boolean;
  /** Seconds until a server that is busy is asked again; null while it is not waited for. */
  readonly pause: number | null;
  readonly failure: ApiFailure | null;
  readonly ask: () => void;
  readonly cancel: () => void;
}

/** All that the first report holds, too: the new one takes its place, and can be saved whole. */
const COVERED = { ...FULL, occlusion: true } as const;

/** Asks for a report of a check that is done with occlusion maps, in place of the one it has. */
export function useOcclusion(check: Check, queue: CheckQueue): OcclusionRequest {
  const [busy, setBusy] = useState(false);
  const [pause, setPause] = useState<number | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  const report = check.state.step === "done" ? check.state.report : null;
  const present = report?.id;
  const stop = useCallback(() => {
    running.current?.abort();
    setBusy(false);
    setFailure(null);
  }, []);
  // Also where the same picture is checked anew: that report is another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => stop, [present, stop]);

  const ask = useCallback(async () => {
    if (report === null) {
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    setBusy(true);
    setFailure(null);
    try {
      const { file } = check.picture;
      const asking = () => detect(file, report.model, COVERED, signal);
      const covered = await patiently(signal, asking, setPause);
      queue.replace(check.id, covered);
      setBusy(false);
    } catch (error) {
      if (!signal.aborted) {
        setFailure(asFailure(error));
        setBusy(false);
      }
    }
  }, [check.id, check.picture, queue, report]);
  return { busy, pause, failure, ask: () => void ask(), cancel: stop };
}
