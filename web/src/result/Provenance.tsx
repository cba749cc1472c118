import { useId } from "react";
import type { Report } from "../api/types";
import { moment } from "../lib/format";
import { useTexts } from "../texts";
import styles from "./Provenance.module.css";

type Said = NonNullable<Report["provenance"]>;

/** What the file says of its own origin; nothing at all where it says nothing. */
export function Provenance({ provenance, conclusion }: Report) {
  const words = useTexts().result.provenance;
  const heading = useId();
  const { content_credentials: credentials = null, generator = null } = provenance ?? {};
  if (credentials === null && generator === null) {
    return null;
  }
  const fromCamera = conclusion.grounds.some((ground) => ground.startsWith("camera_record"));
  return (
    <section className={styles.provenance} aria-labelledby={heading}>
      <h3 id={heading} className={styles.title}>
        {words.title}
      </h3>
      {credentials && <Credentials credentials={credentials} fromCamera={fromCamera} />}
      {generator && <Metadata generator={generator} />}
    </section>
  );
}

type Signed = NonNullable<Said["content_credentials"]>;

interface Claimed {
  readonly credentials: Signed;
  /** Whether it is intact and tells of a camera. */
  readonly fromCamera: boolean;
}

/** What a signed record says, and how it stands; all of it follows from its state. */
function Credentials({ credentials, fromCamera }: Claimed) {
  const texts = useTexts();
  const words = texts.result.provenance;
  const { state, signer, issued, software, certificate, actions, ingredients } = credentials;
  // Of a record that could not be read at all, nothing but the problem is known.
  const read = [signer, issued, software].some((fact) => fact !== null);
  const ranOut = certificate && certificate !== "in_force" ? words.certificate[certificate] : null;
  return (
    <div>
      <h4>{words.credentials}</h4>
      {read && (
        <p className={styles.claim}>
          {credentials.says_generated
            ? words.generated[state]
            : fromCamera
              ? words.fromCamera
              : words.notGenerated}
        </p>
      )}
      <p>{words.state[state]}</p>
      {signer && <p>{words.trust[credentials.trust]}</p>}
      {ranOut && <p>{ranOut}</p>}
      <dl className={styles.facts}>
        <Fact name={words.signer} value={signer} />
        <Fact name={words.issued} value={issued && moment(issued, texts)} />
        <Fact name={words.software} value={software} />
        <Fact name={words.camera} value={credentials.camera} />
        <Fact name={words.disclosure} value={credentials.ai_disclosure} />
      </dl>
      <Items title={words.actions} items={actions.map(done)} english />
      <Items
        title={words.ingredients}
        items={ingredients.map(
          (one) => `${one.title ?? words.unnamed}: ${words.ingredient[one.state]}`,
        )}
      />
      <Items title={words.problems[state]} items={credentials.problems} english />
    </div>
  );
}

/** What was done, in the specification's own words. */
function done({ action, software, digital_source_type: source }: Signed["actions"][number]) {
  const name = action.replace(/^c2pa\./, "").replaceAll("_", " ");
  return [name, software, source && `(${source})`].filter(Boolean).join(" ");
}

function Metadata({ generator: note }: { readonly generator: NonNullable<Said["generator"]> }) {
  const words = useTexts().result.provenance;
  return (
    <div>
      <h4>{words.metadata}</h4>
      {note.says_generated && <p className={styles.claim}>{words.metadataGenerated}</p>}
      <p>{words.metadataWhat}</p>
      <dl className={styles.facts}>
        <Fact name={words.software} value={note.software} />
        {note.generator !== note.software && <Fact name={words.writtenBy} value={note.generator} />}
        <Fact name={words.label} value={note.label && words.grade[note.label.grade]} />
        <Fact name={words.sourceType} value={note.digital_source_type} />
        <Fact name={words.promptWriter} value={note.prompt_writer} />
      </dl>
      {note.parameters && (
        <details>
          <summary>{words.parameters}</summary>
          <p className={styles.parameters}>{note.parameters}</p>
        </details>
      )}
    </div>
  );
}

interface Listed {
  readonly title: string;
  readonly items: readonly string[];
  /** Whether they come from the server as they are, in English. */
  readonly english?: boolean;
}

function Items({ title, items, english }: Listed) {
  if (items.length === 0) {
    return null;
  }
  return (
    <>
      <p className={styles.wrong}>{title}</p>
      <ul className={styles.problems} {...(english && { lang: "en" })}>
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be done twice, in this order
          <li key={index}>{item}</li>
        ))}
      </ul>
    </>
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
