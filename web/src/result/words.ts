/** A report in words. */
import type { Face, Report } from "../api/types";
import { list } from "../lib/format";
import { generator, texts } from "../texts";

/** The picture's verdict in a few words. */
export function headline(report: Report): string {
  if (report.faces.length === 0) {
    return texts.summary.noFace;
  }
  return report.verdict === "not_applicable"
    ? texts.summary.unusable
    : texts.verdict[report.verdict];
}

/** The picture's verdict in a sentence or two. */
export function explanation(report: Report): string {
  const { faces, verdict } = report;
  if (faces.length === 0) {
    return texts.summary.noFaceWhat;
  }
  if (verdict === "not_applicable") {
    return texts.summary.unusableWhat;
  }
  if (faces.length === 1) {
    return faces.map(meaning).join(" ");
  }
  const judged = faces.filter((face) => face.usable);
  return judged.length > 1
    ? `${tally(faces)} ${texts.summary.worst(mostSuspicious(faces) + 1)}`
    : tally(faces);
}

function tally(faces: readonly Face[]): string {
  const verdicts = faces.map((face) => face.verdict ?? "not_applicable");
  const counts = (["generated", "unsure", "real", "not_applicable"] as const).flatMap((verdict) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return count > 0 ? [texts.summary.count[verdict](count)] : [];
  });
  return texts.summary.tally(faces.length, list(counts));
}

/** What the verdict on a face means; empty for a face that was not judged. */
export function meaning(face: Face): string {
  if (face.verdict === null || face.verdict === "not_applicable") {
    return "";
  }
  const words = texts.meaning[face.verdict];
  const label = likeliestGenerator(face);
  if (face.verdict !== "generated" || label === null) {
    return words;
  }
  const { name, what } = generator(label);
  return `${words} ${texts.closest(name, what)}`;
}

/** Null where the model only tells generated from real. */
function likeliestGenerator(face: Face): string | null {
  const ranked = Object.entries(face.scores ?? {})
    .filter(([label]) => label !== "real")
    .sort(([, one], [, other]) => other - one);
  return ranked.length > 1 ? (ranked[0]?.[0] ?? null) : null;
}

/** What a screen reader says when the answer is there. */
export function announcement(report: Report): string {
  return texts.summary.announce(headline(report), report.faces.length);
}

function mostSuspicious(faces: readonly Face[]): number {
  const chances = faces.map((face) => face.probability_generated ?? -1);
  return chances.indexOf(Math.max(...chances));
}
