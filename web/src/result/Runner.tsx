import styles from "./Runner.module.css";

/** A bar that moves while something is made that nobody can say the length of. */
export function Runner() {
  return (
    <div className={styles.track} data-runner aria-hidden="true">
      <div className={styles.runner} />
    </div>
  );
}
