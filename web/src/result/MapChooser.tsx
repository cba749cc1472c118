import { useId } from "react";
import { generator, useTexts } from "../texts";
import styles from "./MapChooser.module.css";
import type { FaceMap } from "./maps";

interface Props {
  readonly number: number;
  readonly maps: readonly FaceMap[];
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

/** Which of a face's maps is shown: one for every generator, likeliest first. */
export function MapChooser({ number, maps, chosen, onChoose }: Props) {
  const texts = useTexts();
  const words = texts.result.heat;
  const id = useId();
  return (
    <div className={styles.chooser}>
      <label htmlFor={id}>{words.choose}</label>
      <select
        id={id}
        className={styles.select}
        aria-label={words.chooseOf(number)}
        value={chosen}
        onChange={(event) => onChoose(event.target.value)}
      >
        {maps.map(({ key, label }) => (
          <option key={key} value={key}>
            {label === null ? words.byCovering : generator(label, texts).name}
          </option>
        ))}
      </select>
    </div>
  );
}
