import { useTexts } from "../texts";
import styles from "./DropVeil.module.css";

/** Lies over the page while something is dragged over it. */
export function DropVeil() {
  const words = useTexts().check.choose;
  return (
    <div className={styles.veil} aria-hidden="true">
      <p className={styles.words}>{words.drop}</p>
    </div>
  );
}
