import { useId } from "react";
import { exactPercent } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./StrengthSlider.module.css";

interface Props {
  readonly number: number;
  readonly strength: number;
  readonly onStrength: (strength: number) => void;
}

/**
 * How strongly the heat maps are laid over the faces. All cards share one value: the maps have one
 * fixed scale, and can only be compared at the same strength.
 */
export function StrengthSlider({ number, strength, onStrength }: Props) {
  const texts = useTexts();
  const id = useId();
  return (
    <div className={styles.slider}>
      <label htmlFor={id}>{texts.result.heat.strength}</label>
      <input
        id={id}
        className={styles.range}
        type="range"
        min={0}
        max={100}
        step={5}
        value={Math.round(strength * 100)}
        aria-label={texts.result.heat.strengthOf(number)}
        aria-valuetext={exactPercent(strength, texts)}
        onChange={(event) => onStrength(Number(event.target.value) / 100)}
      />
    </div>
  );
}
