/** The calls that the page makes. Whatever goes wrong arrives as one `ApiFailure`. */
import { askForToken, storedToken } from "./token";
import type {
  CheckedReport,
  FaceCheck,
  HistoryEntry,
  HistoryPage,
  Model,
  ModelList,
  SavedCheck,
  Verdict,
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

/** What a check is asked for beside the verdict. */
export interface DetectOptions {
  readonly explain: boolean;
  readonly stability: boolean;
  readonly occlusion: boolean;
  readonly provenance: boolean;
}

/** Which entries of the history to list, and in what order. */
export interface HistoryQuery {
  readonly verdict?: Verdict;
  readonly model?: string;
  /** ISO 8601 dates or times. */
  readonly since?: string;
  readonly until?: string;
  readonly sort?: "newest" | "oldest" | "most_suspicious";
  readonly limit?: number;
  readonly cursor?: string;
}

export function listModels(signal: AbortSignal): Promise<ModelList> {
  return call<ModelList>("/api/models", { signal });
}

export function getModel(name: string, signal: AbortSignal): Promise<Model> {
  return call<Model>(`/api/models/${encodeURIComponent(name)}`, { signal });
}

/** Finds the faces of a picture and says which can be judged. */
export function validateFace(file: File, signal: AbortSignal): Promise<FaceCheck> {
  return call<FaceCheck>("/api/validate-face", { method: "POST", body: form(file), signal });
}

/** Judges the faces of a picture; `model` null leaves the choice to the server. */
export function detect(
  file: File,
  model: string | null,
  options: DetectOptions,
  signal: AbortSignal,
): Promise<CheckedReport> {
  const body = form(file);
  if (model !== null) {
    body.append("model", model);
  }
  for (const [name, wanted] of Object.entries(options)) {
    body.append(name, String(wanted));
  }
  return call<CheckedReport>("/api/detect", { method: "POST", body, signal });
}

/** Keeps a report and its picture; of one already kept, gives the same entry. */
export function saveReport(id: string, signal: AbortSignal): Promise<HistoryEntry> {
  return call<HistoryEntry>("/api/history/save", {
    method: "POST",
    body: JSON.stringify({ report_id: id }),
    headers: { "Content-Type": "application/json" },
    signal,
  });
}

export function listHistory(query: HistoryQuery, signal: AbortSignal): Promise<HistoryPage> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    asked.append(name, String(value));
  }
  return call<HistoryPage>(`/api/history/images?${asked}`, { signal });
}

export function getSaved(id: string, signal: AbortSignal): Promise<SavedCheck> {
  return call<SavedCheck>(`/api/history/images/${encodeURIComponent(id)}`, { signal });
}

export async function deleteSaved(id: string, signal: AbortSignal): Promise<void> {
  await answered(`/api/history/image/${encodeURIComponent(id)}`, { method: "DELETE", signal });
}

export function deleteHistory(signal: AbortSignal): Promise<{ readonly deleted: number }> {
  return call("/api/history/images", { method: "DELETE", signal });
}

/** A file that the server makes or keeps: an export, a saved picture. */
export async function getFile(path: string, signal: AbortSignal): Promise<Blob> {
  const response = await answered(path, { signal });
  return reading(signal, response.blob());
}

function form(file: File): FormData {
  const body = new FormData();
  body.append("image", file, file.name);
  return body;
}

async function call<Body>(
  path: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Body> {
  const response = await answered(path, init);
  const body = parsed(await reading(init.signal, response.text()));
  if (body === null) {
    throw new ApiFailure("", "", response.status);
  }
  return body as Body;
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
