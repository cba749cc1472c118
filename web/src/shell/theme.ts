/** Light or dark: as the system says, until the reader chooses. */
export type Theme = "light" | "dark";

const KEY = "unmask-theme";

export function storedTheme(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

export function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Puts a theme on the page; null leaves it to the system. */
export function applyTheme(theme: Theme | null): void {
  if (theme !== null) {
    document.documentElement.dataset.theme = theme;
  }
}

export function keepTheme(theme: Theme): void {
  applyTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing: the choice holds until the page is left.
  }
}
