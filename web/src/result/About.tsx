import type { Model, Report } from "../api/types";
import { exactPercent } from "../lib/format";
import { texts } from "../texts";
import styles from "./About.module.css";

interface Props {
  readonly report: Report;
  readonly model: Model | undefined;
}

/** What a colleague needs to repeat the check: model, software, file. */
export function About({ report, model }: Props) {
  return (
    <details className={styles.about}>
      <summary>{texts.about.title}</summary>
      <dl>
        <dt>{texts.about.model}</dt>
        <dd>{model ? `${model.title} (${model.name})` : report.model}</dd>
        {model && (
          <>
            <dt>{texts.about.tuning}</dt>
            <dd>{texts.model.facts(exactPercent(model.thresholds.false_positive_rate))}</dd>
            <dt>{texts.about.terms}</dt>
            <dd>{model.terms}</dd>
          </>
        )}
        <dt>{texts.about.software}</dt>
        <dd>
          {texts.name} {report.software}
        </dd>
        <dt>{texts.about.fingerprint}</dt>
        <dd className={styles.fingerprint}>{report.image.sha256}</dd>
      </dl>
    </details>
  );
}
