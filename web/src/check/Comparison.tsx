import { useEffect, useState } from "react";
import { ApiFailure, asFailure, detect } from "../api/client";
import type { Model, Report } from "../api/types";
import { percentBeside } from "../lib/format";
import { VerdictIcon } from "../result/VerdictIcon";
import { highestProbability } from "../result/words";
import { useTexts } from "../texts";
import styles from "./Comparison.module.css";
import { mayPass } from "./Failed";
import { patiently } from "./patiently";
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

type Answers = Readonly<Record<string, Report | ApiFailure>>;

function Table({ picture, report, models }: Props) {
  const texts = useTexts();
  const words = texts.result.compare;
  const { wait } = texts.check.busy;
  const [stopped, stop] = useState(false);
  const { answers, pause, again } = useAnswers({ picture, report, models }, stopped);
  const given = models.flatMap(({ name }) => answers[name] ?? []);
  const failures = given.filter((one) => one instanceof ApiFailure);
  const verdicts = given.flatMap((one) => (one instanceof ApiFailure ? [] : [one.verdict]));
  const busy = given.length < models.length && !stopped;
  const progress = pause === null ? words.busy(given.length, models.length) : wait(pause);
  const differ = new Set(verdicts).size > 1;
  const sum = differ ? words.differ : verdicts.length === models.length && words.agree;
  const averaging = models.filter(({ members }) => members.length > 0);
  const tryAgain = () => {
    stop(false);
    again();
  };
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
      <p role="status">{busy ? progress : sum}</p>
      {averaging.map(({ name, title }) => (
        <p key={name} className="soft">
          {words.averages(title)}
        </p>
      ))}
      {busy ? (
        <button type="button" className="button" onClick={() => stop(true)}>
          {words.cancel}
        </button>
      ) : (
        failures.some(mayPass) && (
          <button type="button" className="button" onClick={tryAgain}>
            {texts.check.failed.again}
          </button>
        )
      )}
    </>
  );
}

interface AnswerProps {
  readonly answer: Report | ApiFailure | undefined;
  readonly stopped: boolean;
}

function Answer({ answer, stopped }: AnswerProps) {
  const texts = useTexts();
  const words = texts.result.compare;
  if (answer === undefined) {
    return (
      <td colSpan={2} className="soft">
        {stopped ? "–" : words.waiting}
      </td>
    );
  }
  if (answer instanceof ApiFailure) {
    const { title, advice } = texts.errors.kinds[answer.kind] ?? texts.errors.other;
    return (
      <td colSpan={2}>
        <strong>{title}.</strong> {advice}
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

/** The answers as they come, one model after the other; `again` asks those anew that failed. */
function useAnswers({ picture, report, models }: Props, stopped: boolean) {
  const [answers, setAnswers] = useState<Answers>({ [report.model]: report });
  const [pause, setPause] = useState<number | null>(null);
  const next = models.find(({ name }) => answers[name] === undefined)?.name;
  useEffect(() => {
    if (next === undefined || stopped) {
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async () => {
      const asking = patiently(signal, () => detect(picture.file, next, PLAIN, signal), setPause);
      const answer = await asking.catch(asFailure);
      if (!signal.aborted) {
        setAnswers((before) => ({ ...before, [next]: answer }));
      }
    };
    void ask();
    return () => controller.abort();
  }, [picture, next, stopped]);

  const again = () => {
    const kept = Object.entries(answers).filter(([, one]) => !(one instanceof ApiFailure));
    setAnswers(Object.fromEntries(kept));
  };
  return { answers, pause, again };
}
