import type { Model } from "../api/types";
import { breakable, count } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Confusion.module.css";

type Counts = NonNullable<Model["benchmark"]>["confusion"];

/** How many of 100 faces of each source were taken for which. */
export function Confusion({ confusion }: { readonly confusion: Counts }) {
  const texts = useTexts();
  const words = texts.models.confusion;
  const name = (label: string) =>
    label === "real" ? words.photographed : (texts.result.generators[label]?.name ?? label);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className={styles.scroll} tabIndex={0}>
      <table className={styles.matrix}>
        <caption className="hidden">{words.title}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {words.came}
            </th>
            <th scope="colgroup" colSpan={confusion.labels.length}>
              {words.said}
            </th>
            <th scope="col" rowSpan={2} className={styles.faces}>
              {words.faces}
            </th>
          </tr>
          <tr>
            {confusion.labels.map((label) => (
              <th key={label} scope="col">
                <span className={styles.said}>{name(label)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.counts.map((row, index) => {
            const label = confusion.labels[index] ?? "";
            const faces = row.reduce((sum, one) => sum + one, 0);
            return (
              <tr key={label}>
                <th scope="row">{breakable(name(label))}</th>
                {row.map((taken, column) => {
                  const share = faces > 0 ? taken / faces : 0;
                  return (
                    <td
                      key={confusion.labels[column]}
                      className={styles.field}
                      data-right={column === index || undefined}
                      style={{ background: shade(share) }}
                    >
                      {hundredths(share)}
                    </td>
                  );
                })}
                <td className={styles.faces}>{count(faces, texts)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Never so dark that the number on it could not be read. */
function shade(share: number): string {
  return `color-mix(in srgb, var(--accent) ${Math.round(share * 40)}%, transparent)`;
}

function hundredths(share: number): string {
  if (share > 0 && share < 0.005) {
    return "<1";
  }
  return share < 1 && share >= 0.995 ? ">99" : String(Math.round(share * 100));
}
