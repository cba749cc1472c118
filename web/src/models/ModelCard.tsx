import type { ReactNode } from "react";
import type { Model } from "../api/types";
import { list } from "../lib/format";
import { Link } from "../shell/router";
import { told, useTexts } from "../texts";
import { Confusion } from "./Confusion";
import { Figures } from "./Figures";
import { Markdown } from "./Markdown";
import styles from "./ModelCard.module.css";
import { Reliability } from "./Reliability";
import { Robustness } from "./Robustness";
import tables from "./Table.module.css";
import { Unseen } from "./Unseen";

interface Props {
  readonly model: Model;
  /** Whether it judges where nobody chooses another. */
  readonly standard: boolean;
  /** On a phone, whether all of it is shown: there one model is open at a time. */
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** All that is known of a model, from plain words to its whole card. */
export function ModelCard({ model, standard, open, onOpen }: Props) {
  const texts = useTexts();
  const words = texts.models;
  const { benchmark } = model;
  const known = model.labels.filter((label) => label !== "real");
  const names = known.map((label) => texts.result.generators[label]?.name ?? label);
  const heading = `model-${model.name}-title`;
  return (
    <article
      id={`model-${model.name}`}
      className={styles.model}
      data-open={open || undefined}
      aria-labelledby={heading}
    >
      <header className={styles.head}>
        <h2 id={heading}>{model.title}</h2>
        {standard && <p className={styles.standard}>{words.standard}</p>}
      </header>
      <p className={styles.lead}>
        {words.kinds[model.architecture] ?? words.otherKind(model.architecture)}{" "}
        {model.task === "source" ? words.source(list(names, texts)) : words.binary}
      </p>
      <button
        type="button"
        className={`button ${styles.opener}`}
        aria-expanded={open}
        aria-describedby={heading}
        onClick={() => onOpen(!open)}
      >
        {open ? words.close : words.open}
      </button>
      <Part title={words.figures.title}>
        <Figures model={model} />
      </Part>
      {benchmark && (
        <div className={styles.parts}>
          {benchmark.robustness.length > 0 && (
            <Part title={words.robustness.title} what={words.robustness.what}>
              <Robustness points={benchmark.robustness} />
            </Part>
          )}
          <Part title={words.confusion.title} what={words.confusion.what}>
            <Confusion confusion={benchmark.confusion} />
          </Part>
          {benchmark.unseen.length > 0 && (
            <Part title={words.unseen.title} what={words.unseen.what}>
              <Unseen collections={benchmark.unseen} />
            </Part>
          )}
          {benchmark.reliability.length > 0 && (
            <Part title={words.reliability.title} what={words.reliability.what}>
              <Reliability bins={benchmark.reliability} />
            </Part>
          )}
        </div>
      )}
      <div className={styles.parts}>
        <Part title={words.limits.title}>
          <ul className={styles.points}>
            {model.limits.map((limit) => (
              <li key={limit} {...told(limit, texts)} />
            ))}
            {model.limits.length === 0 &&
              words.limits.points.map((point) => <li key={point}>{point}</li>)}
          </ul>
          <p>
            <Link to="/limits">{words.limits.more}</Link>
          </p>
        </Part>
        <Part title={words.terms.title}>
          <p className={styles.terms} {...told(model.terms, texts)} />
          <p className={tables.note}>
            {words.terms.licence(model.licence)} {words.made(dated(model.created, texts.locale))}
          </p>
        </Part>
      </div>
      {model.card.trim() === "" ? (
        <p className="soft">{words.noCard}</p>
      ) : (
        <details className={tables.fold}>
          <summary>{words.card}</summary>
          <Markdown source={model.card} top={3} />
        </details>
      )}
    </article>
  );
}

interface PartProps {
  readonly title: string;
  readonly what?: string;
  readonly children: ReactNode;
}

function Part({ title, what, children }: PartProps) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {what && <p className={styles.what}>{what}</p>}
      {children}
    </section>
  );
}

/** A day, written out. */
function dated(day: string, locale: string): string {
  return new Date(`${day}T12:00:00`).toLocaleDateString(locale, { dateStyle: "long" });
}
