import { useTexts } from "../texts";
import styles from "./Samples.module.css";

/** Pictures of our own, or free for all, in public/samples. */
const SAMPLES = [
  { name: "astronaut", credit: "nasa" },
  { name: "generated-1", credit: "ours" },
  { name: "generated-2", credit: "ours" },
  { name: "two-faces", credit: "ours" },
] as const;

interface Props {
  readonly onFile: (file: File) => void;
  /** Is given what to say where a sample cannot be had. */
  readonly onMissing: (words: string) => void;
}

/** Pictures to try the check with. */
export function Samples({ onFile, onMissing }: Props) {
  const words = useTexts().check.samples;
  const take = async (name: string) => {
    try {
      const response = await fetch(`/samples/${name}.jpg`);
      if (!response.ok) {
        throw new Error(response.statusText);
      }
      onFile(new File([await response.blob()], `${name}.jpg`, { type: "image/jpeg" }));
    } catch {
      onMissing(words.missing);
    }
  };
  return (
    <section aria-labelledby="samples">
      <h2 id="samples" className="kicker">
        {words.title}
      </h2>
      <ul className={styles.samples}>
        {SAMPLES.map(({ name, credit }) => (
          <li key={name}>
            <button type="button" className={styles.sample} onClick={() => void take(name)}>
              <img
                className={styles.picture}
                src={`/samples/${name}-small.webp`}
                alt=""
                width="96"
                height="96"
              />
              <span>
                <strong className={styles.name}>{words.names[name]}</strong>
                <span className={styles.credit}>{words.credits[credit]}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
