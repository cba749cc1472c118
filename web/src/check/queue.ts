/** The pictures of this visit: checked one after the other, and kept until the page is left. */
import { type ApiFailure, asFailure, detect, validateFace } from "../api/client";
import type { CheckedReport, FaceCheck, HistoryEntry } from "../api/types";
import { isShowable } from "../lib/showable";
import { patiently } from "./patiently";

/** A picture that the reader gave, and an address under which the page can show it. */
export interface Picture {
  readonly file: File;
  readonly name: string;
  readonly url: string;
}

export type State =
  | { readonly step: "waiting" }
  | { readonly step: "finding"; readonly pause: number | null }
  | { readonly step: "judging"; readonly found: FaceCheck; readonly pause: number | null }
  | {
      readonly step: "done";
      readonly report: CheckedReport;
      /** Where it was saved. */
      readonly saved: HistoryEntry | null;
    }
  | { readonly step: "failed"; readonly failure: ApiFailure }
  | { readonly step: "cancelled" };

export interface Check {
  readonly id: number;
  readonly picture: Picture;
  /** Where it stands; `pause` is in seconds, where a busy server asked for one. */
  readonly state: State;
}

export interface Checks {
  readonly all: readonly Check[];
  /** The one that the page shows. */
  readonly shown: Check | null;
}

/** How many pictures are held at most: each keeps its report with its heat maps. */
export const MOST = 100;

/** What a check is asked for; the map made by covering parts is slow, and made on request. */
export const FULL = { explain: true, stability: true, occlusion: false, provenance: true } as const;

export class CheckQueue {
  #checks: Checks = { all: [], shown: null };
  #model: string | null = null;
  #next = 1;
  #running: { readonly id: number; readonly controller: AbortController } | null = null;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly checks = (): Checks => this.#checks;

  /**
   * Takes pictures and shows the first of them. It goes before what is under way, which waits.
   *
   * @returns How many were taken; there is no place for more than `MOST`.
   */
  add(files: readonly File[]): number {
    const taken = files.slice(0, Math.max(0, MOST - this.#checks.all.length));
    const added = taken.map((file): Check => {
      const picture = { file, name: file.name, url: URL.createObjectURL(file) };
      return { id: this.#next++, picture, state: { step: "waiting" } };
    });
    const [first] = added;
    if (first === undefined) {
      return 0;
    }
    this.#publish([...this.#checks.all, ...added], first.id);
    this.#postpone();
    this.#advance();
    return added.length;
  }

  /** Shows a check; if it waits, it is the next. */
  show(id: number): void {
    this.#publish(this.#checks.all, id);
  }

  /** Lets a model judge from the next check on; null leaves the choice to the server. */
  use(model: string | null): void {
    this.#model = model;
  }

  /** Checks a picture anew, before all others. */
  again(id: number): void {
    this.#set(id, { step: "waiting" });
    this.show(id);
    this.#postpone();
    this.#leave(id);
  }

  /** Ends a check, or keeps it from beginning. */
  cancel(id: number): void {
    this.#set(id, { step: "cancelled" });
    this.#leave(id);
  }

  /** Ends the check under way and keeps those that wait from beginning. */
  cancelAll(): void {
    for (const { id, state } of this.#checks.all) {
      if (isOpen(state)) {
        this.#set(id, { step: "cancelled" });
      }
    }
    this.#stop();
  }

  /** Forgets a picture; where it was shown, the one beside it is. */
  remove(id: number): void {
    const { all, shown } = this.#checks;
    const at = all.findIndex((one) => one.id === id);
    const beside = all[at + 1] ?? all[at - 1];
    URL.revokeObjectURL(all[at]?.picture.url ?? "");
    this.#publish(
      all.filter((one) => one.id !== id),
      (shown?.id === id ? beside?.id : shown?.id) ?? null,
    );
    this.#leave(id);
  }

  /** Forgets all pictures, and ends what is under way. */
  clear(): void {
    this.#stop();
    for (const { picture } of this.#checks.all) {
      URL.revokeObjectURL(picture.url);
    }
    this.#publish([], null);
  }

  /** Puts a report that says more in place of the one that is there. */
  replace(id: number, report: CheckedReport): void {
    const state = this.#checks.all.find((one) => one.id === id)?.state;
    if (state?.step === "done" && report.saveable_until === null) {
      // It has no place on the server; what the first one has stays, and can be saved.
      const { id: known, created, saveable_until } = state.report;
      const kept = { ...report, id: known, created, saveable_until };
      this.#set(id, { ...state, report: kept });
    } else {
      this.#set(id, { step: "done", report, saved: null });
    }
  }

  /** Remembers where the server keeps a report. */
  saved(report: string, entry: HistoryEntry): void {
    this.#changeSaved((state) => (state.report.id === report ? entry : state.saved));
  }

  /** Forgets that a report was saved, since it was deleted; null for all. */
  unsaved(entry: string | null): void {
    this.#changeSaved(({ saved }) => (entry === null || saved?.id === entry ? null : saved));
  }

  #changeSaved(of: (state: State & { readonly step: "done" }) => HistoryEntry | null): void {
    for (const { id, state } of this.#checks.all) {
      if (state.step === "done" && of(state) !== state.saved) {
        this.#set(id, { ...state, saved: of(state) });
      }
    }
  }

  /** Puts the check under way back among those that wait, unless it is the one shown. */
  #postpone(): void {
    if (this.#running !== null && this.#running.id !== this.#checks.shown?.id) {
      this.#set(this.#running.id, { step: "waiting" });
      this.#stop();
    }
  }

  #stop(): void {
    this.#running?.controller.abort();
    this.#running = null;
  }

  /** Ends the check if it is the one under way, and goes on with the next. */
  #leave(id: number): void {
    if (this.#running?.id === id) {
      this.#stop();
    }
    this.#advance();
  }

  #advance(): void {
    const { all, shown } = this.#checks;
    const waits = (check: Check | null | undefined) => check?.state.step === "waiting";
    const next = waits(shown) ? shown : all.find(waits);
    if (this.#running === null && next) {
      const controller = new AbortController();
      this.#running = { id: next.id, controller };
      void this.#run(next, controller.signal);
    }
  }

  async #run({ id, picture }: Check, signal: AbortSignal): Promise<void> {
    const { file } = picture;
    let end: State;
    try {
      const found = await patiently(
        signal,
        () => validateFace(file, signal, !isShowable(file)),
        (pause) => this.#set(id, { step: "finding", pause }),
      );
      if (found.preview) {
        URL.revokeObjectURL(picture.url);
        this.#change(id, { picture: { ...picture, url: found.preview } });
      }
      const report = await patiently(
        signal,
        () => detect(file, this.#model, FULL, signal),
        (pause) => this.#set(id, { step: "judging", found, pause }),
      );
      end = { step: "done", report, saved: null };
    } catch (error) {
      end = { step: "failed", failure: asFailure(error) };
    }
    if (!signal.aborted) {
      this.#running = null;
      this.#set(id, end);
      this.#advance();
    }
  }

  #set(id: number, state: State): void {
    this.#change(id, { state });
  }

  #change(id: number, changes: Partial<Pick<Check, "picture" | "state">>): void {
    const all = this.#checks.all.map((one) => (one.id === id ? { ...one, ...changes } : one));
    this.#publish(all, this.#checks.shown?.id ?? null);
  }

  #publish(all: readonly Check[], shown: number | null): void {
    this.#checks = { all, shown: all.find(({ id }) => id === shown) ?? null };
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** Whether a check still waits or is under way. */
export function isOpen({ step }: State): boolean {
  return step === "waiting" || step === "finding" || step === "judging";
}
