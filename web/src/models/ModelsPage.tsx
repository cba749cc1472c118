import { useEffect, useState } from "react";
import { useModelList } from "../api/useModelList";
import { Failed } from "../check/Failed";
import { PageHead } from "../reading/PageHead";
import { useTitle } from "../shell/router";
import { useTexts } from "../texts";
import { ModelCard } from "./ModelCard";
import styles from "./ModelsPage.module.css";

/** Every model that this server has, with how good it is and where it fails. */
export function ModelsPage() {
  const words = useTexts().models;
  useTitle(words.title);
  const { list, failure, retry } = useModelList();
  const models = list?.models ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const open = chosen ?? list?.default ?? null;
  // What closes above another moves it; the one that was opened stays in view.
  useEffect(() => {
    if (chosen) {
      document.getElementById(`model-${chosen}`)?.scrollIntoView();
    }
  }, [chosen]);
  return (
    <>
      <PageHead title={words.title} lead={words.lead}>
        {models.length > 1 && (
          <nav aria-label={words.jump}>
            <ul className={styles.jump}>
              {models.map((model) => (
                <li key={model.name}>
                  <a href={`#model-${model.name}`} onClick={() => choose(model.name)}>
                    {model.title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </PageHead>
      {failure && <Failed failure={failure} onAgain={retry} />}
      {list === null && failure === null && <p className="soft">{words.loading}</p>}
      {list !== null && models.length === 0 && (
        <section className="message">
          <h2>{words.none.title}</h2>
          <p>{words.none.what}</p>
        </section>
      )}
      {models.map((model) => (
        <ModelCard
          key={model.name}
          model={model}
          standard={model.name === list?.default}
          open={model.name === open}
          onOpen={(opened) => choose(opened ? model.name : "")}
        />
      ))}
    </>
  );
}
