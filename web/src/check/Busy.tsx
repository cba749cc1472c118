import { MarkedPicture } from "../result/MarkedPicture";
import { Runner } from "../result/Runner";
import { useTexts } from "../texts";
import styles from "./Busy.module.css";
import type { Picture, State } from "./queue";

interface Props {
  readonly picture: Picture;
  readonly state: Extract<State, { readonly step: "finding" | "judging" }>;
  readonly onCancel: () => void;
}

const STEPS = ["finding", "judging"] as const;

/** How far a check has come, what is known by then, and a way out. */
export function Busy({ picture, state, onCancel }: Props) {
  const texts = useTexts();
  const words = texts.check.busy;
  const found = state.step === "judging" ? state.found : null;
  const usable = found?.faces.filter((face) => face.usable).length ?? 0;
  return (
    <section className="columns" aria-busy="true">
      <MarkedPicture picture={picture} {...(found && { seen: found })} />
      <div>
        <h2>{words[state.step]}</h2>
        <ol className={styles.steps} aria-label={words.steps}>
          {STEPS.map((step) => (
            <li key={step} aria-current={step === state.step ? "step" : undefined}>
              {words.step[step]}
            </li>
          ))}
        </ol>
        <div className={styles.runner}>
          <Runner />
        </div>
        {found && (
          <p className={styles.found}>
            {words.found(found.faces.length, usable)} {usable === 0 && words.noneUsable}
          </p>
        )}
        {found && usable === 0 && (
          <ul className={styles.reasons}>
            {[...new Set(found.faces.flatMap((face) => face.reasons))].map((reason) => (
              <li key={reason}>{texts.result.face.reasons[reason] ?? reason}</li>
            ))}
          </ul>
        )}
        {usable > 0 || !found ? (
          <p className="soft">{state.step === "finding" ? words.findingWhat : words.judgingWhat}</p>
        ) : null}
        {state.pause !== null && <p role="status">{words.wait(state.pause)}</p>}
        <button type="button" className="button" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </section>
  );
}
