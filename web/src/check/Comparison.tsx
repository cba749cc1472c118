import { useEffect, useState } from "react";
import { asFailure, detect } from "../api/client";
import type { Model, Report } from "../api/types";
import { percentBeside } from "../lib/format";
import { VerdictIcon } from "../result/VerdictIcon";
import { highestProbability } from "../result/words";
import { useTexts } from "../texts";
import styles from "./Comparison.module.css";
import type { Picture } from "./queue";

interface Props {
  readonly picture: Picture;
  /** What the model that was chosen said; not asked again. */
  readonly report: Report;
  readonly models: readonly Model[];
}

/** What all models say of the picture, asked for by a click. */
export function Comparison(props: Props) {
  const words = useTexts().result.compare;
  const [open, setOpen] = useState(false);
  return (
    <section className={styles.comparison} aria-labelledby={open ? "comparison" : undefined}>
      <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.close : words.ask}
      </button>
      {open && <Table {...props} />}
    </section>
  );
}

const PLAIN = { explain: false, stability: true, occlusion: false, provenance: false } as const;

type Answers = Readonly<Record<string, Report | "failed" | undefined>>;

function Table({ picture, report, models }: Props) {
  const texts = useTexts();
  const words = texts.result.compare;
  const [stopped, stop] = useState(false);
  const answers = useAnswers({ picture, report, models }, stopped);
  const given = models.map(({ name }) => answers[name]);
  const done = given.filter((one) => one !== undefined).length;
  const verdicts = given.flatMap((one) => (typeof one === "object" ? [one.verdict] : []));
  const agreed = new Set(verdicts).size === 1;
  return (
    <>
      <h3 id="comparison" className={styles.title}>
        {words.title}
      </h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <caption className={styles.caption}>{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.model}</th>
              <th scope="col">{words.verdict}</th>
              <th scope="col">{words.probability}</th>
            </tr>
          </thead>
          <tbody>
            {models.map(({ name, title }) => (
              <tr key={name} data-own={name === report.model || undefined}>
                <th scope="row">{title}</th>
                <Answer answer={answers[name]} stopped={stopped} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p role="status">
        {done < models.length
          ? !stopped && words.busy(done, models.length)
          : verdicts.length > 1 && (agreed ? words.agree : words.differ)}
      </p>
      {done < models.length && !stopped && (
        <button type="button" className="button" onClick={() => stop(true)}>
          {words.cancel}
        </button>
      )}
    </>
  );
}

interface AnswerProps {
  readonly answer: Report | "failed" | undefined;
  readonly stopped: boolean;
}

function Answer({ answer, stopped }: AnswerProps) {
  const texts = useTexts();
  const words = texts.result.compare;
  if (typeof answer !== "object") {
    return (
      <td colSpan={2} className="soft">
        {answer === "failed" ? words.failed : stopped ? "–" : words.waiting}
      </td>
    );
  }
  const { verdict, thresholds } = answer;
  const probability = highestProbability(answer);
  return (
    <>
      <td data-verdict={verdict}>
        <span className={styles.verdict}>
          <VerdictIcon verdict={verdict} />
          {texts.result.verdict[verdict]}
        </span>
      </td>
      <td className={styles.probability}>
        {probability === null
          ? "–"
          : percentBeside(probability, [thresholds.real, thresholds.generated], texts)}
      </td>
    </>
  );
}

/** The answers as they come, one model after the other. */
function useAnswers({ picture, report, models }: Props, stopped: boolean): Answers {
  const [answers, setAnswers] = useState<Answers>({ [report.model]: report });
  useEffect(() => {
    if (stopped) {
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const askAll = async () => {
      for (const { name } of models.filter((model) => model.name !== report.model)) {
        const answer = await detect(picture.file, name, PLAIN, signal).catch(asFailure);
        if (signal.aborted) {
          return;
        }
        const given = answer instanceof Error ? "failed" : answer;
        setAnswers((before) => ({ ...before, [name]: given }));
      }
    };
    void askAll();
    return () => controller.abort();
  }, [picture, report.model, models, stopped]);
  return answers;
}
