/** The drawings of the reading pages: made by hand, in the colours of the page. */
import type { ReactNode } from "react";
import styles from "./Drawings.module.css";

/** A head in a field of 60 by 74, its eyes level at y = 30. */
function Head() {
  return (
    <g className={styles.head}>
      <path d="M8 74c2-9 9-12 16-14v-8h12v8c7 2 14 5 16 14" />
      <path
        className={styles.skin}
        d="M14 28C14 12 21 5 30 5s16 7 16 23c0 14-8 27-16 27S14 42 14 28z"
      />
      <path
        className={styles.hair}
        d="M12 30C10 11 19 2 30 2s20 9 18 28c-2-9-6-14-9-16-7 4-18 4-22 3-2 3-4 7-5 13z"
      />
      <path d="M21.5 30h4M34.5 30h4M30 32l-2 8h3.5M24.5 46c3 2.5 8 2.5 11 0" />
    </g>
  );
}

const STEPS: readonly ReactNode[] = [
  <g key="picture">
    <rect className={styles.sheet} x="6" y="8" width="88" height="64" rx="2" />
    <circle className={styles.line} cx="22" cy="22" r="6" />
    <path className={styles.line} d="M7 62l18-20 14 14 8-8" />
    <g transform="translate(46 18) scale(0.73)">
      <Head />
    </g>
  </g>,
  <g key="face">
    <rect className={styles.sheet} x="6" y="8" width="88" height="64" rx="2" />
    <g transform="rotate(9 68 45) translate(46 18) scale(0.73)">
      <Head />
      <path className={styles.found} d="M8 10V0h10M42 0h10v10M52 50v10H42M18 60H8V50" />
      <g className={styles.dots}>
        <circle cx="23.5" cy="30" r="2.6" />
        <circle cx="36.5" cy="30" r="2.6" />
        <circle cx="30" cy="39" r="2.6" />
        <circle cx="25" cy="46.5" r="2.6" />
        <circle cx="35" cy="46.5" r="2.6" />
      </g>
    </g>
  </g>,
  <g key="crop">
    <svg x="20" y="4" width="60" height="72" viewBox="0 0 60 72" role="presentation">
      <rect className={styles.sheet} width="60" height="72" />
      <Head />
      <path className={styles.level} d="M0 30h60" />
    </svg>
    <rect className={styles.line} x="20" y="4" width="60" height="72" />
  </g>,
  <g key="scores">
    {[14, 66, 22, 9, 30].map((width, row) => (
      <rect
        key={width}
        className={row === 1 ? styles.most : styles.bar}
        x="10"
        y={8 + row * 14}
        width={width}
        height="9"
      />
    ))}
    <path className={styles.line} d="M10 3v74" />
  </g>,
  <g key="verdict">
    <rect className={styles.real} x="6" y="40" width="14" height="12" />
    <rect className={styles.unsure} x="20" y="40" width="58" height="12" />
    <rect className={styles.generated} x="78" y="40" width="16" height="12" />
    <path className={styles.needle} d="M86 32v28M80 24h12l-6 9z" />
  </g>,
];

/** The drawing of one of the five steps. */
export function StepDrawing({ step }: { readonly step: number }) {
  return (
    <svg className={styles.step} viewBox="0 0 100 80" aria-hidden="true">
      {STEPS[step]}
    </svg>
  );
}

/** The three parts of the scale, drawn to a usual model's thresholds. */
export function ScaleDrawing({ label }: { readonly label: string }) {
  return (
    <svg className={styles.scale} viewBox="0 0 320 40" role="img" aria-label={label}>
      <rect className={styles.real} y="12" width="42" height="16" />
      <svg x="42" y="12" width="248" height="16" viewBox="0 0 248 16" role="presentation">
        <path
          className={styles.hatch}
          d={Array.from({ length: 34 }, (_, line) => `M${line * 8 - 16} 16l16-16`).join("")}
        />
      </svg>
      <rect className={styles.band} x="42" y="12" width="248" height="16" />
      <rect className={styles.generated} x="290" y="12" width="30" height="16" />
      <path className={styles.mark} d="M42 6v28M290 6v28" />
    </svg>
  );
}

/** How much each tile of the drawn face speaks for a generator, 0 to 4; a row a row of tiles. */
const TILES = [
  [0, 1, 3, 3, 1, 0],
  [1, 2, 1, 1, 2, 0],
  [0, 1, 2, 2, 1, 0],
  [0, 0, 1, 1, 0, 0],
  [0, 1, 4, 3, 1, 0],
  [0, 0, 1, 1, 0, 0],
  [0, 0, 0, 0, 0, 0],
] as const;

interface HeatProps {
  readonly label: string;
  readonly tiles: string;
  readonly mean: string;
}

/** Tiles over a face, and their mean as a bar. */
export function HeatDrawing({ label, tiles, mean }: HeatProps) {
  const side = 22;
  const values: number[] = TILES.flat();
  const sum = values.reduce((all, value) => all + value, 0);
  return (
    <svg className={styles.heat} viewBox="0 0 300 186" role="img" aria-label={label}>
      <svg x="2" y="2" width={6 * side} height={7 * side} viewBox="0 0 60 70" role="presentation">
        <rect className={styles.sheet} width="60" height="70" />
        <Head />
      </svg>
      {TILES.map((row, y) =>
        row.map((value, x) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the tiles are drawn once
            key={`${x} ${y}`}
            className={styles.tile}
            data-heat={value}
            x={2 + x * side}
            y={2 + y * side}
            width={side}
            height={side}
          />
        )),
      )}
      <text x="68" y="176">
        {tiles}
      </text>
      <path className={styles.arrow} d="M146 79h42M180 72l8 7-8 7" />
      <rect className={styles.sheet} x="206" y="14" width="34" height="142" />
      <rect
        className={styles.most}
        x="206"
        y={156 - (142 * sum * 2) / (4 * values.length)}
        width="34"
        height={(142 * sum * 2) / (4 * values.length)}
      />
      <text x="223" y="176">
        {mean}
      </text>
    </svg>
  );
}

interface SquaresProps {
  readonly label: string;
  readonly count: number;
  /** How many of them, from the first on, are filled; the others are hollow. */
  readonly right: number;
  readonly across: number;
}

/** Squares to be counted. */
export function SquaresDrawing({ label, count, right, across }: SquaresProps) {
  const size = { width: across * 20, height: Math.ceil(count / across) * 20 };
  return (
    <svg
      className={styles.squares}
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={label}
    >
      {Array.from({ length: count }, (_, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: the squares are drawn once
          key={at}
          className={at < right ? styles.right : styles.wrong}
          x={(at % across) * 20 + 2}
          y={Math.floor(at / across) * 20 + 2}
          width="14"
          height="14"
        />
      ))}
    </svg>
  );
}
