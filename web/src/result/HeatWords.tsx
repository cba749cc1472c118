import { breakable } from "../lib/format";
import { strongest } from "../lib/geometry";
import { generator, type Texts, useTexts } from "../texts";
import styles from "./HeatWords.module.css";
import type { FaceMap } from "./maps";

/** A map in words: what the colours speak for, and where they are strongest. */
export function HeatWords({ map }: { readonly map: FaceMap }) {
  const texts = useTexts();
  const words = texts.result.heat;
  const covering = texts.result.occlusion;
  const [row, column] = strongest(map.rows);
  const place = words.places[row]?.[column];
  const legend = map.label === null ? covering.legend : words.legend(spokenFor(map.label, texts));
  const nothing = map.label === null ? covering.nothing : words.nothing;
  return (
    <div className={styles.words}>
      <h4>{words.title}</h4>
      {map.evidence && (
        <p className={styles.key} aria-hidden="true">
          {words.little}
          <span className={styles.ramp} />
          {words.much}
        </p>
      )}
      <p>
        {map.evidence ? legend : nothing}
        {map.evidence && place && ` ${words.strongest(place)}`}
      </p>
    </div>
  );
}

function spokenFor(label: string, texts: Texts): string {
  const words = texts.result.heat;
  if (label === "real") {
    return words.photograph;
  }
  return label === "generated" ? words.anyGenerator : breakable(generator(label, texts).name);
}
