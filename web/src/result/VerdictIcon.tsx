import type { ReactNode } from "react";
import type { Verdict } from "../api/types";
import styles from "./VerdictIcon.module.css";

/** Each verdict has a shape of its own, so that nothing hangs on colour. */
const SHAPES: Record<Verdict, ReactNode> = {
  generated: (
    <>
      <path className={styles.solid} d="M12 1.5 22.5 12 12 22.5 1.5 12z" />
      <path className={styles.cut} d="M12 7v6.2M12 16.4v.2" />
    </>
  ),
  unsure: (
    <>
      <circle className={styles.line} cx="12" cy="12" r="9.5" />
      <path
        className={styles.line}
        d="M9.2 9.4a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.1.9-1.1 1.8M12 16.8v.2"
      />
    </>
  ),
  real: (
    <>
      <circle className={styles.line} cx="10.5" cy="10.5" r="7.5" />
      <path className={styles.thick} d="m16 16 5.5 5.5" />
    </>
  ),
  not_applicable: (
    <>
      <circle className={styles.dashed} cx="12" cy="12" r="9.5" />
      <path className={styles.line} d="M8 12h8" />
    </>
  ),
};

export function VerdictIcon({ verdict }: { readonly verdict: Verdict }) {
  return (
    <svg className={styles.icon} viewBox="0 0 24 24" aria-hidden="true">
      {SHAPES[verdict]}
    </svg>
  );
}
