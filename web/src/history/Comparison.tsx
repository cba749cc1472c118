import type { Report, Verdict } from "../api/types";
import { percentBeside } from "../lib/format";
import { judgementOf, verdictOf } from "../result/judgement";
import { VerdictIcon } from "../result/VerdictIcon";
import { useTexts } from "../texts";
import styles from "./Comparison.module.css";

interface Props {
  readonly before: Report;
  readonly after: Report;
  /** The title of a model. */
  readonly titleOf: (name: string) => string;
}

interface Row {
  readonly name: string;
  readonly before: Said;
  readonly after: Said;
}

interface Said {
  readonly verdict: Verdict;
  readonly probability: number | null;
  readonly report: Report;
}

/** Two answers about one picture: the whole of it, then face by face. */
export function Comparison({ before, after, titleOf }: Props) {
  const texts = useTexts();
  const words = texts.history.recheck;
  const whole = (report: Report): Said => ({ verdict: report.verdict, probability: null, report });
  const face = (report: Report, index: number): Said => ({
    verdict: verdictOf(report.faces[index]),
    probability: judgementOf(report.faces[index])?.probability ?? null,
    report,
  });
  // The same picture has the same faces, unless the software has changed in the meantime.
  const same = before.faces.length === after.faces.length;
  const rows: Row[] = same
    ? before.faces.map((_, index) => ({
        name: texts.result.face.title(index + 1),
        before: face(before, index),
        after: face(after, index),
      }))
    : [];
  if (rows.length !== 1) {
    rows.unshift({ name: words.picture, before: whole(before), after: whole(after) });
  }
  const agree = rows.every((row) => row.before.verdict === row.after.verdict);
  return (
    <div className={styles.comparison}>
      <table className={styles.table}>
        <caption>{words.compare}</caption>
        <thead>
          <tr>
            <th scope="col">{words.face}</th>
            <th scope="col">{words.before(titleOf(before.model))}</th>
            <th scope="col">{words.after(titleOf(after.model))}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <Cell said={row.before} />
              <Cell said={row.after} />
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.sum}>{agree ? words.agree : words.disagree}</p>
    </div>
  );
}

function Cell({ said }: { readonly said: Said }) {
  const texts = useTexts();
  const { verdict, probability, report } = said;
  const { real, generated } = report.thresholds;
  return (
    <td data-verdict={verdict}>
      <span className={styles.verdict}>
        <VerdictIcon verdict={verdict} />
        {texts.result.verdict[verdict]}
      </span>
      {probability !== null && (
        <span className={styles.likely}>
          {texts.history.likely(percentBeside(probability, [real, generated], texts))}
        </span>
      )}
    </td>
  );
}
