/** Calls to a server that may be busy. */
import { ApiFailure } from "../api/client";

/** Problems that pass by themselves, after the time that the server names. */
const PASSING = ["busy", "too-many-requests"];

/** How often a busy server is asked again, at its own pace, before that counts as a failure. */
const PATIENCE = 5;

/**
 * Makes a call, and again as long as the server is busy and says when to come back.
 *
 * @param tell Is given the seconds that are waited; null whenever the call is made.
 */
export async function patiently<Answer>(
  signal: AbortSignal,
  call: () => Promise<Answer>,
  tell: (pause: number | null) => void,
): Promise<Answer> {
  for (let asked = 1; ; asked++) {
    tell(null);
    try {
      return await call();
    } catch (error) {
      const again = error instanceof ApiFailure && PASSING.includes(error.kind);
      const wait = again ? error.retryAfter : null;
      if (wait === null || asked > PATIENCE) {
        throw error;
      }
      tell(wait);
      await pause(wait, signal);
    }
  }
}

/** Resolves after so many seconds; rejects when the signal ends it. */
function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
