import type { Model } from "../api/types";
import { exactPercent } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Reliability.module.css";
import tables from "./Table.module.css";

type Bin = NonNullable<Model["benchmark"]>["reliability"][number];

/** What the model says against what was true, on the diagonal where the two agree. */
export function Reliability({ bins }: { readonly bins: readonly Bin[] }) {
  const texts = useTexts();
  const words = texts.models.reliability;
  const off = bins.reduce((sum, bin) => sum + bin.share * Math.abs(bin.stated - bin.observed), 0);
  return (
    <>
      <div className={styles.chart}>
        <p className={styles.axis} aria-hidden="true">
          ↑ {words.observed}
        </p>
        <svg viewBox="-4 -4 108 108" role="img" aria-label={words.chart(exactPercent(off, texts))}>
          <rect className={styles.frame} width="100" height="100" />
          <path
            className={styles.grid}
            d="M0 25h100M0 50h100M0 75h100M25 0v100M50 0v100M75 0v100"
          />
          <path className={styles.diagonal} d="M0 100 100 0" />
          {bins.map((bin) => (
            <circle
              key={bin.stated}
              className={styles.bin}
              cx={bin.stated * 100}
              cy={100 - bin.observed * 100}
              r={1.5 + 4 * Math.sqrt(bin.share)}
            />
          ))}
        </svg>
        <p className={styles.axis} data-side="right" aria-hidden="true">
          {words.stated} →
        </p>
      </div>
      <details className={tables.fold}>
        <summary>{texts.models.robustness.table}</summary>
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{words.stated}</th>
              <th scope="col">{words.observed}</th>
              <th scope="col">{words.share}</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.stated}>
                <th scope="row">{exactPercent(bin.stated, texts)}</th>
                <td>{exactPercent(bin.observed, texts)}</td>
                <td>{exactPercent(bin.share, texts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
