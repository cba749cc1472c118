/** Numbers, names and times as people read them, in the language of the texts. */
import type { Texts } from "../texts";

function share(value: number, digits: number, texts: Texts): string {
  return new Intl.NumberFormat(texts.locale, {
    style: "percent",
    maximumFractionDigits: digits,
  }).format(value);
}

/** A probability: never 0% or 100%, since the model is never that sure. */
export function percent(value: number, texts: Texts, digits = 0): string {
  const least = Math.max(digits, 1);
  const edge = 10 ** -(least + 2);
  if (value > 1 - edge) {
    return texts.shell.over(share(1 - edge, least, texts));
  }
  if (value < edge) {
    return texts.shell.under(share(edge, least, texts));
  }
  return share(value, value > 0.99 || value < 0.01 ? least : digits, texts);
}

/** A rate, as exact as people read it. */
export function exactPercent(value: number, texts: Texts): string {
  return share(value, 1, texts);
}

/** Where verdicts begin; null for one that the model never gives. */
type Marks = readonly (number | null)[];

/**
 * Decimals with which each probability is shown as another than each threshold that it is not at,
 * as `digits_beside` in `bundles/rounding.py` has it.
 */
export function digitsBeside(values: readonly number[], thresholds: Marks, texts: Texts): number {
  const pairs = values.flatMap((value) =>
    thresholds.flatMap((at) => (at === null || at === value ? [] : [[value, at] as const])),
  );
  const same = (digits: number) =>
    pairs.some(([value, at]) => percent(value, texts, digits) === percent(at, texts, digits));
  let digits = 1;
  while (digits < MOST_DIGITS && same(digits)) {
    digits += 1;
  }
  return digits;
}

/** Decimals of a percentage that a double has; two that are alike in them differ by rounding. */
const MOST_DIGITS = 14;

/**
 * A probability beside thresholds, which are shown with so many decimals: with as few as it takes
 * for the number to stand on the same side of each of them as the probability does.
 */
export function percentBeside(
  value: number,
  thresholds: Marks,
  texts: Texts,
  digits = digitsBeside([value], thresholds, texts),
): string {
  const shown = (at: number, places: number) => {
    const scale = 100 * 10 ** places;
    const edge = 10 ** -(Math.max(places, 1) + 2);
    return Math.min(Math.max(Math.round(at * scale) / scale, edge), 1 - edge);
  };
  const fits = (places: number) =>
    thresholds.every(
      (at) =>
        at === null ||
        Math.sign(shown(value, places) - shown(at, digits)) === Math.sign(value - at),
    );
  const least = Array.from({ length: digits }, (_, places) => places).find(fits);
  return percent(value, texts, least ?? digits);
}

export function fileSize(bytes: number, texts: Texts): string {
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
export function list(items: readonly string[], texts: Texts): string {
  return new Intl.ListFormat(texts.locale, { type: "conjunction" }).format(items);
}

/** The name of a site, so that it may be broken before its ending where there is little room. */
export function breakable(name: string): string {
  return name.replace(/\.(?=\w)/g, "\u200b.");
}

/** A whole number: "10,000". */
export function count(value: number, texts: Texts): string {
  return new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 0 }).format(value);
}

/** A time of an ISO 8601 text, with its date where it is not of today. */
export function moment(iso: string, texts: Texts): string {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? new Intl.DateTimeFormat(texts.locale, { timeStyle: "short" }).format(time)
    : dateAndTime(iso, texts);
}

/** A time of an ISO 8601 text, as it is to be read on any day. */
export function dateAndTime(iso: string, texts: Texts): string {
  return new Intl.DateTimeFormat(texts.locale, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(iso));
}
