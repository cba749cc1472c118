import { useId } from "react";
import type { OcclusionRequest } from "../check/useOcclusion";
import { useTexts } from "../texts";
import styles from "./OcclusionAsk.module.css";
import { Runner } from "./Runner";

interface Props {
  readonly request: OcclusionRequest;
  readonly onAsk: () => void;
}

/** Offers a second map for those who doubt the first. */
export function OcclusionAsk({ request, onAsk }: Props) {
  const texts = useTexts();
  const words = texts.result.occlusion;
  const what = useId();
  const { busy, pause, failure } = request;
  const progress = pause === null ? words.busy : texts.check.busy.wait(pause);
  const problem = failure && (texts.errors.kinds[failure.kind] ?? texts.errors.other);
  return (
    <div className={styles.ask} data-screen-only>
      <p role="status">{busy && progress}</p>
      {busy && <Runner />}
      <button
        type="button"
        className={styles.button}
        aria-describedby={busy ? undefined : what}
        onClick={busy ? request.cancel : onAsk}
      >
        {busy ? words.cancel : words.ask}
      </button>
      <p id={what} className={styles.what}>
        {words.what}
      </p>
      {problem && (
        <p role="alert">
          {problem.title}. {problem.advice}
        </p>
      )}
    </div>
  );
}
