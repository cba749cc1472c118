/** The answers of the API, by the names that the page uses. `schema.ts` is generated. */
import type { paths } from "./schema";

type Answer<Path extends keyof paths, Verb extends keyof paths[Path]> = paths[Path][Verb] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

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
export type Heatmap = NonNullable<Face["heatmap"]>;
export type Occlusion = NonNullable<Face["occlusion"]>;
export type Stability = NonNullable<Face["stability"]>;
export type Region = NonNullable<Face["regions"]>[number];
export type Provenance = NonNullable<Report["provenance"]>;
export type Thresholds = Report["thresholds"];
export type Model = ModelList["models"][number];

/** What is said of a picture; of a face, the first three. */
export type Verdict = Report["verdict"];
