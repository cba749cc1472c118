import { useRef, useState } from "react";
import type { HistoryEntry, Model } from "../api/types";
import { useServedPicture } from "../api/useServedPicture";
import { moment, percentBeside } from "../lib/format";
import { VerdictIcon } from "../result/VerdictIcon";
import { Link } from "../shell/router";
import { useTexts } from "../texts";
import styles from "./EntryTile.module.css";

interface Props {
  readonly entry: HistoryEntry;
  /** The model that judged, where the server still has it. */
  readonly model: Model | undefined;
  readonly onOpen: () => void;
  readonly onDelete: () => void;
}

/** One saved check in the list; all of it but the button opens it. */
export function EntryTile({ entry, model, onOpen, onDelete }: Props) {
  const texts = useTexts();
  const words = texts.history;
  const tile = useRef<HTMLLIElement>(null);
  const thumbnail = useServedPicture(entry.thumbnail, tile);
  const [broken, setBroken] = useState(false);
  const name = entry.name || words.unnamed;
  const probability = entry.probability_generated;
  const marks = model ? [model.thresholds.real, model.thresholds.generated] : [];
  const aspect = entry.width / entry.height;
  const shape = aspect > 1.5 || aspect < 0.6 ? "long" : "even";
  return (
    <li ref={tile} className={styles.entry} data-verdict={entry.verdict} data-entry={entry.id}>
      <div className={styles.picture} data-shape={shape}>
        {broken ? (
          <p className={styles.missing}>{words.noThumbnail}</p>
        ) : (
          thumbnail && (
            <img
              src={thumbnail}
              alt=""
              loading="lazy"
              decoding="async"
              width="320"
              height="320"
              onError={() => setBroken(true)}
            />
          )
        )}
      </div>
      <div className={styles.words}>
        <p className={styles.verdict}>
          <VerdictIcon verdict={entry.verdict} />
          {texts.result.verdict[entry.verdict]}
        </p>
        <Link to={`/history/${entry.id}`} className={styles.open} onClick={onOpen}>
          {name}
        </Link>
        <p className={styles.facts}>
          {probability !== null && (
            <span>{words.likely(percentBeside(probability, marks, texts))}</span>
          )}
          {entry.why_unsure === "not_steady" && <span>{words.notSteady}</span>}
          {entry.faces > 1 && <span>{words.faces(entry.faces)}</span>}
          <span>{model?.title ?? entry.model}</span>
          <time dateTime={entry.created}>{moment(entry.created, texts)}</time>
        </p>
      </div>
      <button
        type="button"
        className={styles.remove}
        aria-label={words.remove.one(name)}
        title={words.remove.one(name)}
        onClick={onDelete}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 6.5h16M9.5 6V3.5h5V6M6.5 6.5l1 14h9l1-14M10.2 10v7M13.8 10v7" />
        </svg>
      </button>
    </li>
  );
}
