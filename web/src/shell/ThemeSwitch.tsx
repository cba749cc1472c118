import { useEffect, useState } from "react";
import { useTexts } from "../texts";
import styles from "./Masthead.module.css";
import { keepTheme, storedTheme, systemTheme } from "./theme";

/** Turns the page from light to dark and back. */
export function ThemeSwitch() {
  const { toDark, toLight } = useTexts().shell.theme;
  const [theme, setTheme] = useState(() => storedTheme() ?? systemTheme());
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setTheme(storedTheme() ?? systemTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);

  const other = theme === "dark" ? "light" : "dark";
  const turn = () => {
    keepTheme(other);
    setTheme(other);
  };
  const words = other === "dark" ? toDark : toLight;
  return (
    <button type="button" className={styles.theme} aria-label={words} title={words} onClick={turn}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8.5" />
        <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" />
      </svg>
    </button>
  );
}
