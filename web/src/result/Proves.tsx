import type { Model } from "../api/types";
import { list } from "../lib/format";
import { Link } from "../shell/router";
import { generator, useTexts } from "../texts";
import styles from "./Proves.module.css";

/** What an answer does not prove; always the same, whatever the answer. */
export function Proves({ model }: { readonly model: Model | undefined }) {
  const texts = useTexts();
  const words = texts.result.proves;
  const known = (model?.labels ?? []).filter((label) => label !== "real" && label !== "generated");
  const names = known.map((label) => generator(label, texts).name);
  return (
    <section className={styles.proves} aria-labelledby="proves">
      <h2 id="proves" className={styles.title}>
        {words.title}
      </h2>
      <ul className={styles.points}>
        <li>{names.length > 0 ? words.known(list(names, texts)) : words.knownUnnamed}</li>
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <p className={styles.more}>
        <Link to="/limits">{words.more}</Link>
      </p>
    </section>
  );
}
