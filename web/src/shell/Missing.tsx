import { useTexts } from "../texts";
import { Link, useTitle } from "./router";

/** An address at which there is nothing. */
export function Missing() {
  const { pages, missing } = useTexts().shell;
  useTitle(pages.missing);
  return (
    <section className="message">
      <h1>{pages.missing}</h1>
      <p>{missing.what}</p>
      <p>
        <Link to="/">{missing.back}</Link>
      </p>
    </section>
  );
}
