/** Where the reader was in the list, kept in the browser's history: “back” leads there again. */

export interface Place {
  /** How many entries were shown. */
  readonly shown: number;
  /** How far the page was scrolled, in pixels. */
  readonly scroll: number;
}

let listed = "/history";

/** The address at which the list was last seen, with its filters. */
export function lastListed(): string {
  return listed;
}

export function keepListed(address: string): void {
  listed = address;
}

/** To be called before an entry is opened. */
export function keepPlace(shown: number): void {
  const place: Place = { shown, scroll: window.scrollY };
  history.replaceState({ place }, "");
}

/** The place that was kept; null where the list is come to anew. */
export function keptPlace(): Place | null {
  const state: unknown = history.state;
  const { place } = (typeof state === "object" && state !== null ? state : {}) as {
    place?: Place;
  };
  return place ?? null;
}
