import type { MouseEvent } from "react";
import { VerdictIcon } from "../result/VerdictIcon";
import { headline, tone } from "../result/words";
import { useTexts } from "../texts";
import styles from "./QueueList.module.css";
import { type Check, isOpen } from "./queue";

interface Props {
  readonly all: readonly Check[];
  readonly shown: Check | null;
  readonly onShow: (id: number) => void;
  readonly onRemove: (id: number) => void;
  readonly onCancel: () => void;
  readonly onClear: () => void;
}

/** The pictures of this visit, how far each is, and which one is shown. */
export function QueueList({ all, shown, onShow, onRemove, onCancel, onClear }: Props) {
  const texts = useTexts();
  const words = texts.check.queue;
  const open = all.filter(({ state }) => isOpen(state)).length;
  const progress = words.progress(all.length - open, all.length);
  const remove = (id: number, { currentTarget: { parentElement: item } }: MouseEvent) => {
    const beside = item?.nextElementSibling ?? item?.previousElementSibling;
    beside?.querySelector<HTMLElement>("[data-remove]")?.focus();
    onRemove(id);
  };
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
          <li key={check.id} className={styles.item}>
            <Entry check={check} current={check.id === shown?.id} onShow={() => onShow(check.id)} />
            <button
              type="button"
              className={styles.remove}
              data-remove
              aria-label={words.remove(check.picture.name || texts.result.picture.pasted)}
              onClick={(event) => remove(check.id, event)}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="m6 6 12 12M18 6 6 18" />
              </svg>
            </button>
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
      data-verdict={state.step === "done" ? tone(state.report) : undefined}
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
        {state.step === "done" && <VerdictIcon verdict={tone(state.report)} />}
        {said}
      </span>
    </button>
  );
}
