/**
 * The token that some servers ask for. It is kept for this tab alone; while a call waits for one,
 * the page shows a dialogue.
 */
import { useSyncExternalStore } from "react";

const KEY = "unmask-token";

interface Question {
  /** Whether a token was sent and refused. */
  readonly refused: boolean;
  /** Ends the question: true where there is a new token to try. */
  readonly settle: (given: boolean) => void;
}

let held: string | null = null;
let question: Question | null = null;
let answer: Promise<boolean> | null = null;
const listeners = new Set<() => void>();

export function storedToken(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? held;
  } catch {
    return held;
  }
}

/**
 * Lets the page ask for a token, once for all calls that wait for it.
 *
 * @param refused Whether a token was sent.
 * @param sent That token; where another one has come meanwhile, nothing is asked.
 * @returns Whether to try again.
 */
export function askForToken(refused: boolean, sent: string | null): Promise<boolean> {
  if (sent !== storedToken()) {
    return Promise.resolve(true);
  }
  answer ??= new Promise<boolean>((settle) => {
    ask({ refused, settle });
  }).finally(() => {
    answer = null;
    ask(null);
  });
  return answer;
}

/** Whom the history belongs to: whoever has this browser's cookie, or whoever has the token. */
export function useOwner(): "cookie" | "token" {
  return useSyncExternalStore(subscribe, () => (storedToken() === null ? "cookie" : "token"));
}

export function keepToken(token: string): void {
  held = token;
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser that keeps nothing: the token holds until the page is left.
  }
}

/** What the page has to ask its reader, if anything. */
export function useTokenQuestion(): Question | null {
  return useSyncExternalStore(subscribe, () => question);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts a question, or takes it back; by then a token that was given is kept. */
function ask(next: Question | null): void {
  question = next;
  for (const listener of listeners) {
    listener();
  }
}
