import type { Thresholds } from "../api/types";
import { exactPercent, percent } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Scale.module.css";

interface Props {
  /** That the face is generated, 0 to 1. */
  readonly probability: number;
  /** The same in words. */
  readonly words: string;
  readonly thresholds: Thresholds;
  /** Decimals of the thresholds. */
  readonly digits: number;
}

/** The probability on a scale from 0 to 1, the band where the model cannot tell drawn on it. */
export function Scale({ probability, words, thresholds, digits }: Props) {
  const texts = useTexts();
  const { zones, describe, sentence } = texts.result.scale;
  const real = thresholds.real === null ? null : percent(thresholds.real, texts, digits);
  const generated =
    thresholds.generated === null ? null : percent(thresholds.generated, texts, digits);
  const band = bandOf(thresholds);
  return (
    <div className={styles.scale}>
      <h4 className={styles.value}>{sentence(words)}</h4>
      <div className={styles.track} role="img" aria-label={describe(words, real, generated)}>
        <div className={styles.real} style={{ width: band.left }} />
        <div className={styles.unsure} style={{ left: band.left, width: band.width }} />
        <div className={styles.generated} style={{ left: band.right }} />
        <div className={styles.needle} style={{ left: `${probability * 100}%` }} />
      </div>
      <ul className={styles.legend}>
        <li data-zone="real">{real === null ? zones.neverReal : zones.real(real)}</li>
        {(real === null || real !== generated) && (
          <li data-zone="unsure">
            {zones.unsure(real ?? exactPercent(0, texts), generated ?? exactPercent(1, texts))}
          </li>
        )}
        <li data-zone="generated">
          {generated === null ? zones.neverGenerated : zones.generated(generated)}
        </li>
      </ul>
    </div>
  );
}

/** The band where the model cannot tell, in CSS; it reaches an end that no verdict takes. */
export function bandOf({ real, generated }: Thresholds) {
  const from = (real ?? 0) * 100;
  const to = (generated ?? 1) * 100;
  return { left: `${from}%`, right: `${to}%`, width: `${to - from}%` };
}
