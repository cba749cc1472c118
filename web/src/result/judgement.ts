import type { FoundFace, HeatMap, Judgement, Verdict } from "../api/types";

/** A face, whether or not anything was answered about it. */
export type Judgeable = FoundFace & { readonly judgements?: readonly Judgement[] };

/** The answer that is shown of a face, that to the first question; null where it was not judged. */
export function judgementOf(face: Judgeable | undefined): Judgement | null {
  return face?.judgements?.[0] ?? null;
}

export function verdictOf(face: Judgeable | undefined): Verdict {
  return judgementOf(face)?.verdict ?? "not_applicable";
}

/** The map of the likeliest generated label; null where none was asked for. */
export function heatmapOf(face: Judgeable): HeatMap | null {
  const maps = judgementOf(face)?.explanation?.maps ?? [];
  return maps.find(({ method }) => method === "class_map") ?? null;
}

/** The map made by covering parts; null where none was asked for. */
export function occlusionOf(face: Judgeable): HeatMap | null {
  const maps = judgementOf(face)?.explanation?.maps ?? [];
  return maps.find(({ method }) => method === "occlusion") ?? null;
}
