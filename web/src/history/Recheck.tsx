import { useEffect, useId, useRef, useState } from "react";
import { type ApiFailure, asFailure, detect } from "../api/client";
import type { CheckedReport, HistoryEntry, Model, Report } from "../api/types";
import { Actions } from "../check/Actions";
import { Failed } from "../check/Failed";
import { patiently } from "../check/patiently";
import { FULL, type Picture } from "../check/queue";
import { Result } from "../result/Result";
import { useTexts } from "../texts";
import { Comparison } from "./Comparison";
import styles from "./Recheck.module.css";

interface Props {
  readonly entry: HistoryEntry;
  readonly before: Report;
  readonly picture: Picture;
  readonly models: readonly Model[];
}

type Check =
  | { readonly step: "idle" }
  | { readonly step: "busy"; readonly pause: number | null }
  | { readonly step: "failed"; readonly failure: ApiFailure }
  | { readonly step: "done"; readonly report: CheckedReport };

/** Has another model judge the saved picture, and lays the two answers side by side. */
export function Recheck({ entry, before, picture, models }: Props) {
  const texts = useTexts();
  const words = texts.history.recheck;
  const others = models.filter(({ name }) => name !== entry.model);
  const [chosen, choose] = useState<string | null>(null);
  const [check, setCheck] = useState<Check>({ step: "idle" });
  const running = useRef<AbortController>(null);
  const heading = useId();
  const select = useId();
  useEffect(() => () => running.current?.abort(), []);

  const model = others.find(({ name }) => name === chosen) ?? others[0];
  const start = async () => {
    if (model === undefined) {
      return;
    }
    running.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    try {
      const report = await patiently(
        signal,
        () => detect(picture.file, model.name, FULL, signal),
        (pause) => setCheck({ step: "busy", pause }),
      );
      if (!signal.aborted) {
        setCheck({ step: "done", report });
      }
    } catch (error) {
      if (!signal.aborted) {
        setCheck({ step: "failed", failure: asFailure(error) });
      }
    }
  };
  const cancel = () => {
    running.current?.abort();
    setCheck({ step: "idle" });
  };
  const titleOf = (name: string) => models.find((one) => one.name === name)?.title ?? name;
  return (
    <section
      className={styles.recheck}
      aria-labelledby={heading}
      data-screen-only={check.step !== "done" || undefined}
    >
      <h2 id={heading}>{words.title}</h2>
      {model === undefined ? (
        <p className="soft">{words.only}</p>
      ) : (
        <>
          <p className="soft">{words.what}</p>
          <div className={styles.ask}>
            <label htmlFor={select}>{words.label}</label>
            <select
              id={select}
              value={model.name}
              disabled={check.step === "busy"}
              onChange={(event) => choose(event.target.value)}
            >
              {others.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
            {check.step === "busy" ? (
              <button type="button" className="button" onClick={cancel}>
                {words.cancel}
              </button>
            ) : (
              <button type="button" className="button" onClick={start}>
                {words.start}
              </button>
            )}
          </div>
        </>
      )}
      <p role="status" className={check.step === "busy" ? undefined : "hidden"}>
        {check.step === "busy" &&
          (check.pause === null ? words.busy : texts.check.busy.wait(check.pause))}
        {check.step === "done" && words.compare}
      </p>
      {check.step === "failed" && <Failed failure={check.failure} onAgain={start} />}
      {check.step === "done" && (
        <>
          <Comparison before={before} after={check.report} titleOf={titleOf} />
          <Whole key={check.report.id} report={check.report} picture={picture} models={models} />
        </>
      )}
    </section>
  );
}

interface WholeProps {
  readonly report: CheckedReport;
  readonly picture: Picture;
  readonly models: readonly Model[];
}

/** The other answer, in full, for those who open it. */
function Whole({ report, picture, models }: WholeProps) {
  const words = useTexts().history.recheck;
  const [open, setOpen] = useState(false);
  const [entry, setEntry] = useState<HistoryEntry | null>(null);
  const model = models.find(({ name }) => name === report.model);
  return (
    <details className={styles.whole} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.full(model?.title ?? report.model)}</summary>
      {open && (
        <Result
          picture={picture}
          report={report}
          checked={report.created}
          model={model}
          prefix="other-"
        >
          <Actions picture={picture} report={report} entry={entry} onSaved={setEntry} />
        </Result>
      )}
    </details>
  );
}
