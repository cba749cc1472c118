import { useId } from "react";
import type { Provenance as Said } from "../api/types";
import { moment } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Provenance.module.css";

/** What the file says of its own origin; nothing at all where it says nothing. */
export function Provenance({ provenance }: { readonly provenance: Said }) {
  const words = useTexts().result.provenance;
  const heading = useId();
  const { content_credentials: credentials, generator } = provenance;
  if (credentials === null && generator === null) {
    return null;
  }
  return (
    <section className={styles.provenance} aria-labelledby={heading}>
      <h3 id={heading} className={styles.title}>
        {words.title}
      </h3>
      {credentials && <Credentials credentials={credentials} />}
      {generator && <Metadata generator={generator} />}
    </section>
  );
}

type Signed = NonNullable<Said["content_credentials"]>;

/** What a signed record says, where the signature holds; else only what is wrong with it. */
function Credentials({ credentials }: { readonly credentials: Signed }) {
  const words = useTexts().result.provenance;
  const { valid, signer, issued, software, problems } = credentials;
  // Of a record that could not be read at all, nothing but the problem is known.
  const read = [signer, issued, software].some((fact) => fact !== null);
  return (
    <div>
      <h4>{words.credentials}</h4>
      {valid && <Claim credentials={credentials} />}
      {!valid && read && <p className={styles.claim}>{words.invalid}</p>}
      {problems.length > 0 && (
        <>
          <p className={styles.wrong}>{words.problems}</p>
          <ul className={styles.problems} lang="en">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Claim({ credentials }: { readonly credentials: Signed }) {
  const texts = useTexts();
  const words = texts.result.provenance;
  const { signer, issued, software, says_generated: generated } = credentials;
  return (
    <>
      <p className={styles.claim}>{generated ? words.generated : words.notGenerated}</p>
      <p>{words.valid}</p>
      <dl className={styles.facts}>
        <Fact name={words.signer} value={signer} />
        <Fact name={words.issued} value={issued && moment(issued, texts)} />
        <Fact name={words.software} value={software} />
      </dl>
    </>
  );
}

function Metadata({ generator }: { readonly generator: NonNullable<Said["generator"]> }) {
  const words = useTexts().result.provenance;
  return (
    <div>
      <h4>{words.metadata}</h4>
      {generator.says_generated && <p className={styles.claim}>{words.metadataGenerated}</p>}
      <p>{words.metadataWhat}</p>
      <dl className={styles.facts}>
        <Fact name={words.software} value={generator.software} />
        <Fact name={words.sourceType} value={generator.digital_source_type} />
      </dl>
      {generator.parameters && (
        <details>
          <summary>{words.parameters}</summary>
          <p className={styles.parameters}>{generator.parameters}</p>
        </details>
      )}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}
