import { texts } from "../texts";
import styles from "./DropVeil.module.css";

/** Lies over the page while something is dragged over it. */
export function DropVeil() {
  return (
    <div className={styles.veil} aria-hidden="true">
      <p className={styles.words}>{texts.choose.drop}</p>
    </div>
  );
}
