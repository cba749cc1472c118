import type { Stability as Held, Thresholds } from "../api/types";
import { percentBeside } from "../lib/format";
import { useTexts } from "../texts";
import scale from "./Scale.module.css";
import styles from "./Stability.module.css";
import { VerdictIcon } from "./VerdictIcon";

interface Props {
  readonly stability: Held;
  readonly thresholds: Thresholds;
}

/** How copies of the picture were judged, each on the same scale. */
export function Stability({ stability, thresholds }: Props) {
  const texts = useTexts();
  const words = texts.result.stability;
  const { steady, views } = stability;
  const original = views.find(({ view }) => view === "original");
  const unsteady = original?.verdict === "unsure" ? words.unsteadyUnsure : words.unsteady;
  return (
    <div>
      <h4 className={styles.title}>{words.title}</h4>
      <p className={styles.answer}>{steady ? words.steady : unsteady}</p>
      <ul className={styles.views}>
        {views.map(({ view, probability_generated: probability, verdict }) => (
          <li key={view} className={styles.view} data-verdict={verdict} data-view={view}>
            <span className={styles.name}>{words.views[view]}</span>
            <span className={styles.share}>
              <VerdictIcon verdict={verdict} />
              <span className="hidden">{texts.result.verdict[verdict]}, </span>
              {percentBeside(probability, [thresholds.real, thresholds.generated], texts)}
            </span>
            <span className={styles.track} aria-hidden="true">
              <Zones thresholds={thresholds} />
              <span className={styles.needle} style={{ left: `${probability * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Zones({ thresholds: { real, generated } }: Pick<Props, "thresholds">) {
  const band = { left: `${real * 100}%`, width: `${(generated - real) * 100}%` };
  return (
    <>
      <span className={scale.real} style={{ width: band.left }} />
      <span className={scale.unsure} style={band} />
      <span className={scale.generated} style={{ left: `${generated * 100}%` }} />
    </>
  );
}
