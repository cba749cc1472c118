import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, listHistory } from "../api/client";
import type { HistoryEntry, HistoryQuery } from "../api/types";

/** Entries that one call brings. */
export const PAGE = 48;
/** As many as one call may bring, and how many such calls lead back to a place in the list. */
const MOST = 100;
const CALLS = 6;

/** The list as far as it was fetched. */
export interface Listed {
  /** What it answers. */
  readonly query: HistoryQuery;
  readonly items: readonly HistoryEntry[];
  readonly next: string | null;
  readonly total: number;
}

/**
 * The saved checks that a query finds, page by page. While another query is asked, the old list
 * stays, unless it was empty; where that fails, it goes.
 *
 * @param query What is asked; must be the same object as long as nothing changes.
 * @param atFirst How many entries to fetch at first.
 */
export function useSavedChecks(query: HistoryQuery, atFirst: number) {
  const [list, setList] = useState<Listed | null>(null);
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  const wanted = useRef(atFirst);

  /** Asks, and makes of the list what the answer says. */
  const run = useCallback(
    async (ask: (signal: AbortSignal) => Promise<(last: Listed | null) => Listed>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setBusy(true);
      setFailure(null);
      try {
        const change = await ask(controller.signal);
        if (!controller.signal.aborted) {
          setList(change);
          setBusy(false);
        }
      } catch (error) {
        if (!controller.signal.aborted) {
          setList((last) => (last?.query === query ? last : null));
          setFailure(asFailure(error));
          setBusy(false);
        }
      }
    },
    [query],
  );

  const reload = useCallback(() => {
    return run(async (signal) => {
      const found = await fetched(query, wanted.current, signal);
      wanted.current = PAGE;
      return () => found;
    });
  }, [query, run]);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const more = useCallback(
    (cursor: string) =>
      run(async (signal) => {
        const { items, ...page } = await listHistory({ ...query, limit: PAGE, cursor }, signal);
        // Something may have been deleted meanwhile.
        return (last) => ({ query, ...page, items: [...(last?.items ?? []), ...items] });
      }),
    [query, run],
  );
  const drop = useCallback((id: string) => {
    setList(
      (last) =>
        last && {
          ...last,
          items: last.items.filter((one) => one.id !== id),
          total: last.total - 1,
        },
    );
  }, []);

  const shown = list?.query === query || list?.total ? list : null;
  return { list: shown, busy, failure, more, reload, drop };
}

/** The beginning of the list, at least `count` entries of it as far as a few calls bring them. */
async function fetched(query: HistoryQuery, count: number, signal: AbortSignal): Promise<Listed> {
  const limit = Math.min(count, MOST);
  const items: HistoryEntry[] = [];
  let page = await listHistory({ ...query, limit }, signal);
  items.push(...page.items);
  for (let calls = 1; calls < CALLS && items.length < count && page.next !== null; calls += 1) {
    page = await listHistory({ ...query, limit, cursor: page.next }, signal);
    items.push(...page.items);
  }
  return { query, items, next: page.next, total: page.total };
}
