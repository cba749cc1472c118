import type { Stability as Held, Thresholds } from "../api/types";
import { percentBeside } from "../lib/format";
import { useTexts } from "../texts";
import { bandOf } from "./Scale";
import scale from "./Scale.module.css";
import styles from "./Stability.module.css";
import { VerdictIcon } from "./VerdictIcon";

/** What a face is judged in; a copy in which it is too small or too blurred is left out. */
const COPIES = ["original", "jpeg_70", "half_size", "shifted"] as const;

interface Props {
  readonly stability: Held;
  readonly thresholds: Thresholds;
  /** Decimals that the thresholds are shown with. */
  readonly digits: number;
}

/** How copies of the picture were judged, each on the same scale. */
export function Stability({ stability, thresholds, digits }: Props) {
  const texts = useTexts();
  const words = texts.result.stability;
  return (
    <div>
      <h4 className={styles.title}>{words.title}</h4>
      <p className={styles.answer}>{words[answerOf(stability)]}</p>
      <ul className={styles.copies}>
        {COPIES.map((name) => {
          const judged = stability.copies.find((copy) => copy.name === name);
          const verdict = judged?.verdict ?? "not_applicable";
          return (
            <li key={name} className={styles.copy} data-verdict={verdict} data-copy={name}>
              <span className={styles.name}>{words.copies[name]}</span>
              <span className={styles.share}>
                <VerdictIcon verdict={verdict} />
                {judged ? (
                  <Share judged={judged} thresholds={thresholds} digits={digits} />
                ) : (
                  texts.result.verdict.not_applicable
                )}
              </span>
              {judged && <Track judged={judged} thresholds={thresholds} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Whether the verdict holds, as far as there are copies that could be judged. */
function answerOf({ steady, copies }: Held) {
  if (steady === null) {
    return "unknown";
  }
  const unsure = copies.find(({ name }) => name === "original")?.verdict === "unsure";
  if (steady) {
    return copies.length < COPIES.length ? "steadyInPart" : unsure ? "steadyUnsure" : "steady";
  }
  return unsure ? "unsteadyUnsure" : "unsteady";
}

interface JudgedProps {
  readonly judged: Held["copies"][number];
  readonly thresholds: Thresholds;
}

function Share({
  judged,
  thresholds: { real, generated },
  digits,
}: JudgedProps & Pick<Props, "digits">) {
  const texts = useTexts();
  return (
    <>
      <span className="hidden">{texts.result.verdict[judged.verdict]}, </span>
      {percentBeside(judged.probability, [real, generated], texts, digits)}
    </>
  );
}

function Track({ judged, thresholds }: JudgedProps) {
  return (
    <span className={styles.track} aria-hidden="true">
      <Zones thresholds={thresholds} />
      <span className={styles.needle} style={{ left: `${judged.probability * 100}%` }} />
    </span>
  );
}

function Zones({ thresholds }: Pick<Props, "thresholds">) {
  const band = bandOf(thresholds);
  return (
    <>
      <span className={scale.real} style={{ width: band.left }} />
      <span className={scale.unsure} style={{ left: band.left, width: band.width }} />
      <span className={scale.generated} style={{ left: band.right }} />
    </>
  );
}
