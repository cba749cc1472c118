import { createElement, type ReactNode } from "react";
import styles from "./Markdown.module.css";
import { type Block, blocks, type Inline, inlines } from "./markdown";

interface Props {
  readonly source: string;
  /** The level that the headings of level 1 get on this page. */
  readonly top: number;
}

/** A model card as it was written, without any HTML of its own. */
export function Markdown({ source, top }: Props) {
  return (
    <div className={styles.card} lang="en">
      {blocks(source).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a card never move
        <Shown key={index} block={block} top={top} />
      ))}
    </div>
  );
}

function Shown({ block, top }: { readonly block: Block; readonly top: number }): ReactNode {
  switch (block.kind) {
    case "heading": {
      const level = Math.min(6, block.level + top - 1);
      return createElement(`h${level}`, null, <Text of={block.text} />);
    }
    case "paragraph":
      return (
        <p>
          <Text of={block.text} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Text of={block.text} />
        </blockquote>
      );
    case "code":
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      return <pre tabIndex={0}>{block.text}</pre>;
    case "rule":
      return <hr />;
    case "list":
      return createElement(
        block.ordered ? "ol" : "ul",
        null,
        block.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={index}>
            <Text of={item} />
          </li>
        )),
      );
    case "table":
      return <Table table={block} />;
  }
}

function Table({ table }: { readonly table: Extract<Block, { kind: "table" }> }) {
  const named = table.head.some((cell) => cell !== "");
  const side = (column: number) => (table.right[column] ? styles.number : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <div className={styles.scroll} tabIndex={0}>
      <table>
        {named && (
          <thead>
            <tr>
              {table.head.map((cell, column) =>
                createElement(
                  cell === "" ? "td" : "th",
                  {
                    key: column,
                    className: side(column),
                    scope: cell === "" ? undefined : "col",
                  },
                  <Text of={cell} />,
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <tr key={index}>
              {row.map((cell, column) =>
                createElement(
                  column === 0 ? "th" : "td",
                  { key: column, className: side(column), scope: column === 0 ? "row" : undefined },
                  <Text of={cell} />,
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The words of a line, with what is marked in it. */
function Text({ of }: { readonly of: string }): ReactNode {
  return inlines(of).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    <Marked key={index} part={part} />
  ));
}

function Marked({ part }: { readonly part: Inline }): ReactNode {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return <strong>{part.text}</strong>;
    case "em":
      return <em>{part.text}</em>;
    case "link":
      return (
        <a href={part.href} rel="noreferrer">
          {part.text}
        </a>
      );
  }
}
