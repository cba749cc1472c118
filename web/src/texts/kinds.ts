/** The shapes that entries of every catalogue share. */

export interface Generator {
  /** What it is called. */
  readonly name: string;
  /** What it is, in a short phrase. */
  readonly what: string;
}

export interface Problem {
  readonly title: string;
  /** What the reader can do. */
  readonly advice: string;
}
