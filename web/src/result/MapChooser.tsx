import { useId } from "react";
import { generator, type Texts, useTexts } from "../texts";
import styles from "./MapChooser.module.css";
import type { FaceMap } from "./maps";

interface Props {
  readonly number: number;
  readonly maps: readonly FaceMap[];
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

/** Which of a face's maps is shown. */
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
            {nameOf(label, texts)}
          </option>
        ))}
      </select>
    </div>
  );
}

function nameOf(label: FaceMap["label"], texts: Texts): string {
  const words = texts.result.heat;
  if (label === null) {
    return words.byCovering;
  }
  return label === "real" || label === "generated" ? words[label] : generator(label, texts).name;
}
