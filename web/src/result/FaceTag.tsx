import type { Face, Verdict } from "../api/types";
import { useTexts } from "../texts";
import styles from "./FaceTag.module.css";
import { VerdictIcon } from "./VerdictIcon";

interface Props {
  readonly box: Face["box"];
  readonly verdict: Verdict;
  readonly number: number;
  /** Of the picture, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** What the names of the cards that numbers lead to begin with; null where there are none. */
  readonly linked: string | null;
}

/** The number of a face on the picture; leads to its card. */
export function FaceTag({ box, verdict, number, size, linked }: Props) {
  const words = useTexts().result;
  const left = Math.min(Math.max(box[0] / size.width, 0), 0.9);
  const top = Math.min(Math.max(box[1] / size.height, 0), 0.9);
  const place = {
    className: styles.tag,
    "data-verdict": verdict,
    "data-inside": top < 0.1 || undefined,
    style: { left: `${left * 100}%`, top: `${top * 100}%` },
  };
  if (linked === null) {
    return (
      <span {...place} aria-hidden="true">
        {number}
      </span>
    );
  }
  return (
    <a
      {...place}
      href={`#${linked}${number}`}
      aria-label={words.face.jump(number, words.verdict[verdict])}
    >
      {number}
      <VerdictIcon verdict={verdict} />
    </a>
  );
}
