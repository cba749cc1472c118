import type { Model } from "../api/types";
import { count } from "../lib/format";
import { type Texts, useTexts } from "../texts";
import styles from "./Table.module.css";

type Collection = NonNullable<Model["benchmark"]>["unseen"][number];

/** What the model makes of generators and photographs of a kind that it never saw. */
export function Unseen({ collections }: { readonly collections: readonly Collection[] }) {
  const texts = useTexts();
  const words = texts.models.unseen;
  const hundredths = (share: number) => count(Math.round(share * 100), texts);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className={styles.scroll} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.collection}</th>
            <th scope="col">{words.called}</th>
            <th scope="col">{words.unsure}</th>
            <th scope="col">{words.crops}</th>
          </tr>
        </thead>
        <tbody>
          {collections.map((one) => (
            <tr key={one.collection}>
              <th scope="row">
                {words.names[one.collection] ?? one.collection}
                <span className={styles.note}>{kindOf(one, texts)}</span>
              </th>
              <td>
                <strong>{hundredths(one.called_generated.value)}</strong>
                <span className={styles.note}>
                  {hundredths(one.called_generated.low)}–{hundredths(one.called_generated.high)}
                </span>
              </td>
              <td>{hundredths(one.unsure)}</td>
              <td>{count(one.crops, texts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function kindOf(one: Collection, texts: Texts): string {
  const words = texts.models.unseen;
  if (one.face_swap) {
    return words.swapped;
  }
  return one.generated ? words.generated : words.photographed;
}
