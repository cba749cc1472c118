/** The calls that the page makes. Whatever goes wrong arrives as one `ApiFailure`. */
import type { paths } from "./schema";
import type { ModelList, Report } from "./types";

export class ApiFailure extends Error {
  /**
   * @param kind What the server calls the problem, `busy` for example; `offline` where it did not
   *   answer, empty where it does not say.
   * @param detail What the server says went wrong, for people; empty where it says nothing.
   */
  constructor(
    readonly kind: string,
    readonly detail: string,
  ) {
    super(detail || kind);
  }
}

export function listModels(signal: AbortSignal): Promise<ModelList> {
  return call<ModelList>("/api/models", { signal });
}

/** Judges the faces of a picture; `model` null leaves the choice to the server. */
export function detect(file: File, model: string | null, signal: AbortSignal): Promise<Report> {
  const body = new FormData();
  body.append("image", file, file.name);
  if (model !== null) {
    body.append("model", model);
  }
  return call<Report>("/api/detect", { method: "POST", body, signal });
}

async function call<Body>(path: keyof paths, init: RequestInit): Promise<Body> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { ...init, headers: { Accept: "application/json" } });
    text = await response.text();
  } catch (error) {
    init.signal?.throwIfAborted();
    throw error instanceof TypeError ? new ApiFailure("offline", "") : error;
  }
  const body = parsed(text);
  if (response.ok && body !== null) {
    return body as Body;
  }
  throw failureOf(body);
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
function failureOf(body: object | null): ApiFailure {
  const problem: Partial<Record<string, unknown>> = { ...body };
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return new ApiFailure(text(problem.type).replace(/^.*:/, ""), text(problem.detail));
}
