import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type ApiFailure, asFailure } from "../api/client";
import { useTexts } from "../texts";
import styles from "./Confirm.module.css";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  /** Does it; the dialogue stays open, with what went wrong, where that fails. */
  readonly onConfirm: (signal: AbortSignal) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function Confirm({ title, children, confirm, onConfirm, onClose }: Props) {
  const texts = useTexts();
  const words = texts.history.remove;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const what = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);

  useEffect(() => {
    dialog.current?.showModal();
    return () => running.current?.abort();
  }, []);

  const go = async () => {
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) {
        setFailure(asFailure(error));
        setBusy(false);
      }
    }
  };
  // Once it is under way it cannot be called back, so the dialogue stays until it is known what
  // became of it; browsers close one at the second Escape, whatever the page says to the first.
  const closed = () => (busy ? dialog.current?.showModal() : onClose());
  const problem = failure && (texts.errors.kinds[failure.kind] ?? texts.errors.other);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      aria-describedby={what}
      onCancel={(event) => busy && event.preventDefault()}
      onClose={closed}
    >
      <h2 id={heading} className={styles.title}>
        {title}
      </h2>
      <p id={what}>{children}</p>
      {problem && (
        <p role="alert" className={styles.problem}>
          <strong>{problem.title}.</strong> {problem.advice}
        </p>
      )}
      <div className={styles.buttons}>
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => dialog.current?.close()}
        >
          {words.cancel}
        </button>
        <button type="button" className={styles.confirmed} disabled={busy} onClick={go}>
          {busy ? words.working : confirm}
        </button>
      </div>
    </dialog>
  );
}
