import { Component, type ReactNode } from "react";
import { useTexts } from "../texts";

interface Props {
  /** Another key is another page, which may be whole. */
  readonly children: ReactNode;
}

/** Keeps a part that cannot be loaded or shown from taking the whole page with it. */
export class Unbroken extends Component<Props, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const words = useTexts().shell.broken;
  return (
    <section className="message" role="alert">
      <h1>{words.title}</h1>
      <p>{words.advice}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </section>
  );
}
