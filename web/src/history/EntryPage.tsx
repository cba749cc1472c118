import { useState } from "react";
import { deleteSaved } from "../api/client";
import { useOwner } from "../api/token";
import type { Model, SavedCheck } from "../api/types";
import { useModelList } from "../api/useModelList";
import { SavedActions } from "../check/Actions";
import { Failed } from "../check/Failed";
import type { Picture } from "../check/queue";
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

interface Props {
  readonly id: string;
  /** Told that the saved check was deleted. */
  readonly onRemoved: (id: string) => void;
}

/** One saved check: its answer as it was given, and what another model would say. */
export function EntryPage({ id, onRemoved }: Props) {
  const texts = useTexts();
  const words = texts.history;
  const { opened, load } = useSavedCheck(id);
  const models = useModelList();
  const owner = useOwner();
  const name = opened.step === "open" && (opened.saved.entry.name || words.unnamed);
  // A page saved as PDF is named by its title.
  useTitle(name ? `${name} · ${texts.shell.pages.entry}` : texts.shell.pages.entry);
  const again = () => {
    models.retry();
    void load();
  };
  const gone = opened.step === "failed" && opened.failure.kind === "unknown-report";
  return (
    <>
      <p data-screen-only>
        <Link to={lastListed()}>← {words.entry.back}</Link>
      </p>
      {opened.step !== "open" && !gone && <h1 className="hidden">{texts.shell.pages.entry}</h1>}
      {opened.step === "loading" && (
        <p role="status" className="soft">
          {words.entry.loading}
        </p>
      )}
      {gone && (
        <section className="message">
          <h1>{words.entry.gone.title}</h1>
          <p>{words.entry.gone.what[owner]}</p>
        </section>
      )}
      {opened.step === "failed" && !gone && <Failed failure={opened.failure} onAgain={again} />}
      {opened.step === "open" && (
        <Entry {...opened} models={models.list?.models ?? []} onRemoved={onRemoved} />
      )}
    </>
  );
}

interface EntryProps extends Pick<Props, "onRemoved"> {
  readonly saved: SavedCheck;
  readonly picture: Picture;
  readonly whole: boolean;
  readonly models: readonly Model[];
}

function Entry({ saved, picture, whole, models, onRemoved }: EntryProps) {
  const texts = useTexts();
  const words = texts.history;
  const { entry, report } = saved;
  const judge = models.find(({ name }) => name === report.model);
  const [leaving, setLeaving] = useState(false);
  const name = entry.name || words.unnamed;

  const remove = async (signal: AbortSignal) => {
    await deleteSaved(entry.id, signal);
    onRemoved(entry.id);
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
      <Result picture={picture} report={report} checked={entry.created} model={judge}>
        <SavedActions picture={picture} saved={saved} />
      </Result>
      <Proves model={judge} />
      {whole && models.length > 0 && (
        <Recheck entry={entry} before={report} picture={picture} models={models} />
      )}
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
