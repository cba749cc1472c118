import type { ApiFailure } from "../api/client";
import { useTexts } from "../texts";
import styles from "./Failed.module.css";

/** Problems that the same picture meets again. */
const LASTING = [
  "empty-picture",
  "broken-picture",
  "picture-too-large",
  "unsupported-picture",
  "unknown-model",
];

/** Whether it may help to try again. */
export function mayPass({ kind }: ApiFailure): boolean {
  return !LASTING.includes(kind);
}

interface Props {
  readonly failure: ApiFailure;
  /** Left out where there is nothing to try. */
  readonly onAgain?: () => void;
}

/** What went wrong, in the server's words, and what to do. */
export function Failed({ failure, onAgain }: Props) {
  const { check, errors } = useTexts();
  const { kind, detail } = failure;
  const { title, advice } = errors.kinds[kind] ?? errors.other;
  return (
    <section role="alert" className={styles.failed}>
      <h2>{title}</h2>
      {detail && (
        <p className={styles.detail}>
          {check.failed.says}
          <span lang="en">{sentence(detail)}</span>
        </p>
      )}
      <p>{advice}</p>
      {onAgain && mayPass(failure) && (
        <button type="button" className="button" onClick={onAgain}>
          {check.failed.again}
        </button>
      )}
    </section>
  );
}

/** The server's words with a capital letter and a full stop. */
function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
