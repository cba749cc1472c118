import { useId } from "react";
import type { Report } from "../api/types";
import { useTexts } from "../texts";
import styles from "./Summary.module.css";
import { VerdictIcon } from "./VerdictIcon";
import { concluded, explanation, headline, ofFaces, tone } from "./words";

/** The verdict on the picture as a whole. */
export function Summary({ report }: { readonly report: Report }) {
  const texts = useTexts();
  const heading = useId();
  const ofFile = concluded(report, texts) !== null;
  return (
    <section
      className={styles.summary}
      data-summary
      data-verdict={tone(report)}
      aria-labelledby={heading}
    >
      <p className="kicker">{texts.result.summary.kicker}</p>
      <h2 id={heading} className={styles.headline}>
        <VerdictIcon verdict={tone(report)} />
        {headline(report, texts)}
      </h2>
      <p className={styles.words}>
        {ofFile && (
          <strong>
            {texts.result.summary.facesAlone}: {ofFaces(report, texts)}.
          </strong>
        )}{" "}
        {explanation(report, texts)}
      </p>
      {report.faces.length === 0 && !ofFile && (
        <ul className={styles.tips}>
          {texts.result.summary.noFaceTips.map((tip) => (
            <li key={tip}>{tip}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
