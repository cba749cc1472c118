import { useTexts } from "../texts";
import { LanguageSwitch } from "./LanguageSwitch";
import styles from "./Masthead.module.css";
import mark from "./mark.svg";
import { Link, useRoute } from "./router";
import { ThemeSwitch } from "./ThemeSwitch";

const PAGES = [
  { page: "check", to: "/" },
  { page: "history", to: "/history" },
  { page: "models", to: "/models" },
  { page: "how", to: "/how" },
  { page: "limits", to: "/limits" },
] as const;

export function Masthead() {
  const words = useTexts().shell;
  const { page } = useRoute();
  const here = page === "entry" ? "history" : page;
  return (
    <header className={styles.masthead}>
      <a className={styles.skip} href="#content">
        {words.skip}
      </a>
      <Link className={styles.name} to="/">
        <img src={mark} alt="" width="34" height="34" />
        {words.name}
      </Link>
      <p className={styles.tagline}>{words.tagline}</p>
      <nav className={styles.navigation} aria-label={words.navigation}>
        <ul className={styles.pages}>
          {PAGES.map((one) => (
            <li key={one.page}>
              <Link
                className={styles.page}
                to={one.to}
                aria-current={here === one.page ? "page" : undefined}
              >
                {words.pages[one.page]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.switches}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </header>
  );
}
