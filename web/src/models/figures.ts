/** Shares as people count them: so many of so many. */
import type { Model } from "../api/types";

/** A share as a count of a round number. */
export interface Ratio {
  readonly count: number;
  readonly of: number;
}

/** The share as a count of the first of 100, 1,000 and 10,000, from `least` on, that can tell it. */
export function ratio(share: number, least: 100 | 1_000 = 100): Ratio {
  for (const of of [100, 1_000, 10_000]) {
    const count = Math.round(share * of);
    const told = share === 0 || share === 1 || (count > 0 && count < of);
    if (of >= least && told) {
      return { count, of };
    }
  }
  return { count: Math.round(share * 10_000), of: 10_000 };
}

/** A figure of a model, with the ends of its interval where they were measured. */
export interface Figure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The figures of a model by name: those of the benchmark, and the headline ones it leaves out. */
export function figuresOf(model: Model): ReadonlyMap<string, Figure> {
  const headline = Object.entries(model.figures).map(
    ([name, value]) => [name, { value, low: null, high: null }] as const,
  );
  const measured = Object.entries(model.benchmark?.figures ?? {});
  return new Map<string, Figure>([...headline, ...measured]);
}
