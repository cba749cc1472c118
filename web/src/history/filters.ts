/** Which saved checks are shown, and in what order; kept in the address, so that “back” works. */
import type { HistoryQuery, Verdict } from "../api/types";

export const VERDICTS = ["generated", "unsure", "real", "not_applicable"] as const;
export const SORTS = ["newest", "oldest", "most_suspicious"] as const;

export interface Filters {
  readonly verdict: Verdict | null;
  readonly model: string | null;
  /** First and last day, such as `2026-01-31`, where the reader is. */
  readonly since: string | null;
  readonly until: string | null;
  readonly sort: (typeof SORTS)[number];
}

/** Reads the part of the address behind the path; what is not understood counts for nothing. */
export function filtersOf(search: string): Filters {
  const asked = new URLSearchParams(search);
  const day = (name: string) => {
    const value = asked.get(name) ?? "";
    return /^\d{4}-\d{2}-\d{2}$/.test(value) && moment(value) !== null ? value : null;
  };
  return {
    verdict: VERDICTS.find((one) => one === asked.get("verdict")) ?? null,
    model: asked.get("model") || null,
    since: day("since"),
    until: day("until"),
    sort: SORTS.find((one) => one === asked.get("sort")) ?? "newest",
  };
}

/** The address of the list under these filters. */
export function addressOf(filters: Filters): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value !== null && value !== "newest") {
      asked.append(name, value);
    }
  }
  return asked.size > 0 ? `/history?${asked}` : "/history";
}

/** Whether the filters may hide something; an order hides nothing. */
export function narrows({ verdict, model, since, until }: Filters): boolean {
  return [verdict, model, since, until].some((one) => one !== null);
}

/** What to ask the server. Its `until` is the moment before which a check was made. */
export function queryOf({ verdict, model, since, until, sort }: Filters): HistoryQuery {
  return {
    verdict,
    model,
    since: since === null ? null : moment(since),
    until: until === null ? null : moment(until, 1),
    sort,
  };
}

/** When a day begins where the reader is, ISO 8601; null for a day that there is not. */
function moment(day: string, later = 0): string | null {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const start = new Date(year, month - 1, date + later);
  const exists = later > 0 || (start.getMonth() === month - 1 && start.getDate() === date);
  return exists ? start.toISOString() : null;
}
