import type { Region } from "../api/types";
import { list } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Regions.module.css";

/** The share of the heaviest part's weight from which on a part is worth naming. */
const TELLING = 0.25;
/** Logits below which the heaviest part says next to nothing. */
const LEAST = 0.05;

/** What every part of the face adds to the answer: a sentence, and bars to both sides. */
export function Regions({ regions }: { readonly regions: readonly Region[] }) {
  const texts = useTexts();
  const words = texts.result.regions;
  const ranked = regions.toSorted((one, other) => other.weight - one.weight);
  const heaviest = Math.max(0, ...regions.map(({ weight }) => Math.abs(weight)));
  const names = (sign: 1 | -1) => {
    const telling = ranked.filter(
      ({ weight }) => heaviest >= LEAST && sign * weight >= TELLING * heaviest,
    );
    const parts = sign > 0 ? telling : telling.toReversed();
    return list(
      parts.map(({ region }) => words.names[region]),
      texts,
    );
  };
  const sentences = [
    names(1) && words.speaks(names(1)),
    names(-1) && words.against(names(-1)),
  ].filter(Boolean);
  return (
    <div>
      <h4 className={styles.title}>{words.title}</h4>
      <p className={styles.sentence}>{sentences.join(" ") || words.nothing}</p>
      <div className={styles.chart}>
        <p className={styles.sides} aria-hidden="true">
          <span>{words.left}</span>
          <span>{words.right}</span>
        </p>
        <ul className={styles.rows}>
          {ranked.map(({ region, weight }) => {
            const half = (50 * Math.abs(weight)) / Math.max(heaviest, LEAST);
            return (
              <li key={region} className={styles.row} data-region={region}>
                <span className={styles.name}>{words.names[region]}</span>
                <span className={styles.track} aria-hidden="true">
                  <span
                    className={styles.bar}
                    data-side={weight < 0 ? "against" : "for"}
                    style={{ left: `${weight < 0 ? 50 - half : 50}%`, width: `${half}%` }}
                  />
                </span>
                <span className={styles.weight}>
                  {new Intl.NumberFormat(texts.locale, {
                    signDisplay: "exceptZero",
                    minimumFractionDigits: 2,
                    maximumFractionDigits: 2,
                  }).format(weight)}
                </span>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
