import { type ChangeEvent, type Ref, useId, useImperativeHandle, useRef } from "react";
import { useTexts } from "../texts";
import styles from "./Chooser.module.css";

export interface ChooserHandle {
  focus(): void;
}

interface Props {
  readonly ref: Ref<ChooserHandle>;
  /** A wide zone to begin with; a small button once there is a picture. */
  readonly large: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onCamera: () => void;
}

/**
 * The button that opens the file dialogue, all of the zone around it being the button, too; and the
 * one that opens the camera.
 */
export function Chooser({ ref, large, onFiles, onCamera }: Props) {
  const texts = useTexts().check;
  const words = texts.choose;
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
    <div className={large ? styles.large : styles.small} data-screen-only>
      <div className={styles.zone}>
        <svg className={`${styles.icon} ${styles.mark}`} viewBox="0 0 48 48" aria-hidden="true">
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
          {large ? words.first : words.another}
        </button>
        <p id={hint} className={styles.hint}>
          {words.hint}
          <span className={styles.accepted}>{words.accepted}</span>
        </p>
        <input
          ref={input}
          type="file"
          accept="image/*"
          multiple
          hidden
          aria-label={words.input}
          onChange={change}
        />
      </div>
      <button type="button" className={styles.camera} onClick={onCamera}>
        <svg className={styles.icon} viewBox="0 0 48 48" aria-hidden="true">
          <path d="M6 15a3 3 0 0 1 3-3h6l4-5h10l4 5h6a3 3 0 0 1 3 3v22a3 3 0 0 1-3 3H9a3 3 0 0 1-3-3z" />
          <circle cx="24" cy="25" r="8" />
        </svg>
        {texts.camera.open}
      </button>
    </div>
  );
}
