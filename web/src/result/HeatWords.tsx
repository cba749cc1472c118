import type { Heatmap } from "../api/types";
import { strongest } from "../lib/geometry";
import { generator, texts } from "../texts";
import styles from "./HeatWords.module.css";

/** The heat map in words: what the colours speak for, and where they are strongest. */
export function HeatWords({ heatmap }: { readonly heatmap: Heatmap }) {
  const [row, column] = strongest(heatmap);
  const place = texts.heat.places[row]?.[column];
  return (
    <div className={styles.words}>
      <h4>{texts.heat.title}</h4>
      {heatmap.evidence && (
        <p className={styles.key} aria-hidden="true">
          {texts.heat.little}
          <span className={styles.ramp} />
          {texts.heat.much}
        </p>
      )}
      <p>
        {heatmap.evidence ? texts.heat.legend(generator(heatmap.label).name) : texts.heat.nothing}
        {heatmap.evidence && place && ` ${texts.heat.strongest(place)}`}
      </p>
    </div>
  );
}
