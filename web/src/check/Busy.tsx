import type { ReactNode } from "react";
import { texts } from "../texts";
import styles from "./Busy.module.css";

interface Props {
  readonly picture: ReactNode;
  readonly onCancel: () => void;
}

/** The picture, and a word and a way out while it is being checked. */
export function Busy({ picture, onCancel }: Props) {
  return (
    <section className="columns" aria-busy="true">
      {picture}
      <div>
        <h2>{texts.busy.title}</h2>
        <div className={styles.track} aria-hidden="true">
          <div className={styles.runner} />
        </div>
        <p className="soft">{texts.busy.what}</p>
        <button type="button" className="button" onClick={onCancel}>
          {texts.busy.cancel}
        </button>
      </div>
    </section>
  );
}
