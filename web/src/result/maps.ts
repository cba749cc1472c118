import type { Face } from "../api/types";

/** A map over the face that can be chosen. */
export interface FaceMap {
  readonly key: string;
  /** The label that it speaks for; null for the map made by covering parts. */
  readonly label: string | null;
  readonly rows: readonly (readonly number[])[];
  /** Null where there is nothing to show. */
  readonly overlay: string | null;
  readonly evidence: boolean;
}

/**
 * The maps of a face: of the generators, the likeliest first; of a photograph; and last the one made by
 * covering parts.
 */
export function mapsOf(face: Face): readonly FaceMap[] {
  const { heatmap, other_heatmaps: others, occlusion } = face;
  const maps = [...(heatmap ? [heatmap] : []), ...others].map(
    ({ label, map, overlay, evidence }) => ({
      key: label,
      label,
      rows: map,
      overlay: evidence ? overlay : null,
      evidence,
    }),
  );
  if (occlusion === null) {
    return maps;
  }
  const { map, overlay } = occlusion;
  const covered = { key: "occlusion", label: null, rows: map, overlay, evidence: overlay !== null };
  return [...maps, covered];
}
