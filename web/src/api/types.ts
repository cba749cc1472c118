/** The answers of the API, by the names that the page uses. `schema.ts` is generated. */
import type { paths } from "./schema";

type Answer<Path extends keyof paths, Verb extends keyof paths[Path]> = paths[Path][Verb] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

export type Report = Answer<"/api/detect", "post">;
export type ModelList = Answer<"/api/models", "get">;

export type Face = Report["faces"][number];
export type Heatmap = NonNullable<Face["heatmap"]>;
export type Thresholds = Report["thresholds"];
export type Model = ModelList["models"][number];

/** What is said of a picture; of a face, the first three. */
export type Verdict = Report["verdict"];
