import { type ChangeEvent, type Ref, useId, useImperativeHandle, useRef } from "react";
import { texts } from "../texts";
import styles from "./Chooser.module.css";

export interface ChooserHandle {
  focus(): void;
}

interface Props {
  readonly ref: Ref<ChooserHandle>;
  /** A wide zone to begin with; a small button once there is a picture. */
  readonly large: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The button that opens the file dialogue; all of the zone around it is the button, too. */
export function Chooser({ ref, large, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const hint = useId();
  useImperativeHandle(ref, () => ({ focus: () => button.current?.focus() }), []);

  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    // Without this, choosing the same file again would be no change.
    event.target.value = "";
    onFiles(files);
  };
  return (
    <div className={large ? styles.large : styles.small}>
      <svg className={styles.icon} viewBox="0 0 48 48" aria-hidden="true">
        <path d="M6 16V8a2 2 0 0 1 2-2h8M32 6h8a2 2 0 0 1 2 2v8M42 32v8a2 2 0 0 1-2 2h-8M16 42H8a2 2 0 0 1-2-2v-8" />
        <circle cx="24" cy="20" r="6.5" />
        <path d="M12.5 36.5c1.5-6 6-8.5 11.5-8.5s10 2.5 11.5 8.5" />
      </svg>
      <button
        ref={button}
        type="button"
        className={styles.button}
        aria-describedby={hint}
        onClick={() => input.current?.click()}
      >
        {large ? texts.choose.first : texts.choose.another}
      </button>
      <p id={hint} className={styles.hint}>
        {texts.choose.hint}
        <span className={styles.accepted}>{texts.choose.accepted}</span>
      </p>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={texts.choose.input}
        onChange={change}
      />
    </div>
  );
}
