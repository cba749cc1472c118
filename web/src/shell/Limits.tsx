import type { Model } from "../api/types";
import { list } from "../lib/format";
import { generator, texts } from "../texts";
import styles from "./Limits.module.css";

/** What an answer does not prove; always the same, whatever the answer. */
export function Limits({ model }: { readonly model: Model | undefined }) {
  const known = (model?.labels ?? []).filter((label) => label !== "real" && label !== "generated");
  const names = known.map((label) => generator(label).name);
  return (
    <section className={styles.limits} aria-labelledby="limits">
      <h2 id="limits" className={styles.title}>
        {texts.limits.title}
      </h2>
      <ul className={styles.points}>
        <li>{names.length > 0 ? texts.limits.known(list(names)) : texts.limits.knownUnnamed}</li>
        {texts.limits.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </section>
  );
}
