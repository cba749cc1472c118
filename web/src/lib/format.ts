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
  if (value > 0.999) {
    return texts.shell.over(share(0.999, 1, texts));
  }
  if (value < 0.001) {
    return texts.shell.under(share(0.001, 1, texts));
  }
  return share(value, value > 0.99 || value < 0.01 ? Math.max(digits, 1) : digits, texts);
}

/** A threshold or a rate, as exact as it was set. */
export function exactPercent(value: number, texts: Texts): string {
  return share(value, 1, texts);
}

/**
 * A probability beside thresholds: with as many digits as it takes for the number to stand on the
 * same side of each of them as the probability does.
 */
export function percentBeside(value: number, thresholds: readonly number[], texts: Texts): string {
  const sides = (at: number) => thresholds.map((threshold) => Math.sign(at - threshold));
  const wanted = sides(value).join();
  for (const digits of [0, 1]) {
    const scale = 100 * 10 ** digits;
    if (sides(Math.round(value * scale) / scale).join() === wanted) {
      return percent(value, texts, digits);
    }
  }
  return percent(value, texts, 2);
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
