/** The page's own addresses, kept in step with the browser's. */
import { type AnchorHTMLAttributes, type MouseEvent, useEffect, useSyncExternalStore } from "react";
import { useTexts } from "../texts";

export type Route =
  | { readonly page: "check" | "history" | "models" | "how" | "limits" | "missing" }
  | { readonly page: "entry"; readonly id: string };

const MOVED = "unmask-moved";

/** Where a path leads. */
export function routeOf(path: string): Route {
  const [first = "", second, ...more] = path.split("/").slice(1).map(decoded);
  if (more.some(Boolean)) {
    return { page: "missing" };
  }
  if (second) {
    return first === "history" ? { page: "entry", id: second } : { page: "missing" };
  }
  switch (first) {
    case "":
      return { page: "check" };
    case "history":
    case "models":
    case "how":
    case "limits":
      return { page: first };
    default:
      return { page: "missing" };
  }
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** What stands behind the path, from the question mark on; empty where nothing does. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => location.search);
}

export function useRoute(): Route {
  return routeOf(usePath());
}

/**
 * Goes to an address of this page without loading it anew.
 *
 * @param replace Puts it in place of the present address, so that “back” skips that one.
 */
export function navigate(to: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  if (!replace) {
    window.scrollTo({ top: 0, behavior: "instant" });
  }
  window.dispatchEvent(new Event(MOVED));
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly to: string;
}

/** A link within the page; with a modifier key, or to another tab, the browser's own. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain =
      event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (plain && !event.defaultPrevented && !rest.target) {
      event.preventDefault();
      navigate(to);
    }
  };
  return <a {...rest} href={to} onClick={follow} />;
}

/** Names the page in the browser's title. */
export function useTitle(title: string): void {
  const { name } = useTexts().shell;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(MOVED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(MOVED, listener);
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
