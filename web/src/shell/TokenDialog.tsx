import { type FormEvent, useEffect, useId, useRef } from "react";
import { keepToken, useTokenQuestion } from "../api/token";
import { useTexts } from "../texts";
import styles from "./TokenDialog.module.css";

/** Asks for the token that the server wants, while a call waits for it. */
export function TokenDialog() {
  const words = useTexts().shell.token;
  const question = useTokenQuestion();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const field = useId();
  useEffect(() => {
    if (question === null) {
      dialog.current?.close();
    } else if (!dialog.current?.open) {
      dialog.current?.showModal();
    }
  }, [question]);

  const use = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget).get("token") ?? "").trim();
    if (given) {
      keepToken(given);
      question?.settle(true);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={title}
      onCancel={() => question?.settle(false)}
    >
      <form className={styles.form} onSubmit={use}>
        <h2 id={title}>{words.title}</h2>
        {question?.refused && <p role="alert">{words.wrong}</p>}
        <p className="soft">{words.what}</p>
        <label htmlFor={field}>{words.label}</label>
        <input
          id={field}
          name="token"
          className={styles.field}
          type="password"
          autoComplete="off"
          required
        />
        <div className={styles.buttons}>
          <button type="submit" className="button">
            {words.use}
          </button>
          <button type="button" className="button" onClick={() => question?.settle(false)}>
            {words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
