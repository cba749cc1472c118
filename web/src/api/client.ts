/** The calls that the page makes. Whatever goes wrong arrives as one `ApiFailure`. */
import { askForToken, storedToken } from "./token";
import type {
  Answer,
  CheckedReport,
  DetectOptions,
  FaceCheck,
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  ModelList,
  Path,
  Query,
  SavedCheck,
  Sent,
  Verb,
} from "./types";

export class ApiFailure extends Error {
  /**
   * @param kind What the server calls the problem, `busy` for example; `offline` where it did not
   *   answer, empty where it does not say.
   * @param detail What the server says went wrong, for people; empty where it says nothing.
   * @param status The HTTP status; 0 where there was no answer.
   * @param retryAfter Seconds after which the server wants to be asked again, where it says so.
   */
  constructor(
    readonly kind: string,
    readonly detail: string,
    readonly status = 0,
    readonly retryAfter: number | null = null,
  ) {
    super(detail || kind);
  }
}

/** Whatever was thrown, as a failure that the page has words for. */
export function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure("", String(error));
}

export function listModels(signal: AbortSignal): Promise<ModelList> {
  return call("get", "/api/models", { signal });
}

/** Finds the faces of a picture and says which can be judged; brings a small copy if asked to. */
export function validateFace(
  image: File,
  signal: AbortSignal,
  preview: boolean,
): Promise<FaceCheck> {
  return call("post", "/api/validate-face", {
    body: form<"/api/validate-face">(image, { preview }),
    signal,
  });
}

/** Judges the faces of a picture; `model` null leaves the choice to the server. */
export function detect(
  image: File,
  model: string | null,
  options: DetectOptions,
  signal: AbortSignal,
): Promise<CheckedReport> {
  const body = form<"/api/detect">(image, { ...(model !== null && { model }), ...options });
  return call("post", "/api/detect", { body, signal });
}

/** Keeps a report and its picture; of one already kept, gives the same entry. */
/** Saves a report; it cannot be taken back, so that it is always known whether it was saved. */
export function saveReport(id: string): Promise<HistoryEntry> {
  const asked: Sent<"/api/history/save"> = { report_id: id };
  return call("post", "/api/history/save", {
    body: JSON.stringify(asked),
    headers: { "Content-Type": "application/json" },
    signal: new AbortController().signal,
  });
}

export function listHistory(query: HistoryQuery, signal: AbortSignal): Promise<HistoryPage> {
  return call("get", "/api/history/images", { query, signal });
}

/** Where the history can be had as a file. */
export function exportAddress(query: Query<"/api/history/export">): string {
  return address("/api/history/export", { query });
}

export function getSaved(id: string, signal: AbortSignal): Promise<SavedCheck> {
  return call("get", "/api/history/images/{id}", { named: id, signal });
}

/** Deletes a saved check; one that was deleted elsewhere is deleted, too. */
export async function deleteSaved(id: string, signal: AbortSignal): Promise<void> {
  const path = address("/api/history/images/{id}", { named: id });
  try {
    await answered(path, { method: "DELETE", signal });
  } catch (error) {
    if (!(error instanceof ApiFailure && error.kind === "unknown-report")) {
      throw error;
    }
  }
}

export function deleteHistory(signal: AbortSignal): Promise<{ readonly deleted: number }> {
  return call("delete", "/api/history/images", { signal });
}

/** A file that the server makes or keeps: an export, a saved picture. */
export async function getFile(path: string, signal: AbortSignal): Promise<Blob> {
  const response = await answered(path, { signal });
  return reading(signal, response.blob());
}

function form<P extends Path>(image: File, fields: Omit<Sent<P>, "image">): FormData {
  const body = new FormData();
  body.append("image", image, image.name);
  for (const [name, value] of Object.entries(fields)) {
    body.append(name, String(value));
  }
  return body;
}

interface Asked {
  /** What stands in the braces of the path. */
  readonly named?: string;
  /** What stands behind the `?`; null for nothing. */
  readonly query?: Readonly<Record<string, string | number | null>>;
}

function address(path: Path, { named = "", query = {} }: Asked): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null) {
      asked.append(name, String(value));
    }
  }
  const place = path.replace(/\{\w+\}/, () => encodeURIComponent(named));
  return asked.size > 0 ? `${place}?${asked}` : place;
}

async function call<P extends Path, V extends Verb>(
  verb: V,
  path: P,
  { named = "", query = {}, ...init }: Asked & RequestInit & { signal: AbortSignal },
): Promise<Answer<P, V>> {
  const method = verb.toUpperCase();
  const response = await answered(address(path, { named, query }), { ...init, method });
  const body = parsed(await reading(init.signal, response.text()));
  if (body === null) {
    throw new ApiFailure("", "", response.status);
  }
  return body as Answer<P, V>;
}

/** The answer to a call that went well; where the server wants a token, after asking for one. */
async function answered(
  path: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  for (let refused = false; ; refused = true) {
    const token = storedToken();
    const headers = new Headers(init.headers);
    headers.set("Accept", "application/json");
    if (token !== null) {
      headers.set("Authorization", `Bearer ${token}`);
    }
    const response = await reading(init.signal, fetch(path, { ...init, headers }));
    if (response.ok) {
      return response;
    }
    if (response.status === 401 && (await askForToken(refused || token !== null, token))) {
      init.signal.throwIfAborted();
      continue;
    }
    const body = parsed(await reading(init.signal, response.text()));
    throw failureOf(response, body);
  }
}

/** What the network gives, a break of the connection being a failure like others. */
async function reading<Value>(signal: AbortSignal, coming: Promise<Value>): Promise<Value> {
  try {
    return await coming;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TypeError ? new ApiFailure("offline", "") : error;
  }
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** What a problem document (RFC 9457) says; of any other body, that it says nothing. */
function failureOf(response: Response, body: object | null): ApiFailure {
  const problem: Partial<Record<string, unknown>> = { ...body };
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const kind = text(problem.type).replace(/^.*:/, "");
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiFailure(
    kind,
    text(problem.detail),
    response.status,
    Number.isNaN(wait) ? null : wait,
  );
}
