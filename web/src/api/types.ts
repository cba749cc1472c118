/** What the API takes and answers, by the names that the page uses. `schema.ts` is generated. */
import type { paths } from "./schema";

export type Path = keyof paths;
export type Verb = "get" | "post" | "delete";

/** What a call answers; never where there is no such call. */
export type Answer<P extends Path, V extends Verb> = paths[P][V] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** The fields of the form, or of the document, that a call takes. */
export type Sent<P extends Path> = paths[P]["post"] extends {
  requestBody: { content: Record<infer _Kind, infer Fields> };
}
  ? Fields
  : never;

/** What may stand behind the `?` of an address. */
export type Query<P extends Path> = paths[P]["get"] extends {
  parameters: { query?: infer Fields };
}
  ? NonNullable<Fields>
  : never;

/** What a check is asked for beside the verdict. */
export type DetectOptions = Required<
  Pick<Sent<"/api/detect">, "explain" | "stability" | "occlusion" | "provenance">
>;
/** Which entries of the history to list, and in what order. */
export type HistoryQuery = Query<"/api/history/images">;

export type FaceCheck = Answer<"/api/validate-face", "post">;
export type FoundFace = FaceCheck["faces"][number];
/** A report that can be saved for a while, by its `id`. */
export type CheckedReport = Answer<"/api/detect", "post">;
/** A saved check with all that was said of it. */
export type SavedCheck = Answer<"/api/history/images/{id}", "get">;
export type Report = SavedCheck["report"];
/** A page of the history; `next` leads to the following one. */
export type HistoryPage = Answer<"/api/history/images", "get">;
export type HistoryEntry = HistoryPage["items"][number];
export type ModelList = Answer<"/api/models", "get">;

export type Face = Report["faces"][number];
export type Judgement = Face["judgements"][number];
export type Stability = NonNullable<Judgement["stability"]>;
type Explanation = NonNullable<Judgement["explanation"]>;
export type HeatMap = Explanation["maps"][number];
export type Region = Explanation["regions"][number];
export type Provenance = NonNullable<Report["provenance"]>;
export type Thresholds = Report["thresholds"];
export type Model = ModelList["models"][number];

/** What is said of a picture; of a face, the first three. */
export type Verdict = Report["verdict"];
