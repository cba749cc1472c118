import { useState } from "react";
import { deleteSaved } from "../api/client";
import type { SavedCheck } from "../api/types";
import { SavedActions } from "../check/Actions";
import { Failed } from "../check/Failed";
import type { Picture } from "../check/queue";
import { useModels } from "../check/useModels";
import { moment } from "../lib/format";
import { Proves } from "../result/Proves";
import { Result } from "../result/Result";
import { Link, navigate, useTitle } from "../shell/router";
import { useTexts } from "../texts";
import { Confirm } from "./Confirm";
import styles from "./EntryPage.module.css";
import { lastListed } from "./place";
import { Recheck } from "./Recheck";
import { useSavedCheck } from "./useSavedCheck";

/** One saved check: its answer as it was given, and what another model would say. */
export function EntryPage({ id }: { readonly id: string }) {
  const texts = useTexts();
  const words = texts.history;
  const { opened, load } = useSavedCheck(id);
  useTitle(texts.shell.pages.entry);
  const gone = opened.step === "failed" && opened.failure.kind === "unknown-report";
  return (
    <>
      <p data-screen-only>
        <Link to={lastListed()}>← {words.entry.back}</Link>
      </p>
      {opened.step === "loading" && (
        <p role="status" className="soft">
          {words.entry.loading}
        </p>
      )}
      {gone && (
        <section className="message">
          <h1>{words.entry.gone.title}</h1>
          <p>{words.entry.gone.what}</p>
        </section>
      )}
      {opened.step === "failed" && !gone && <Failed failure={opened.failure} onAgain={load} />}
      {opened.step === "open" && (
        <Entry saved={opened.saved} picture={opened.picture} whole={opened.whole} />
      )}
    </>
  );
}

interface EntryProps {
  readonly saved: SavedCheck;
  readonly picture: Picture;
  readonly whole: boolean;
}

function Entry({ saved, picture, whole }: EntryProps) {
  const texts = useTexts();
  const words = texts.history;
  const { entry, report } = saved;
  const models = useModels().list?.models ?? [];
  const judge = models.find(({ name }) => name === report.model);
  const [leaving, setLeaving] = useState(false);
  const name = entry.name || words.unnamed;

  const remove = async (signal: AbortSignal) => {
    await deleteSaved(entry.id, signal);
    navigate(lastListed(), { replace: true });
  };
  return (
    <>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1>{name}</h1>
          <p className="soft">
            {words.checkedAt(moment(entry.created, texts))},{" "}
            {words.savedAt(moment(entry.saved, texts))} · {judge?.title ?? entry.model}
          </p>
        </div>
        <button type="button" className="button" onClick={() => setLeaving(true)}>
          {words.remove.short}
        </button>
      </header>
      {!whole && <p role="alert">{words.entry.noPicture}</p>}
      <Result picture={picture} report={report} model={judge}>
        <SavedActions picture={picture} saved={saved} />
      </Result>
      <Proves model={judge} />
      {whole && <Recheck entry={entry} before={report} file={picture.file} models={models} />}
      {leaving && (
        <Confirm
          title={words.remove.title}
          confirm={words.remove.confirm}
          onConfirm={remove}
          onClose={() => setLeaving(false)}
        >
          {words.remove.what(name)}
        </Confirm>
      )}
    </>
  );
}
