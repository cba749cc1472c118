import { useId } from "react";
import type { Model, Report } from "../api/types";
import { exactPercent } from "../lib/format";
import { Link } from "../shell/router";
import { useTexts } from "../texts";
import styles from "./Judge.module.css";

const FIGURES = ["fpr", "tpr", "unsure", "accuracy"] as const;

interface Props {
  readonly report: Report;
  readonly model: Model | undefined;
}

/** Which model judged, and in plain words how often it is right. */
export function Judge({ report, model }: Props) {
  const texts = useTexts();
  const words = texts.result.model;
  const heading = useId();
  const sentences = FIGURES.flatMap((name) => {
    const value = model?.benchmark?.figures[name]?.value ?? model?.figures[name];
    // Of a model that knows two answers, the accuracy says nothing new.
    const wanted = name !== "accuracy" || model?.task === "source";
    return value === undefined || !wanted ? [] : [words.figures[name](exactPercent(value, texts))];
  });
  return (
    <section className={styles.judge} aria-labelledby={heading}>
      <h3 id={heading} className={styles.title}>
        {words.title}
      </h3>
      <p>
        {words.said(model?.title ?? report.model)}{" "}
        {sentences.length > 0 ? words.intro : model ? words.unknown : words.unlisted}
      </p>
      <ul className={styles.figures}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p>
        <Link to="/models">{words.more}</Link>
      </p>
    </section>
  );
}
