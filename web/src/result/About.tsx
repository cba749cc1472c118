import type { Model, Report } from "../api/types";
import { exactPercent } from "../lib/format";
import { told, useTexts } from "../texts";
import styles from "./About.module.css";

interface Props {
  readonly report: Report;
  readonly model: Model | undefined;
}

/** What a colleague needs to repeat the check: model, software, file. */
export function About({ report, model }: Props) {
  const texts = useTexts();
  return (
    <details className={styles.about}>
      <summary>{texts.result.about.title}</summary>
      <dl>
        <dt>{texts.result.about.model}</dt>
        <dd>{model ? `${model.title} (${model.name})` : report.model}</dd>
        {model && (
          <>
            <dt>{texts.result.about.tuning}</dt>
            <dd>
              {texts.result.about.facts(exactPercent(model.thresholds.false_positive_rate, texts))}
            </dd>
            <dt>{texts.result.about.terms}</dt>
            <dd {...told(model.terms, texts)} />
          </>
        )}
        <dt>{texts.result.about.software}</dt>
        <dd>
          {texts.shell.name} {report.software}
        </dd>
        <dt>{texts.result.about.fingerprint}</dt>
        <dd className={styles.fingerprint}>{report.image.sha256}</dd>
      </dl>
    </details>
  );
}
