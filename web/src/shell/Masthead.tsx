import { texts } from "../texts";
import styles from "./Masthead.module.css";
import mark from "./mark.svg";
import { ThemeSwitch } from "./ThemeSwitch";

export function Masthead() {
  return (
    <header className={styles.masthead}>
      <a className={styles.skip} href="#content">
        {texts.skip}
      </a>
      <a className={styles.name} href="/">
        <img src={mark} alt="" width="34" height="34" />
        {texts.name}
      </a>
      <p className={styles.tagline}>{texts.tagline}</p>
      <ThemeSwitch />
    </header>
  );
}
