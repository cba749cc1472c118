import { useEffect, useRef } from "react";
import type { Face, Report } from "../api/types";
import { CROP, pictureToCrop } from "../lib/geometry";
import { useTexts } from "../texts";
import styles from "./FaceView.module.css";
import type { Loaded } from "./useLoadedPicture";

/** Canvas pixels for each crop pixel: sharp at twice the size at which it is shown. */
const SCALE = 3;

interface Props {
  readonly face: Face;
  readonly number: number;
  readonly report: Report;
  readonly loaded: Loaded;
  /** The map laid over it, if any, and how strongly, 0 to 1. */
  readonly overlay?: string | null;
  readonly strength?: number;
}

/** The face, levelled and cut as the model saw it, under its heat map. */
export function FaceView({ face, number, report, loaded, overlay = null, strength = 1 }: Props) {
  const words = useTexts().result.heat;
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !(loaded instanceof HTMLImageElement)) {
      return;
    }
    context.resetTransform();
    context.clearRect(0, 0, CROP.width * SCALE, CROP.height * SCALE);
    context.imageSmoothingQuality = "high";
    context.setTransform(pictureToCrop(face, SCALE));
    context.drawImage(loaded, 0, 0, report.image.width, report.image.height);
  }, [face, loaded, report]);

  return (
    <div className={styles.view}>
      <canvas
        ref={canvas}
        className={styles.face}
        width={CROP.width * SCALE}
        height={CROP.height * SCALE}
        role="img"
        aria-label={overlay ? words.viewWithHeat(number) : words.view(number)}
      />
      {overlay && (
        <img
          className={styles.heat}
          src={overlay}
          alt=""
          draggable={false}
          style={{ opacity: strength }}
        />
      )}
    </div>
  );
}
