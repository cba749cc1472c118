import { useModelList } from "../api/useModelList";
import { list } from "../lib/format";
import { Link, useTitle } from "../shell/router";
import { generator, useTexts } from "../texts";
import { SquaresDrawing } from "./Drawings";
import { PageHead } from "./PageHead";
import styles from "./Pages.module.css";

/** What an answer cannot tell, and what to do besides. */
export function LimitsPage() {
  const texts = useTexts();
  const words = texts.limits;
  useTitle(words.title);
  const models = useModelList().list?.models ?? [];
  const labels = new Set(models.flatMap((model) => model.labels));
  const known = [...labels].filter((label) => label !== "real" && label !== "generated");
  const names = known.map((label) => generator(label, texts).name);
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <section>
        <h2 className={styles.heading}>{words.wrong}</h2>
        <dl className={styles.points}>
          {words.points.map(({ name, what }, index) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {what}
                {index === 0 && (
                  <>
                    {names.length > 0 && ` ${words.known(list(names, texts))}`}{" "}
                    <Link to="/models">{words.figures}</Link>
                  </>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section className={styles.part}>
        <div className={styles.words}>
          <h2 className={styles.heading}>{words.rare.title}</h2>
          <p>{words.rare.text}</p>
        </div>
        <figure className={styles.drawing}>
          <SquaresDrawing label={words.rare.diagram} count={85} right={75} across={17} />
          <ul className={styles.key} aria-hidden="true">
            <li data-square="right">{words.rare.right}</li>
            <li data-square="wrong">{words.rare.false}</li>
          </ul>
        </figure>
      </section>
      <section>
        <h2 className={styles.heading}>{words.besides.title}</h2>
        <ol className={styles.advice}>
          {words.besides.items.map(({ name, what }) => (
            <li key={name}>
              <h3>{name}</h3>
              <p>{what}</p>
            </li>
          ))}
        </ol>
      </section>
      <section className={styles.never}>
        <h2 className={styles.heading}>{words.never.title}</h2>
        <p className={styles.sentence}>{words.never.text}</p>
      </section>
    </>
  );
}
