/** The catalogues, and which of them the page speaks from. */
import { useSyncExternalStore } from "react";
import { en } from "./en";
import type { Generator } from "./kinds";
import { ro } from "./ro";

export type Texts = typeof en;

/** By language tag; a new language is one more line. */
export const CATALOGUES = { en, ro } as const satisfies Readonly<Record<string, Texts>>;

export type Language = keyof typeof CATALOGUES;

const KEY = "unmask-language";
const listeners = new Set<() => void>();
let language: Language | null = null;

/** What the reader chose, or else the first of the browser's languages that there is. */
export function currentLanguage(): Language {
  language ??= stored() ?? navigator.languages.map(spoken).find((one) => one !== null) ?? "en";
  return language;
}

/** Lets the page speak a language, now and at the next visit. */
export function keepLanguage(chosen: Language): void {
  language = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A browser that keeps nothing: the choice holds until the page is left.
  }
  for (const listener of listeners) {
    listener();
  }
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** The texts in the language of the page; a component that calls this follows the switch. */
export function useTexts(): Texts {
  return CATALOGUES[useLanguage()];
}

/** What the server says in English, in the language of the page where that is known. */
export function told(english: string, texts: Texts) {
  const known = texts.served[english];
  return known === undefined ? { children: english, lang: "en" } : { children: known };
}

/** The name and meaning of a model's label; a label not known here stands for itself. */
export function generator(label: string, texts: Texts): Generator {
  const { sources, generators } = texts.result;
  return label === "real" ? sources.none : (generators[label] ?? { name: label, what: "" });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function stored(): Language | null {
  try {
    return spoken(localStorage.getItem(KEY) ?? "");
  } catch {
    return null;
  }
}

/** The catalogue for a language tag such as `ro-RO`. */
function spoken(tag: string): Language | null {
  const base = tag.split("-")[0] ?? "";
  return base in CATALOGUES ? (base as Language) : null;
}
