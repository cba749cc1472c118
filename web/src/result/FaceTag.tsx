import type { Face } from "../api/types";
import { texts } from "../texts";
import styles from "./FaceTag.module.css";
import { VerdictIcon } from "./VerdictIcon";

interface Props {
  readonly face: Face;
  readonly number: number;
  /** Of the picture, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

/** The number of a face on the picture; leads to its card. */
export function FaceTag({ face, number, size }: Props) {
  const verdict = face.verdict ?? "not_applicable";
  const [x, y] = face.box;
  const left = Math.min(Math.max(x / size.width, 0), 0.9);
  const top = Math.min(Math.max(y / size.height, 0), 0.9);
  return (
    <a
      className={styles.tag}
      data-verdict={verdict}
      data-inside={top < 0.1 || undefined}
      href={`#face-${number}`}
      aria-label={texts.face.jump(number, texts.verdict[verdict])}
      style={{ left: `${left * 100}%`, top: `${top * 100}%` }}
    >
      {number}
      <VerdictIcon verdict={verdict} />
    </a>
  );
}
