import { useState } from "react";
import type { Model, Report } from "../api/types";
import type { Picture } from "../check/useCheck";
import { fileSize } from "../lib/format";
import { texts } from "../texts";
import { About } from "./About";
import { FaceCard } from "./FaceCard";
import { MarkedPicture } from "./MarkedPicture";
import styles from "./Result.module.css";
import { Summary } from "./Summary";
import { useLoadedPicture } from "./useLoadedPicture";

interface Props {
  readonly picture: Picture;
  readonly report: Report;
  readonly model: Model | undefined;
}

/** The answer: the marked picture beside the verdict and a card for every face. */
export function Result({ picture, report, model }: Props) {
  const [strength, setStrength] = useState(0.7);
  const [everywhere, setEverywhere] = useState(false);
  const loaded = useLoadedPicture(picture.url, report.image);
  const { image, faces } = report;
  const hot = loaded !== "failed" && faces.some((face) => face.heatmap?.evidence);
  return (
    <div className="columns">
      <figure className={styles.figure}>
        <MarkedPicture picture={picture} report={report} heat={everywhere ? strength : 0} />
        <figcaption className={styles.caption}>
          <span className={styles.name}>{picture.file.name || texts.picture.pasted}</span>
          <span>
            {texts.picture.facts(image.format, image.width, image.height, fileSize(image.bytes))}
          </span>
        </figcaption>
        {hot && (
          <label className={styles.everywhere}>
            <input
              type="checkbox"
              checked={everywhere}
              onChange={(event) => setEverywhere(event.target.checked)}
            />
            {texts.heat.onPicture}
          </label>
        )}
      </figure>
      <div className={styles.answer}>
        <Summary report={report} />
        {faces.map((face, index) => (
          <FaceCard
            key={face.box.join()}
            face={face}
            number={index + 1}
            report={report}
            loaded={loaded}
            strength={strength}
            onStrength={setStrength}
          />
        ))}
        <About report={report} model={model} />
      </div>
    </div>
  );
}
