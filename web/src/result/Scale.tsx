import type { Thresholds } from "../api/types";
import { exactPercent } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Scale.module.css";

interface Props {
  /** That the face is generated, 0 to 1. */
  readonly probability: number;
  /** The same in words. */
  readonly words: string;
  readonly thresholds: Thresholds;
}

/** The probability on a scale from 0 to 1, the band where the model cannot tell drawn on it. */
export function Scale({ probability, words, thresholds }: Props) {
  const texts = useTexts();
  const real = exactPercent(thresholds.real, texts);
  const generated = exactPercent(thresholds.generated, texts);
  const band = {
    left: `${thresholds.real * 100}%`,
    width: `${(thresholds.generated - thresholds.real) * 100}%`,
  };
  return (
    <div className={styles.scale}>
      <h4 className={styles.value}>{texts.result.scale.sentence(words)}</h4>
      <div
        className={styles.track}
        role="img"
        aria-label={texts.result.scale.describe(words, real, generated)}
      >
        <div className={styles.real} style={{ width: band.left }} />
        <div className={styles.unsure} style={band} />
        <div className={styles.generated} style={{ left: `${thresholds.generated * 100}%` }} />
        <div className={styles.needle} style={{ left: `${probability * 100}%` }} />
      </div>
      <ul className={styles.legend}>
        <li data-zone="real">{texts.result.scale.zones.real(real)}</li>
        <li data-zone="unsure">{texts.result.scale.zones.unsure(real, generated)}</li>
        <li data-zone="generated">{texts.result.scale.zones.generated(generated)}</li>
      </ul>
    </div>
  );
}
