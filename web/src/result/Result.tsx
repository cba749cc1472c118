import { type ReactNode, useState } from "react";
import type { Model, Report } from "../api/types";
import type { OcclusionRequest } from "../check/useOcclusion";
import { dateAndTime, fileSize } from "../lib/format";
import { useTexts } from "../texts";
import { About } from "./About";
import { FaceCard } from "./FaceCard";
import { Judge } from "./Judge";
import { heatmapOf } from "./judgement";
import { MarkedPicture, type ShownPicture } from "./MarkedPicture";
import { Provenance } from "./Provenance";
import styles from "./Result.module.css";
import { Summary } from "./Summary";
import { useLoadedPicture } from "./useLoadedPicture";

interface Props {
  readonly picture: ShownPicture;
  readonly report: Report;
  /** When it was made, ISO 8601. */
  readonly checked: string;
  /** The model that judged, where the server still has it. */
  readonly model: Model | undefined;
  /** Left out where the picture cannot be judged again. */
  readonly occlusion?: OcclusionRequest;
  /** What the names of its places begin with, where another result is on the page. */
  readonly prefix?: string;
  /** What can be done with the result. */
  readonly children?: ReactNode;
}

/** The answer: the marked picture beside the verdict and a card for every face. */
export function Result(props: Props) {
  const { picture, report, checked, model, occlusion, prefix = "", children } = props;
  const texts = useTexts();
  const words = texts.result;
  const [strength, setStrength] = useState(0.7);
  const [everywhere, setEverywhere] = useState(false);
  const loaded = useLoadedPicture(picture.url, report.image);
  const { image, faces } = report;
  const hot = loaded !== "failed" && faces.some((face) => heatmapOf(face)?.evidence);
  return (
    <div className="columns">
      <figure className={styles.figure}>
        <MarkedPicture
          picture={picture}
          seen={report}
          linked={`${prefix}face-`}
          heat={everywhere ? strength : 0}
        />
        <figcaption className={styles.caption}>
          <span className={styles.name}>{picture.name || words.picture.pasted}</span>
          <span>
            {words.picture.facts(
              image.format,
              image.width,
              image.height,
              fileSize(image.bytes, texts),
            )}
          </span>
          <time dateTime={checked}>{texts.history.checkedAt(dateAndTime(checked, texts))}</time>
        </figcaption>
        {hot && (
          <label className={styles.everywhere}>
            <input
              type="checkbox"
              checked={everywhere}
              onChange={(event) => setEverywhere(event.target.checked)}
            />
            {words.heat.onPicture}
          </label>
        )}
      </figure>
      <div className={styles.answer} data-paper-flow>
        <Summary report={report} />
        <Provenance {...report} />
        {faces.map((face, index) => (
          <FaceCard
            key={face.box.join()}
            id={`${prefix}face-${index + 1}`}
            face={face}
            number={index + 1}
            report={report}
            loaded={loaded}
            strength={strength}
            onStrength={setStrength}
            {...(occlusion && { occlusion })}
          />
        ))}
        {faces.some((face) => face.usable) && <Judge report={report} model={model} />}
        {children}
        <About report={report} model={model} />
      </div>
    </div>
  );
}
