import { type MouseEvent, useEffect, useRef, useState } from "react";
import { type ApiFailure, asFailure, exportAddress, getFile } from "../api/client";
import { storedToken } from "../api/token";
import { saveFile } from "../lib/saveFile";
import { useTexts } from "../texts";
import { type Filters, narrows, queryOf } from "./filters";
import styles from "./HistoryPage.module.css";

const FORMATS = ["csv", "json"] as const;

/** The history as a file, as far as the filters let it through. */
export function Exports({ filters }: { readonly filters: Filters }) {
  const texts = useTexts();
  const words = texts.history.exports;
  const { sort: _, ...narrowing } = queryOf(filters); // a file has an order of its own
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);

  // A browser sends no token along with a link: where there is one, the page fetches the file.
  const fetchFirst = async (event: MouseEvent<HTMLAnchorElement>) => {
    if (storedToken() === null) {
      return;
    }
    event.preventDefault();
    const { href, download } = event.currentTarget;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setFailure(null);
    try {
      saveFile(await getFile(href, controller.signal), download);
    } catch (error) {
      if (controller.signal.aborted) {
        return;
      }
      setFailure(asFailure(error));
    }
    setBusy(false);
  };
  const cancel = () => {
    running.current?.abort();
    setBusy(false);
  };
  const problem = failure && (texts.errors.kinds[failure.kind] ?? texts.errors.other);
  return (
    <div className={styles.exports}>
      <p className="soft">{narrows(filters) ? words.narrowed : words.label}</p>
      <ul>
        {FORMATS.map((format) => (
          <li key={format}>
            <a
              href={exportAddress({ format, ...narrowing })}
              download={`unmask-history.${format}`}
              onClick={fetchFirst}
            >
              {words[format]}
            </a>
          </li>
        ))}
      </ul>
      <p role="status">{busy && words.working}</p>
      {busy && (
        <button type="button" className="button" onClick={cancel}>
          {words.cancel}
        </button>
      )}
      {problem && (
        <p role="alert">
          <strong>{problem.title}.</strong> {problem.advice}
        </p>
      )}
    </div>
  );
}
