import { useId, useState } from "react";
import type { Face, Judgement, Report } from "../api/types";
import type { OcclusionRequest } from "../check/useOcclusion";
import { percentBeside } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./FaceCard.module.css";
import { FaceView } from "./FaceView";
import { HeatWords } from "./HeatWords";
import { judgementOf, occlusionOf, verdictOf } from "./judgement";
import { MapChooser } from "./MapChooser";
import { mapsOf } from "./maps";
import { OcclusionAsk } from "./OcclusionAsk";
import { Regions } from "./Regions";
import { Scale } from "./Scale";
import { Sources } from "./Sources";
import { Stability } from "./Stability";
import { StrengthSlider } from "./StrengthSlider";
import type { Loaded } from "./useLoadedPicture";
import { VerdictIcon } from "./VerdictIcon";
import { meaning } from "./words";

interface Props {
  /** Where its number on the picture leads. */
  readonly id: string;
  readonly face: Face;
  readonly number: number;
  readonly report: Report;
  readonly loaded: Loaded;
  readonly strength: number;
  readonly onStrength: (strength: number) => void;
  readonly occlusion?: OcclusionRequest;
}

/** One face: how it was judged, how surely, and where the model looked. */
export function FaceCard(props: Props) {
  const { id, face, number, report, loaded } = props;
  const words = useTexts().result;
  const heading = useId();
  const judgement = judgementOf(face);
  const verdict = verdictOf(face);
  return (
    <section
      id={id}
      className={styles.card}
      data-verdict={verdict}
      aria-labelledby={heading}
      tabIndex={-1}
    >
      <h3 id={heading} className={styles.heading}>
        <span className={styles.number}>{words.face.title(number)}</span>
        <span className={styles.verdict}>
          <VerdictIcon verdict={verdict} />
          {words.verdict[verdict]}
        </span>
      </h3>
      {judgement !== null ? (
        <Judged {...props} judgement={judgement} />
      ) : (
        <div className={styles.brief}>
          <div className={styles.view}>
            {loaded !== "failed" && (
              <FaceView face={face} number={number} report={report} loaded={loaded} />
            )}
          </div>
          <NotJudged reasons={face.reasons} />
        </div>
      )}
    </section>
  );
}

function Judged({
  face,
  number,
  report,
  loaded,
  strength,
  onStrength,
  occlusion,
  judgement,
}: Props & { readonly judgement: Judgement }) {
  const texts = useTexts();
  const words = texts.result;
  const [chosen, choose] = useState<string | null>(null);
  const [beside, setBeside] = useState(false);
  const maps = mapsOf(judgement);
  const covered = occlusionOf(face) !== null;
  const first = covered ? maps.at(-1) : maps[0];
  const map = maps.find(({ key }) => key === chosen) ?? first ?? null;
  const view = { face, number, report, loaded };
  const sideBySide = beside && map?.overlay != null;
  const { thresholds } = report;
  const { probability, scores, stability, explanation } = judgement;
  const regions = explanation?.regions ?? [];
  const tested = report.faces.some((one) => occlusionOf(one));
  return (
    <div className={styles.body} data-beside={sideBySide || undefined}>
      <div className={styles.view}>
        {loaded !== "failed" && (
          <div className={styles.views}>
            {sideBySide && <FaceView {...view} />}
            <FaceView {...view} overlay={map?.overlay ?? null} strength={strength} />
          </div>
        )}
        {loaded !== "failed" && map?.overlay && (
          <>
            <StrengthSlider number={number} strength={strength} onStrength={onStrength} />
            <label className={styles.beside}>
              <input
                type="checkbox"
                checked={beside}
                onChange={(event) => setBeside(event.target.checked)}
              />
              {words.heat.beside}
            </label>
          </>
        )}
        {maps.length > 1 && map && (
          <MapChooser number={number} maps={maps} chosen={map.key} onChoose={choose} />
        )}
        {map && <HeatWords map={map} />}
        {tested && !covered && <p className={styles.meaning}>{words.occlusion.largestOnly}</p>}
        {occlusion && !tested && (
          <OcclusionAsk
            request={occlusion}
            onAsk={() => {
              choose(null);
              occlusion.ask();
            }}
          />
        )}
      </div>
      <div className={styles.words}>
        {report.faces.length > 1 && <p className={styles.meaning}>{meaning(face, texts)}</p>}
        <Scale
          probability={probability}
          words={percentBeside(probability, [thresholds.real, thresholds.generated], texts)}
          thresholds={thresholds}
        />
        {stability && <Stability stability={stability} thresholds={thresholds} />}
        <Sources scores={scores} />
        {regions.length > 0 && <Regions regions={regions} />}
      </div>
    </div>
  );
}

function NotJudged({ reasons }: { readonly reasons: readonly string[] }) {
  const words = useTexts().result.face;
  return (
    <div className={styles.words}>
      <p className={styles.meaning}>{words.notJudged}</p>
      <ul className={styles.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>{words.reasons[reason] ?? reason}</li>
        ))}
      </ul>
    </div>
  );
}
