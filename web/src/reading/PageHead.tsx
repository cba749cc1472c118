import type { ReactNode, Ref } from "react";
import styles from "./PageHead.module.css";

interface Props {
  readonly title: string;
  readonly lead: string;
  /** The title, where something may move the focus to it. */
  readonly ref?: Ref<HTMLHeadingElement>;
  readonly children?: ReactNode;
}

/** How every page but the first begins: its name, and what it is for. */
export function PageHead({ title, lead, ref, children }: Props) {
  return (
    <header>
      <h1 ref={ref} tabIndex={-1} className={styles.title}>
        {title}
      </h1>
      <p className={styles.lead}>{lead}</p>
      {children}
    </header>
  );
}
