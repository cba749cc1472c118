import type { Face, Report } from "../api/types";

/** Size in pixels of the crop that the model sees of a face. */
export const CROP = { width: 178, height: 218 } as const;

/** The CSS and SVG transform that lays a crop on its picture. */
export function cropTransform(map: Face["crop_to_picture"]): string {
  return `matrix(${map.join(" ")})`;
}

/** The map from picture to crop pixels, enlarged by `scale`. */
export function pictureToCrop(face: Face, scale: number): DOMMatrix {
  const toPicture = new DOMMatrix([...face.crop_to_picture]);
  return new DOMMatrix().scale(scale).multiply(toPicture.inverse());
}

/** Whether a decoded picture has the shape that the report speaks of, turned as it says. */
export function agrees(decoded: HTMLImageElement, image: Report["image"]): boolean {
  const shape = decoded.naturalWidth / decoded.naturalHeight;
  return Math.abs(shape / (image.width / image.height) - 1) < 0.02;
}

/** Where a map is strongest, as row and column of a grid of three by three. */
export function strongest(
  rows: readonly (readonly number[])[],
): readonly [row: number, column: number] {
  let best = Number.NEGATIVE_INFINITY;
  let place: [number, number] = [1, 1];
  rows.forEach((row, y) => {
    row.forEach((value, x) => {
      if (value > best) {
        best = value;
        place = [third(y, rows.length), third(x, row.length)];
      }
    });
  });
  return place;
}

function third(index: number, count: number): number {
  return Math.min(2, Math.floor(((index + 0.5) / count) * 3));
}
