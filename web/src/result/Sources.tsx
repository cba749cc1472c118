import type { Face } from "../api/types";
import { breakable, percent } from "../lib/format";
import { generator, useTexts } from "../texts";
import styles from "./Sources.module.css";

/** The share from which on a source is worth a word of explanation. */
const TELLING = 0.05;

/** Where the face may come from: a bar for every source that the model tells apart. */
export function Sources({ scores }: { readonly scores: NonNullable<Face["scores"]> }) {
  const texts = useTexts();
  const rows = Object.entries(scores).sort(([, one], [, other]) => other - one);
  if (rows.length < 3) {
    // A model that only says generated or not: the scale has said it all.
    return null;
  }
  return (
    <div>
      <h4 className={styles.title}>{texts.result.sources.title}</h4>
      <ul className={styles.rows}>
        {rows.map(([label, score]) => {
          const { name, what } = generator(label, texts);
          return (
            <li key={label} className={styles.row} data-source={label}>
              <span className={styles.name}>{breakable(name)}</span>
              <span className={styles.share}>{percent(score, texts)}</span>
              <span className={styles.track} aria-hidden="true">
                <span className={styles.bar} style={{ width: `${score * 100}%` }} />
              </span>
              {what && score >= TELLING && <span className={styles.what}>{what}</span>}
            </li>
          );
        })}
      </ul>
      {Math.min(scores.stylegan2 ?? 0, scores.tpdne ?? 0) >= TELLING && (
        <p className={styles.note}>{texts.result.sources.sameEngine}</p>
      )}
    </div>
  );
}
