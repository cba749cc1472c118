import { useId } from "react";
import type { Face, Report } from "../api/types";
import { percentBeside } from "../lib/format";
import { texts } from "../texts";
import styles from "./FaceCard.module.css";
import { FaceView } from "./FaceView";
import { HeatWords } from "./HeatWords";
import { Scale } from "./Scale";
import { Sources } from "./Sources";
import { StrengthSlider } from "./StrengthSlider";
import type { Loaded } from "./useLoadedPicture";
import { VerdictIcon } from "./VerdictIcon";
import { meaning } from "./words";

interface Props {
  readonly face: Face;
  readonly number: number;
  readonly report: Report;
  readonly loaded: Loaded;
  readonly strength: number;
  readonly onStrength: (strength: number) => void;
}

/** One face: how it was judged, how surely, and where the model looked. */
export function FaceCard({ face, number, report, loaded, strength, onStrength }: Props) {
  const heading = useId();
  const verdict = face.verdict ?? "not_applicable";
  const { thresholds } = report;
  const probability = face.probability_generated;
  return (
    <section
      id={`face-${number}`}
      className={styles.card}
      data-verdict={verdict}
      aria-labelledby={heading}
      tabIndex={-1}
    >
      <h3 id={heading} className={styles.heading}>
        <span className={styles.number}>{texts.face.title(number)}</span>
        <span className={styles.verdict}>
          <VerdictIcon verdict={verdict} />
          {texts.verdict[verdict]}
        </span>
      </h3>
      <div className={face.usable ? styles.body : styles.brief}>
        <div className={styles.view}>
          {loaded !== "failed" && (
            <FaceView
              face={face}
              number={number}
              report={report}
              loaded={loaded}
              strength={strength}
            />
          )}
          {loaded !== "failed" && face.heatmap?.evidence && (
            <StrengthSlider number={number} strength={strength} onStrength={onStrength} />
          )}
          {face.heatmap && <HeatWords heatmap={face.heatmap} />}
        </div>
        <div className={styles.words}>
          {verdict === "not_applicable" || probability === null ? (
            <NotJudged reasons={face.reasons} />
          ) : (
            <>
              {report.faces.length > 1 && <p className={styles.meaning}>{meaning(face)}</p>}
              <Scale
                probability={probability}
                words={percentBeside(probability, [thresholds.real, thresholds.generated])}
                thresholds={thresholds}
              />
              {face.scores && <Sources scores={face.scores} />}
            </>
          )}
        </div>
      </div>
    </section>
  );
}

function NotJudged({ reasons }: { readonly reasons: readonly string[] }) {
  return (
    <>
      <p className={styles.meaning}>{texts.face.notJudged}</p>
      <ul className={styles.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>{texts.face.reasons[reason] ?? reason}</li>
        ))}
      </ul>
    </>
  );
}
