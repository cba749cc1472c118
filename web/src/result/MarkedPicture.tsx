import type { Face, Report } from "../api/types";
import { CROP, cropTransform } from "../lib/geometry";
import { useTexts } from "../texts";
import { FaceTag } from "./FaceTag";
import { heatmapOf, type Judgeable, verdictOf } from "./judgement";
import styles from "./MarkedPicture.module.css";
import { type Loaded, useLoadedPicture } from "./useLoadedPicture";

/** A picture as the page shows it; the name is empty where it has none. */
export interface ShownPicture {
  readonly name: string;
  readonly url: string;
}

type Marked = Judgeable & Partial<Pick<Face, "crop_to_picture">>;

interface Props {
  readonly picture: ShownPicture;
  /** What was found in it; left out while nobody knows. */
  readonly seen?: { readonly image: Report["image"]; readonly faces: readonly Marked[] };
  /** What the names of the cards that the numbers lead to begin with; null where there are none. */
  readonly linked?: string | null;
  /** How strongly the heat maps are laid over it, 0 to 1. */
  readonly heat?: number;
}

/** The whole picture, every face outlined and numbered. */
export function MarkedPicture({ picture, seen, linked = null, heat = 0 }: Props) {
  const words = useTexts().result.picture;
  const loaded = useLoadedPicture(picture.url, seen?.image);
  const unshowable = loaded === "failed";
  const size = seen ? seen.image : naturalSize(loaded);
  return (
    <div className={styles.frame} style={size && { maxWidth: `calc(70vh * ${aspect(size)})` }}>
      <div className={styles.picture} style={size && { aspectRatio: aspect(size) }}>
        {!unshowable && (
          <img
            className={styles.image}
            src={picture.url}
            alt={words.alt(picture.name || words.pasted)}
            draggable={false}
          />
        )}
        {size && seen && (
          <>
            <svg
              className={styles.overlay}
              viewBox={`0 0 ${size.width} ${size.height}`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              {heat > 0 &&
                seen.faces.map((face) => <Heat key={face.box.join()} face={face} heat={heat} />)}
              {seen.faces.map((face) => (
                <Outline key={face.box.join()} face={face} />
              ))}
            </svg>
            {seen.faces.map((face, index) => (
              <FaceTag
                key={face.box.join()}
                box={face.box}
                verdict={verdictOf(face)}
                number={index + 1}
                size={size}
                linked={linked}
              />
            ))}
          </>
        )}
      </div>
      {unshowable && (
        <p className={styles.note}>{linked === null ? words.unshowableYet : words.unshowable}</p>
      )}
    </div>
  );
}

/** The size of a picture before the server has said it, so that nothing moves when it does. */
function naturalSize(loaded: Loaded) {
  return loaded instanceof HTMLImageElement
    ? { width: loaded.naturalWidth, height: loaded.naturalHeight }
    : undefined;
}

function aspect(size: { readonly width: number; readonly height: number }): number {
  return size.width / size.height;
}

function Heat({ face, heat }: { readonly face: Marked; readonly heat: number }) {
  const map = heatmapOf(face);
  const overlay = map?.evidence ? map.overlay : null;
  return overlay && face.crop_to_picture ? (
    <image
      href={overlay}
      width={CROP.width}
      height={CROP.height}
      preserveAspectRatio="none"
      transform={cropTransform(face.crop_to_picture)}
      opacity={heat}
    />
  ) : null;
}

function Outline({ face }: { readonly face: Marked }) {
  const [x, y, width, height] = face.box;
  const rect = { x, y, width, height, rx: Math.min(width, height) * 0.04 };
  return (
    <g data-face-outline data-verdict={verdictOf(face)}>
      <rect className={styles.casing} {...rect} />
      <rect className={styles.outline} {...rect} />
    </g>
  );
}
