import { useId, useState } from "react";
import { ApiFailure, asFailure, saveReport } from "../api/client";
import { useOwner } from "../api/token";
import type { CheckedReport, HistoryEntry, SavedCheck } from "../api/types";
import { moment } from "../lib/format";
import { saveFile } from "../lib/saveFile";
import { Link } from "../shell/router";
import { useTexts } from "../texts";
import styles from "./Actions.module.css";
import { Failed } from "./Failed";
import type { Picture } from "./queue";

interface Props {
  readonly picture: Picture;
  readonly report: CheckedReport;
  /** Where it was saved. */
  readonly entry: HistoryEntry | null;
  readonly onSaved: (entry: HistoryEntry) => void;
}

type Saving = "idle" | "busy" | ApiFailure;

/** Saving, passing on and printing what was found. */
export function Actions({ picture, report, entry, onSaved }: Props) {
  const texts = useTexts();
  const words = texts.result.actions;
  const heading = useId();
  const owner = useOwner();
  const [saving, setSaving] = useState<Saving>("idle");
  const failure = saving instanceof ApiFailure ? saving : null;
  // Goes on where the page is left meanwhile: whether it was saved must be known later.
  const save = async () => {
    setSaving("busy");
    try {
      onSaved(await saveReport(report.id));
      setSaving("idle");
    } catch (error) {
      setSaving(asFailure(error));
    }
  };
  const expired = failure?.kind === "report-expired";
  return (
    <section className={styles.actions} data-screen-only aria-labelledby={heading}>
      <h3 id={heading} className={styles.title}>
        {words.title}
      </h3>
      <div className={styles.buttons}>
        {entry === null && report.saveable_until !== null && (
          <button
            type="button"
            className="button"
            data-main
            disabled={saving === "busy" || expired}
            onClick={() => void save()}
          >
            {saving === "busy" ? words.saving : words.save}
          </button>
        )}
        {entry && <CopyLink entry={entry} />}
        <TakeAway picture={picture} content={report} />
      </div>
      <p role="status" className={styles.state}>
        {entry && (
          <>
            {words.saved[owner]} <Link to={`/history/${entry.id}`}>{words.open}</Link>
          </>
        )}
        {expired && words.expired}
        {saving === "idle" &&
          entry === null &&
          (report.saveable_until === null
            ? words.off
            : words.until(moment(report.saveable_until, texts)))}
      </p>
      {failure && !expired && <Failed failure={failure} onAgain={() => void save()} />}
    </section>
  );
}

interface SavedProps {
  readonly picture: Picture;
  readonly saved: SavedCheck;
}

/** What a saved result can be taken away as. */
export function SavedActions({ picture, saved }: SavedProps) {
  const words = useTexts().result.actions;
  const heading = useId();
  return (
    <section className={styles.actions} data-screen-only aria-labelledby={heading}>
      <h3 id={heading} className={styles.title}>
        {words.savedTitle}
      </h3>
      <div className={styles.buttons}>
        <CopyLink entry={saved.entry} />
        <TakeAway picture={picture} content={saved} />
      </div>
    </section>
  );
}

interface TakeAwayProps {
  readonly picture: Picture;
  /** What the file holds, just as the server gave it. */
  readonly content: CheckedReport | SavedCheck;
}

function TakeAway({ picture, content }: TakeAwayProps) {
  const words = useTexts().result.actions;
  const download = () => {
    const file = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
    saveFile(file, `${words.file}-${picture.name.replace(/\.[^.]*$/, "") || "1"}.json`);
  };
  return (
    <>
      <button type="button" className="button" onClick={download}>
        {words.download}
      </button>
      <button type="button" className="button" onClick={() => window.print()}>
        {words.print}
      </button>
    </>
  );
}

function CopyLink({ entry }: { readonly entry: HistoryEntry }) {
  const words = useTexts().result.actions;
  const owner = useOwner();
  const [said, say] = useState("");
  const link = new URL(`/history/${entry.id}`, location.href).href;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      say(words.copied[owner]);
    } catch {
      say(words.notCopied(link));
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        {words.copy}
      </button>
      <p role="status" className={styles.copied}>
        {said}
      </p>
    </>
  );
}
