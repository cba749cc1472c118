import { type ReactNode, useState } from "react";
import { useTexts } from "../texts";
import styles from "./ViewSwitch.module.css";

export type View = "grid" | "list";

const KEY = "unmask-history-view";
const ICONS: Readonly<Record<View, ReactNode>> = {
  grid: <path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z" />,
  list: <path d="M4 5h4v4H4zM4 10h4v4H4zM4 16h4v4H4zM10 6h10M10 12h10M10 18h10" />,
};

/** The view that the reader likes best, kept in the browser. */
export function useView(): readonly [View, (view: View) => void] {
  const [view, setView] = useState<View>(stored);
  const choose = (chosen: View) => {
    setView(chosen);
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is left.
    }
  };
  return [view, choose];
}

interface Props {
  readonly view: View;
  readonly onChoose: (view: View) => void;
}

export function ViewSwitch({ view, onChoose }: Props) {
  const words = useTexts().history.view;
  return (
    <fieldset className={styles.switch}>
      <legend className="hidden">{words.label}</legend>
      {(["grid", "list"] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={view === one}
          className={styles.choice}
          onClick={() => onChoose(one)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {ICONS[one]}
          </svg>
          {words[one]}
        </button>
      ))}
    </fieldset>
  );
}

function stored(): View {
  try {
    return localStorage.getItem(KEY) === "list" ? "list" : "grid";
  } catch {
    return "grid";
  }
}
