import { VerdictIcon } from "../result/VerdictIcon";
import { useTexts } from "../texts";
import styles from "./Reading.module.css";

const ANSWERS = ["generated", "unsure", "real"] as const;

/** What the three answers mean, before the first of them is given. */
export function Reading() {
  const texts = useTexts();
  const words = texts.check.reading;
  return (
    <section aria-labelledby="reading">
      <h2 id="reading" className="kicker">
        {words.title}
      </h2>
      <ul className={styles.answers}>
        {ANSWERS.map((verdict) => (
          <li key={verdict} className={styles.answer} data-verdict={verdict}>
            <strong className={styles.verdict}>
              <VerdictIcon verdict={verdict} />
              {texts.result.verdict[verdict]}
            </strong>
            {words[verdict]}
          </li>
        ))}
      </ul>
    </section>
  );
}
