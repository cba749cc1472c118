import { type ReactNode, useId } from "react";
import type { Model } from "../api/types";
import { useTexts } from "../texts";
import styles from "./FilterBar.module.css";
import { type Filters, narrows, SORTS, VERDICTS } from "./filters";

interface Props {
  readonly filters: Filters;
  readonly models: readonly Model[];
  /** Names of models that saved checks were made with; some may not be installed any more. */
  readonly seen: readonly string[];
  readonly onChange: (filters: Filters) => void;
}

/** What is shown of the history, and in what order. */
export function FilterBar({ filters, models, seen, onChange }: Props) {
  const texts = useTexts();
  const words = texts.history.filters;
  const titles = new Map(models.map((model) => [model.name, model.title]));
  const names = new Set([...titles.keys(), ...seen, ...(filters.model ? [filters.model] : [])]);
  const change = (changed: Partial<Filters>) => onChange({ ...filters, ...changed });
  return (
    <form
      className={styles.bar}
      aria-label={words.title}
      onSubmit={(event) => event.preventDefault()}
    >
      <Field label={words.verdict}>
        {(id) => (
          <select
            id={id}
            value={filters.verdict ?? ""}
            onChange={(event) =>
              change({ verdict: VERDICTS.find((one) => one === event.target.value) ?? null })
            }
          >
            <option value="">{words.everyVerdict}</option>
            {VERDICTS.map((verdict) => (
              <option key={verdict} value={verdict}>
                {texts.result.verdict[verdict]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.model}>
        {(id) => (
          <select
            id={id}
            value={filters.model ?? ""}
            onChange={(event) => change({ model: event.target.value || null })}
          >
            <option value="">{words.everyModel}</option>
            {[...names].map((name) => (
              <option key={name} value={name}>
                {titles.get(name) ?? name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.since}>
        {(id) => (
          <input
            id={id}
            type="date"
            value={filters.since ?? ""}
            max={filters.until ?? undefined}
            onChange={(event) => change({ since: event.target.value || null })}
          />
        )}
      </Field>
      <Field label={words.until}>
        {(id) => (
          <input
            id={id}
            type="date"
            value={filters.until ?? ""}
            min={filters.since ?? undefined}
            onChange={(event) => change({ until: event.target.value || null })}
          />
        )}
      </Field>
      <Field label={words.sort}>
        {(id) => (
          <select
            id={id}
            value={filters.sort}
            onChange={(event) =>
              change({ sort: SORTS.find((one) => one === event.target.value) ?? "newest" })
            }
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {words.sorts[sort]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {narrows(filters) && (
        <button
          type="button"
          className="button"
          onClick={() => change({ verdict: null, model: null, since: null, until: null })}
        >
          {words.clear}
        </button>
      )}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly children: (id: string) => ReactNode;
}

function Field({ label, children }: FieldProps) {
  const id = useId();
  return (
    <p className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </p>
  );
}
