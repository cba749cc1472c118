import type { Report } from "../api/types";
import { texts } from "../texts";
import styles from "./Summary.module.css";
import { VerdictIcon } from "./VerdictIcon";
import { explanation, headline } from "./words";

/** The verdict on the picture as a whole. */
export function Summary({ report }: { readonly report: Report }) {
  return (
    <section className={styles.summary} data-verdict={report.verdict} aria-labelledby="verdict">
      <p className="kicker">{texts.summary.kicker}</p>
      <h2 id="verdict" className={styles.headline}>
        <VerdictIcon verdict={report.verdict} />
        {headline(report)}
      </h2>
      <p className={styles.words}>{explanation(report)}</p>
      {report.faces.length === 0 && (
        <ul className={styles.tips}>
          {texts.summary.noFaceTips.map((tip) => (
            <li key={tip}>{tip}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
