import { CATALOGUES, keepLanguage, type Language, useLanguage, useTexts } from "../texts";
import styles from "./Masthead.module.css";

/** Which language the page speaks; each is named in itself. */
export function LanguageSwitch() {
  const words = useTexts().shell;
  const chosen = useLanguage();
  return (
    <select
      className={styles.language}
      aria-label={words.chooseLanguage}
      title={words.chooseLanguage}
      value={chosen}
      onChange={(event) => keepLanguage(event.target.value as Language)}
    >
      {Object.entries(CATALOGUES).map(([tag, { language }]) => (
        <option key={tag} value={tag} lang={tag}>
          {language}
        </option>
      ))}
    </select>
  );
}
