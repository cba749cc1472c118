/** A report in words. */
import type { Face, Judgement, Report, Verdict } from "../api/types";
import { list } from "../lib/format";
import { generator, type Texts } from "../texts";
import { judgementOf, verdictOf } from "./judgement";

/** What all evidence says in a few words; where the file has no say, the picture's verdict. */
export function headline(report: Report, texts: Texts): string {
  return concluded(report, texts) ?? ofFaces(report, texts);
}

/** Null where the conclusion is that of the faces alone. */
export function concluded({ conclusion }: Report, texts: Texts): string | null {
  const words: Partial<Record<string, string>> = texts.result.conclusion;
  return words[conclusion.kind] ?? null;
}

/** How the conclusion looks: as generated, as a doubt, or as the faces' verdict. */
export function tone(report: Report): Verdict {
  const { kind } = report.conclusion;
  if (kind === "record_settles_generated" || kind === "generated_by_pixels_and_file") {
    return "generated";
  }
  const doubts = ["file_says_generated", "file_suspects_generated", "generated_against"];
  return doubts.some((doubt) => kind.startsWith(doubt)) ? "unsure" : report.verdict;
}

/** The picture's verdict in a few words. */
export function ofFaces(report: Report, texts: Texts): string {
  if (report.faces.length === 0) {
    return texts.result.summary.noFace;
  }
  return report.verdict === "not_applicable"
    ? texts.result.summary.unusable
    : texts.result.verdict[report.verdict];
}

/** The picture's verdict in a sentence or two; advice only where the file has no say in it. */
export function explanation(report: Report, texts: Texts): string {
  const { faces, verdict } = report;
  if (faces.length === 0) {
    return texts.result.summary.noFaceWhat;
  }
  if (verdict === "not_applicable") {
    return texts.result.summary.unusableWhat;
  }
  if (faces.length === 1) {
    const meaningOf = concluded(report, texts) ? finding : meaning;
    return faces.map((face) => meaningOf(face, texts)).join(" ");
  }
  const judged = faces.filter((face) => face.usable);
  return judged.length > 1
    ? `${tally(faces, texts)} ${texts.result.summary.worst(mostSuspicious(faces) + 1)}`
    : tally(faces, texts);
}

function tally(faces: readonly Face[], texts: Texts): string {
  const verdicts = faces.map(verdictOf);
  const counts = (["generated", "unsure", "real", "not_applicable"] as const).flatMap((verdict) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return count > 0 ? [texts.result.summary.count[verdict](count)] : [];
  });
  return texts.result.summary.tally(faces.length, list(counts, texts));
}

/** What the verdict on a face means, with advice; empty for a face that was not judged. */
export function meaning(face: Face, texts: Texts): string {
  const found = finding(face, texts);
  return verdictOf(face) === "unsure" ? `${found} ${texts.result.noAnswer}` : found;
}

/** What the verdict on a face means, without advice. */
function finding(face: Face, texts: Texts): string {
  const judgement = judgementOf(face);
  if (judgement === null || judgement.verdict === "not_applicable") {
    return "";
  }
  const { verdict, why_unsure } = judgement;
  const { meaning } = texts.result;
  const words = why_unsure === "not_steady" ? meaning.notSteady : meaning[verdict];
  const label = likeliestGenerator(judgement);
  if (verdict !== "generated" || label === null) {
    return words;
  }
  const { name, what } = generator(label, texts);
  return `${words} ${texts.result.closest(name, what)}`;
}

/** Null where the model only tells generated from real. */
function likeliestGenerator({ scores }: Judgement): string | null {
  const ranked = Object.entries(scores)
    .filter(([label]) => label !== "real")
    .sort(([, one], [, other]) => other - one);
  return ranked.length > 1 ? (ranked[0]?.[0] ?? null) : null;
}

/** What a screen reader says when the answer is there. */
export function announcement(report: Report, texts: Texts): string {
  return texts.result.summary.announce(headline(report, texts), report.faces.length);
}

/** That the most suspicious face is generated; null where none could be judged. */
export function highestProbability(report: Report): number | null {
  const chances = report.faces.flatMap((face) => judgementOf(face)?.probability ?? []);
  return chances.length > 0 ? Math.max(...chances) : null;
}

function mostSuspicious(faces: readonly Face[]): number {
  const chances = faces.map((face) => judgementOf(face)?.probability ?? -1);
  return chances.indexOf(Math.max(...chances));
}
