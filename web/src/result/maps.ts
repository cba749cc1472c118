import type { Judgement } from "../api/types";

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
export function mapsOf({ explanation }: Judgement): readonly FaceMap[] {
  return (explanation?.maps ?? []).map(({ method, label, map, overlay, evidence }) => {
    const covered = method === "occlusion";
    return {
      key: covered ? method : label,
      label: covered ? null : label,
      rows: map,
      overlay: evidence ? overlay : null,
      evidence,
    };
  });
}
