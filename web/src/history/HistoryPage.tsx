import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { deleteHistory, deleteSaved } from "../api/client";
import { useOwner } from "../api/token";
import type { HistoryEntry } from "../api/types";
import { useModelList } from "../api/useModelList";
import { Failed } from "../check/Failed";
import { count } from "../lib/format";
import { PageHead } from "../reading/PageHead";
import { navigate, useSearch, useTitle } from "../shell/router";
import { useTexts } from "../texts";
import { Confirm } from "./Confirm";
import { EmptyHistory, NothingFits } from "./Empty";
import { EntryTile } from "./EntryTile";
import { Exports } from "./Exports";
import { FilterBar } from "./FilterBar";
import { addressOf, type Filters, filtersOf, narrows, queryOf } from "./filters";
import styles from "./HistoryPage.module.css";
import { keepListed, keepPlace, keptPlace } from "./place";
import { PAGE, useSavedChecks } from "./useSavedChecks";
import { useView, ViewSwitch } from "./ViewSwitch";

interface Props {
  /** Told which saved check was deleted; null where all were. */
  readonly onRemoved: (id: string | null) => void;
}

/** The saved checks: filtered, in order, as a grid or a list. */
export function HistoryPage({ onRemoved }: Props) {
  const texts = useTexts();
  const words = texts.history;
  useTitle(words.title);
  const search = useSearch();
  const filters = useMemo(() => filtersOf(search), [search]);
  const query = useMemo(() => queryOf(filters), [filters]);
  const [place] = useState(keptPlace);
  const { list, busy, failure, more, reload, drop } = useSavedChecks(query, place?.shown ?? PAGE);
  const modelList = useModelList();
  const models = modelList.list?.models ?? [];
  const owner = useOwner();
  const [view, chooseView] = useView();
  const [leaving, setLeaving] = useState<HistoryEntry | "all" | null>(null);
  const [said, setSaid] = useState("");
  const items = useRef<HTMLUListElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  /** Which entry gets the focus once more of them are there. */
  const focusOn = useRef<number | null>(null);

  useEffect(() => keepListed(addressOf(filters)), [filters]);

  const arrived = list !== null;
  useLayoutEffect(() => {
    if (arrived && place !== null) {
      window.scrollTo({ top: place.scroll, behavior: "instant" });
    }
  }, [arrived, place]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the list has changed
  useEffect(() => {
    if (focusOn.current !== null) {
      items.current?.children[focusOn.current]?.querySelector("a")?.focus();
      focusOn.current = null;
    }
  }, [list]);

  const again = () => {
    modelList.retry();
    void reload();
  };
  const change = useCallback((changed: Filters) => {
    setSaid("");
    navigate(addressOf(changed));
  }, []);

  const remove = async (entry: HistoryEntry, signal: AbortSignal) => {
    await deleteSaved(entry.id, signal);
    onRemoved(entry.id);
    drop(entry.id);
    setLeaving(null);
    setSaid(words.remove.done(entry.name || words.unnamed));
    title.current?.focus({ preventScroll: true });
  };
  const removeAll = async (signal: AbortSignal) => {
    const { deleted } = await deleteHistory(signal);
    onRemoved(null);
    setLeaving(null);
    setSaid(words.remove.allDone(count(deleted, texts), deleted === 1));
    title.current?.focus({ preventScroll: true });
    reload();
  };

  const narrowed = narrows(filters);
  const none = list?.total === 0;
  const one = list?.total === 1;
  const total = list ? count(list.total, texts) : "";
  const seen = useMemo(() => [...new Set(list?.items.map(({ model }) => model))], [list]);
  return (
    <>
      <PageHead ref={title} title={words.title} lead={words.lead[owner]} />
      {!(none && !narrowed) && (
        <FilterBar filters={filters} models={models} seen={seen} onChange={change} />
      )}
      <p role="status" className={styles.said}>
        {said}
      </p>
      {list === null && busy && <p className="soft">{words.loading}</p>}
      {failure && list === null && <Failed failure={failure} onAgain={again} />}
      {none && (narrowed ? <NothingFits /> : <EmptyHistory />)}
      {list !== null && !none && (
        <>
          <div className={styles.bar}>
            <p role="status">{narrowed ? words.fitting(total, one) : words.total(total, one)}</p>
            <ViewSwitch view={view} onChoose={chooseView} />
          </div>
          <ul ref={items} className={styles.entries} data-view={view} aria-busy={busy}>
            {list.items.map((entry) => (
              <EntryTile
                key={entry.id}
                entry={entry}
                model={models.find(({ name }) => name === entry.model)}
                onOpen={() => keepPlace(list.items.length)}
                onDelete={() => setLeaving(entry)}
              />
            ))}
          </ul>
          {failure && (
            <Failed
              failure={failure}
              onAgain={() => (list.next === null ? reload() : more(list.next))}
            />
          )}
          {list.next !== null && (
            <div className={styles.more}>
              <button
                type="button"
                className="button"
                aria-disabled={busy}
                onClick={() => {
                  if (!busy && list.next !== null) {
                    focusOn.current = list.items.length;
                    more(list.next);
                  }
                }}
              >
                {busy ? words.moreBusy : words.more}
              </button>
              <p role="status" className="soft">
                {words.shown(count(list.items.length, texts), total)}
              </p>
            </div>
          )}
          <footer className={styles.foot}>
            <Exports filters={filters} />
            <button type="button" className="button" onClick={() => setLeaving("all")}>
              {words.remove.all}
            </button>
          </footer>
        </>
      )}
      {leaving === "all" && (
        <Confirm
          title={words.remove.allTitle}
          confirm={words.remove.allConfirm}
          onConfirm={removeAll}
          onClose={() => setLeaving(null)}
        >
          {words.remove.allWhat[owner]}
        </Confirm>
      )}
      {leaving !== null && leaving !== "all" && (
        <Confirm
          title={words.remove.title}
          confirm={words.remove.confirm}
          onConfirm={(signal) => remove(leaving, signal)}
          onClose={() => setLeaving(null)}
        >
          {words.remove.what(leaving.name || words.unnamed)}
        </Confirm>
      )}
    </>
  );
}
