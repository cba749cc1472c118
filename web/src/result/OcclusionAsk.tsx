import { useId } from "react";
import type { OcclusionRequest } from "../check/useOcclusion";
import { useTexts } from "../texts";
import styles from "./OcclusionAsk.module.css";

interface Props {
  readonly request: OcclusionRequest;
  readonly onAsk: () => void;
}

/** Offers a second map for those who doubt the first. */
export function OcclusionAsk({ request, onAsk }: Props) {
  const texts = useTexts();
  const words = texts.result.occlusion;
  const what = useId();
  const { busy, failure } = request;
  const problem = failure && (texts.errors.kinds[failure.kind] ?? texts.errors.other);
  return (
    <div className={styles.ask} data-screen-only>
      <button
        type="button"
        className={styles.button}
        disabled={busy}
        aria-describedby={what}
        onClick={onAsk}
      >
        {words.ask}
      </button>
      <p id={what} className={styles.what}>
        {words.what}
      </p>
      <p role="status">{busy && words.busy}</p>
      {problem && (
        <p role="alert">
          {problem.title}. {problem.advice}
        </p>
      )}
    </div>
  );
}
