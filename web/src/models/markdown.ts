/** The small part of Markdown that model cards are written in, read into blocks. */

export type Inline =
  | { readonly kind: "text" | "code" | "strong" | "em"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph" | "quote" | "code"; readonly text: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      /** Whether a column holds numbers, which are set to the right. */
      readonly right: readonly boolean[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "rule" };

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const ITEM = /^ {0,3}(?:([-*+])|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Reads Markdown. What it does not know stays as text: no card can bring its own HTML. */
export function blocks(markdown: string): readonly Block[] {
  const lines = markdown.replace(/\r\n?/g, "\n").split("\n");
  const found: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = blockAt(lines, at);
    if (block !== null) {
      found.push(block);
    }
    at = next;
  }
  return found;
}

function blockAt(lines: readonly string[], at: number): [Block | null, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") {
    return [null, at + 1];
  }
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) {
    return codeAt(lines, at + 1, fence);
  }
  const [, marks, title] = HEADING.exec(line) ?? [];
  if (marks !== undefined) {
    return [{ kind: "heading", level: marks.length, text: title ?? "" }, at + 1];
  }
  if (RULE.test(line)) {
    return [{ kind: "rule" }, at + 1];
  }
  if (startsTable(lines, at)) {
    return tableAt(lines, at);
  }
  if (ITEM.test(line)) {
    return listAt(lines, at);
  }
  return textAt(lines, at);
}

function codeAt(lines: readonly string[], from: number, fence: string): [Block, number] {
  let end = from;
  while (end < lines.length && !(lines[end] ?? "").trim().startsWith(fence)) {
    end += 1;
  }
  return [{ kind: "code", text: lines.slice(from, end).join("\n") }, end + 1];
}

function startsTable(lines: readonly string[], at: number): boolean {
  const [head, divider] = [lines[at] ?? "", lines[at + 1] ?? ""];
  return head.includes("|") && divider.includes("|") && DIVIDER.test(divider);
}

function tableAt(lines: readonly string[], at: number): [Block, number] {
  const head = cells(lines[at] ?? "");
  const right = cells(lines[at + 1] ?? "").map((one) => one.endsWith(":"));
  const rows: string[][] = [];
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) {
    rows.push(cells(lines[end] ?? ""));
    end += 1;
  }
  return [{ kind: "table", head, right, rows }, end];
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function listAt(lines: readonly string[], at: number): [Block, number] {
  const items: string[] = [];
  const ordered = ITEM.exec(lines[at] ?? "")?.[1] === undefined;
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    const item = ITEM.exec(line)?.[2];
    if (item !== undefined) {
      items.push(item);
    } else if (/^\s+\S/.test(line)) {
      items.push(`${items.pop() ?? ""} ${line.trim()}`);
    } else {
      break;
    }
  }
  return [{ kind: "list", ordered, items }, end];
}

function textAt(lines: readonly string[], at: number): [Block, number] {
  const quoted = QUOTE.test(lines[at] ?? "");
  const parts: string[] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    const starts = [FENCE, HEADING, RULE, ITEM].some((pattern) => pattern.test(line));
    if (line.trim() === "" || (end > at && (starts || startsTable(lines, end)))) {
      break;
    }
    parts.push(quoted ? (QUOTE.exec(line)?.[1] ?? line) : line.trim());
  }
  return [{ kind: quoted ? "quote" : "paragraph", text: parts.join(" ") }, end];
}

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[*_]([^*_]+)[*_](?![\w*])|!?\[([^\]]*)\]\(([^()\s]+)\)/g;

/** Reads the marks inside a line. Only links to the web lead anywhere; of pictures, the words. */
export function inlines(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > done) {
      found.push({ kind: "text", text: text.slice(done, match.index) });
    }
    found.push(inlineOf(match));
    done = match.index + match[0].length;
  }
  if (done < text.length) {
    found.push({ kind: "text", text: text.slice(done) });
  }
  return found;
}

function inlineOf(match: RegExpExecArray): Inline {
  const [whole, code, strong, em, words, href] = match;
  if (code !== undefined) {
    return { kind: "code", text: code };
  }
  if (strong !== undefined) {
    return { kind: "strong", text: strong };
  }
  if (em !== undefined) {
    return { kind: "em", text: em };
  }
  const leads = href !== undefined && /^https?:\/\//.test(href) && !whole.startsWith("!");
  return leads ? { kind: "link", text: words ?? href, href } : { kind: "text", text: words ?? "" };
}
