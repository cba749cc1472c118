import { VerdictIcon } from "../result/VerdictIcon";
import { headline } from "../result/words";
import { useTexts } from "../texts";
import styles from "./QueueList.module.css";
import { type Check, isOpen } from "./queue";

interface Props {
  readonly all: readonly Check[];
  readonly shown: Check | null;
  readonly onShow: (id: number) => void;
  readonly onCancel: () => void;
  readonly onClear: () => void;
}

/** The pictures of this visit, how far each is, and which one is shown. */
export function QueueList({ all, shown, onShow, onCancel, onClear }: Props) {
  const texts = useTexts();
  const words = texts.check.queue;
  const open = all.filter(({ state }) => isOpen(state)).length;
  const progress = words.progress(all.length - open, all.length);
  return (
    <section className={styles.queue} data-screen-only aria-labelledby="queue">
      <div className={styles.head}>
        <h2 id="queue" className="kicker">
          {words.title}
        </h2>
        <progress
          className={styles.progress}
          max={all.length}
          value={all.length - open}
          aria-label={progress}
        />
        <span className={styles.done}>{progress}</span>
        <button type="button" className={styles.small} onClick={open > 0 ? onCancel : onClear}>
          {open > 0 ? words.cancelAll : words.clear}
        </button>
      </div>
      <ul className={styles.list}>
        {all.map((check) => (
          <li key={check.id}>
            <Entry check={check} current={check.id === shown?.id} onShow={() => onShow(check.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface EntryProps {
  readonly check: Check;
  readonly current: boolean;
  readonly onShow: () => void;
}

function Entry({ check: { picture, state }, current, onShow }: EntryProps) {
  const texts = useTexts();
  const words = texts.check.queue;
  const said =
    state.step === "done"
      ? headline(state.report, texts)
      : words.states[state.step === "finding" || state.step === "judging" ? "busy" : state.step];
  const name = picture.name || texts.result.picture.pasted;
  return (
    <button
      type="button"
      className={styles.entry}
      data-verdict={state.step === "done" ? state.report.verdict : undefined}
      data-step={state.step}
      aria-current={current || undefined}
      onClick={onShow}
    >
      <span
        className={styles.thumbnail}
        style={{ backgroundImage: `url("${picture.url}")` }}
        aria-hidden="true"
      />
      <span className={styles.name}>{name}</span>
      <span className={styles.state}>
        {state.step === "done" && <VerdictIcon verdict={state.report.verdict} />}
        {said}
      </span>
    </button>
  );
}
