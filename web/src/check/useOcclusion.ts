import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, detect } from "../api/client";
import type { CheckedReport } from "../api/types";
import type { Check, CheckQueue } from "./queue";

/** The second map, made on request by covering parts of every face. */
export interface OcclusionRequest {
  readonly busy: boolean;
  readonly failure: ApiFailure | null;
  readonly ask: () => void;
}

const COVERED = { explain: false, stability: false, occlusion: true, provenance: false } as const;

/** Asks for occlusion maps of a check that is done, and puts them into its report. */
export function useOcclusion(check: Check, queue: CheckQueue): OcclusionRequest {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  const report = check.state.step === "done" ? check.state.report : null;
  const present = report?.id;
  // Also where the same picture is checked anew: that report is another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(
    () => () => {
      running.current?.abort();
      setBusy(false);
      setFailure(null);
    },
    [present],
  );

  const ask = useCallback(async () => {
    if (report === null) {
      return;
    }
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setFailure(null);
    try {
      const { file } = check.picture;
      const covered = await detect(file, report.model, COVERED, controller.signal);
      queue.replace(check.id, withOcclusion(report, covered));
      setBusy(false);
    } catch (error) {
      if (!controller.signal.aborted) {
        setFailure(asFailure(error));
        setBusy(false);
      }
    }
  }, [check.id, check.picture, queue, report]);
  return { busy, failure, ask: () => void ask() };
}

/** Faces are found the same way each time, so they come in the same order. */
function withOcclusion(report: CheckedReport, covered: CheckedReport): CheckedReport {
  const faces = report.faces.map((face, index) => ({
    ...face,
    occlusion: covered.faces[index]?.occlusion ?? null,
  }));
  return { ...report, faces };
}
