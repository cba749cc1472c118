import type { ReactNode } from "react";
import { VerdictIcon } from "../result/VerdictIcon";
import { Link, useTitle } from "../shell/router";
import { useTexts } from "../texts";
import { HeatDrawing, ScaleDrawing, SquaresDrawing, StepDrawing } from "./Drawings";
import { PageHead } from "./PageHead";
import styles from "./Pages.module.css";

/** From a picture to an answer, and what the answer means. */
export function HowPage() {
  const texts = useTexts();
  const words = texts.how;
  useTitle(words.title);
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <section>
        <h2 className={styles.heading}>{words.generator.title}</h2>
        <div className={styles.pair}>
          {words.generator.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
      </section>
      <section>
        <h2 className={styles.heading}>{words.steps.title}</h2>
        <ol className={styles.steps}>
          {words.steps.items.map(({ name, what }, step) => (
            <li key={name} className={styles.step}>
              <StepDrawing step={step} />
              <div>
                <h3>
                  <span className={styles.number}>{step + 1}</span> {name}
                </h3>
                <p>{what}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
      <Part title={words.percentage.title} text={words.percentage.text}>
        <SquaresDrawing label={words.percentage.diagram} count={100} right={90} across={20} />
        <ul className={styles.key} aria-hidden="true">
          <li data-square="right">{words.percentage.right}</li>
          <li data-square="wrong">{words.percentage.wrong}</li>
        </ul>
      </Part>
      <Part title={words.unsure.title} text={words.unsure.text}>
        <ScaleDrawing label={words.unsure.diagram} />
        <ul className={styles.key} aria-hidden="true">
          {(["real", "unsure", "generated"] as const).map((verdict) => (
            <li key={verdict} data-verdict={verdict}>
              <VerdictIcon verdict={verdict} />
              {texts.result.verdict[verdict]}
            </li>
          ))}
        </ul>
      </Part>
      <Part title={words.heat.title} text={words.heat.text}>
        <HeatDrawing label={words.heat.diagram} tiles={words.heat.tiles} mean={words.heat.mean} />
      </Part>
      <section>
        <h2 className={styles.heading}>{words.kept.title}</h2>
        <p className={styles.sentence}>{words.kept.lead}</p>
        <ol className={styles.timeline}>
          {words.kept.items.map(({ name, what }) => (
            <li key={name}>
              <h3>{name}</h3>
              <p>{what}</p>
            </li>
          ))}
        </ol>
      </section>
      <p className={styles.sentence}>
        {words.next.text} <Link to="/limits">{words.next.link}</Link>.
      </p>
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly text: readonly string[];
  /** A drawing. */
  readonly children?: ReactNode;
}

function Part({ title, text, children }: PartProps) {
  return (
    <section className={styles.part}>
      <div className={styles.words}>
        <h2 className={styles.heading}>{title}</h2>
        {text.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      {children && <figure className={styles.drawing}>{children}</figure>}
    </section>
  );
}
