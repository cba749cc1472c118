import { useId } from "react";
import type { Model } from "../api/types";
import { useTexts } from "../texts";
import styles from "./ModelChooser.module.css";

interface Props {
  readonly models: readonly Model[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

/** Which model judges: a list to choose from, or the name of the only one. */
export function ModelChooser({ models, chosen, onChoose }: Props) {
  const words = useTexts().check.model;
  const id = useId();
  const [first] = models;
  if (first === undefined) {
    return null;
  }
  if (models.length === 1) {
    return (
      <p className={styles.model} data-screen-only>
        <span className={styles.label}>{words.label}</span> {first.title}
      </p>
    );
  }
  return (
    <p className={styles.model} data-screen-only>
      <label className={styles.label} htmlFor={id}>
        {words.label}
      </label>
      <select
        id={id}
        className={styles.select}
        value={chosen ?? first.name}
        onChange={(event) => onChoose(event.target.value)}
      >
        {models.map((model) => (
          <option key={model.name} value={model.name}>
            {model.title}
          </option>
        ))}
      </select>
    </p>
  );
}
