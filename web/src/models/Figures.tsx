import type { Model } from "../api/types";
import { count, exactPercent } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Figures.module.css";
import { type Figure, figuresOf, type Ratio, ratio } from "./figures";
import tables from "./Table.module.css";

/** The figures that matter to most people, as counts of faces; then all of them in a table. */
export function Figures({ model }: { readonly model: Model }) {
  const words = useTexts().models.figures;
  const figures = figuresOf(model);
  const told = [
    { name: "tpr", least: 100, sentence: words.found },
    { name: "fpr", least: 1_000, sentence: words.accused },
    { name: "unsure", least: 100, sentence: words.unsure },
    { name: "accuracy", least: 100, sentence: words.named },
  ] as const;
  const shown = told.flatMap((one) => {
    const figure = figures.get(one.name);
    const fits = one.name !== "accuracy" || model.labels.length > 2;
    return figure && fits ? [{ ...one, figure }] : [];
  });
  return (
    <>
      {shown.length === 0 && <p>{words.missing}</p>}
      <ul className={styles.told}>
        {shown.map(({ name, least, sentence, figure }) => (
          <Told key={name} figure={figure} least={least} sentence={sentence} />
        ))}
      </ul>
      <details className={tables.fold}>
        <summary>{words.all}</summary>
        <AllFigures figures={figures} many={model.labels.length > 2} />
      </details>
    </>
  );
}

interface ToldProps {
  readonly figure: Figure;
  readonly least: 100 | 1_000;
  readonly sentence: (count: string, of: string) => string;
}

function Told({ figure, least, sentence }: ToldProps) {
  const texts = useTexts();
  const words = texts.models.figures;
  const told = ratio(figure.value, least);
  const same = (share: number): Ratio => ({ count: Math.round(share * told.of), of: told.of });
  const number = ({ count: faces }: Ratio) => count(faces, texts);
  return (
    <li className={styles.figure}>
      <span className={styles.big} aria-hidden="true">
        {number(told)}
        <span className={styles.of}>/ {count(told.of, texts)}</span>
      </span>
      <span>
        {sentence(told.count === 0 ? words.none : number(told), count(told.of, texts))}
        {figure.low !== null && figure.high !== null && (
          <span className={tables.note}>
            {words.between(number(same(figure.low)), number(same(figure.high)))}
          </span>
        )}
      </span>
    </li>
  );
}

/** Figures over the labels, which of two labels say nothing of sources or families. */
const OF_SOURCES: readonly string[] = [
  "accuracy",
  "macro_f1",
  "family_accuracy",
  "family_macro_f1",
];

interface AllProps {
  readonly figures: ReadonlyMap<string, Figure>;
  /** Whether the model tells sources apart. */
  readonly many: boolean;
}

function AllFigures({ figures, many }: AllProps) {
  const texts = useTexts();
  const words = texts.models.figures;
  const rows = [...figures].filter(([name]) => many || !OF_SOURCES.includes(name));
  const measured = rows.some(([, { low }]) => low !== null);
  const title = (name: string) =>
    words.names[name] ??
    (name.startsWith("fpr_") ? words.collection(name.slice("fpr_".length)) : name);
  const shown = (name: string, value: number) =>
    name === "auc" || name.includes("f1")
      ? new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 4 }).format(value)
      : exactPercent(value, texts);
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.value}</th>
          {measured && <th scope="col">{words.interval}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, { value, low, high }]) => (
          <tr key={name}>
            <th scope="row">{title(name)}</th>
            <td>{shown(name, value)}</td>
            {measured && (
              <td>
                {low !== null && high !== null && `${shown(name, low)} – ${shown(name, high)}`}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
