import { Link } from "../shell/router";
import { useTexts } from "../texts";
import styles from "./Empty.module.css";

/** Says what a history is to someone who has none. */
export function EmptyHistory() {
  const words = useTexts().history.empty;
  return (
    <section className="message">
      <svg className={styles.shelf} viewBox="0 0 120 64" aria-hidden="true">
        <path d="M4 56h112" />
        <rect x="16" y="20" width="26" height="34" rx="2" strokeDasharray="4 4" />
        <rect x="50" y="20" width="26" height="34" rx="2" strokeDasharray="4 4" />
        <path d="m86 53 6-34 18 3.2-5.5 31" strokeDasharray="4 4" />
      </svg>
      <h2>{words.title}</h2>
      <p>{words.what}</p>
      <p>
        <Link to="/">{words.action}</Link>
      </p>
    </section>
  );
}

/** Says that the filters let nothing through. */
export function NothingFits() {
  const words = useTexts().history.nothingFits;
  return (
    <section className="message">
      <h2>{words.title}</h2>
      <p>{words.what}</p>
    </section>
  );
}
