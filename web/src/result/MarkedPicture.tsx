import type { Face, Report } from "../api/types";
import type { Picture } from "../check/useCheck";
import { CROP, cropTransform } from "../lib/geometry";
import { texts } from "../texts";
import { FaceTag } from "./FaceTag";
import styles from "./MarkedPicture.module.css";
import { useLoadedPicture } from "./useLoadedPicture";

interface Props {
  readonly picture: Picture;
  /** What was found in it; left out while nobody knows. */
  readonly report?: Report;
  /** How strongly the heat maps are laid over it, 0 to 1. */
  readonly heat?: number;
}

/** The whole picture, every face outlined and numbered. */
export function MarkedPicture({ picture, report, heat = 0 }: Props) {
  const unshowable = useLoadedPicture(picture.url, report?.image) === "failed";
  const size = report && { width: report.image.width, height: report.image.height };
  return (
    <div className={styles.frame} style={size && { maxWidth: `calc(70vh * ${aspect(size)})` }}>
      <div className={styles.picture} style={size && { aspectRatio: aspect(size) }}>
        {!unshowable && (
          <img
            className={styles.image}
            src={picture.url}
            alt={texts.picture.alt(picture.file.name || texts.picture.pasted)}
            draggable={false}
          />
        )}
        {size && report && (
          <>
            <svg
              className={styles.overlay}
              viewBox={`0 0 ${size.width} ${size.height}`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              {heat > 0 &&
                report.faces.map((face) => <Heat key={face.box.join()} face={face} heat={heat} />)}
              {report.faces.map((face) => (
                <Outline key={face.box.join()} face={face} />
              ))}
            </svg>
            {report.faces.map((face, index) => (
              <FaceTag key={face.box.join()} face={face} number={index + 1} size={size} />
            ))}
          </>
        )}
      </div>
      {unshowable && (
        <p className={styles.note}>
          {report ? texts.picture.unshowable : texts.picture.unshowableYet}
        </p>
      )}
    </div>
  );
}

function aspect(size: { readonly width: number; readonly height: number }): number {
  return size.width / size.height;
}

function Heat({ face, heat }: { readonly face: Face; readonly heat: number }) {
  const overlay = face.heatmap?.evidence ? face.heatmap.overlay : null;
  return overlay ? (
    <image
      href={overlay}
      width={CROP.width}
      height={CROP.height}
      preserveAspectRatio="none"
      transform={cropTransform(face)}
      opacity={heat}
    />
  ) : null;
}

function Outline({ face }: { readonly face: Face }) {
  const [x, y, width, height] = face.box;
  const rect = { x, y, width, height, rx: Math.min(width, height) * 0.04 };
  return (
    <g data-face-outline data-verdict={face.verdict ?? "not_applicable"}>
      <rect className={styles.casing} {...rect} />
      <rect className={styles.outline} {...rect} />
    </g>
  );
}
