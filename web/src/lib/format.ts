/** Numbers as people read them. */
import { texts } from "../texts";

function share(value: number, digits: number): string {
  return new Intl.NumberFormat(texts.locale, {
    style: "percent",
    maximumFractionDigits: digits,
  }).format(value);
}

/** A probability: never 0% or 100%, since the model is never that sure. */
export function percent(value: number, digits = 0): string {
  if (value > 0.999) {
    return texts.over(share(0.999, 1));
  }
  if (value < 0.001) {
    return texts.under(share(0.001, 1));
  }
  return share(value, value > 0.99 || value < 0.01 ? Math.max(digits, 1) : digits);
}

/** A threshold or a rate, as exact as it was set. */
export function exactPercent(value: number): string {
  return share(value, 1);
}

/**
 * A probability beside thresholds: with as many digits as it takes for the number to stand on the
 * same side of each of them as the probability does.
 */
export function percentBeside(value: number, thresholds: readonly number[]): string {
  const sides = (at: number) => thresholds.map((threshold) => Math.sign(at - threshold));
  const wanted = sides(value).join();
  for (const digits of [0, 1]) {
    const scale = 100 * 10 ** digits;
    if (sides(Math.round(value * scale) / scale).join() === wanted) {
      return percent(value, digits);
    }
  }
  return percent(value, 2);
}

export function fileSize(bytes: number): string {
  const [value, unit] =
    bytes < 1e3
      ? [bytes, "byte"]
      : bytes < 1e6
        ? [bytes / 1e3, "kilobyte"]
        : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(texts.locale, {
    style: "unit",
    unit: String(unit),
    maximumFractionDigits: unit === "megabyte" ? 1 : 0,
  }).format(Number(value));
}

/** Names in a row: "a, b and c". */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(texts.locale, { type: "conjunction" }).format(items);
}
