import type { Model } from "../api/types";
import { exactPercent } from "../lib/format";
import { type Texts, useTexts } from "../texts";
import styles from "./Robustness.module.css";
import tables from "./Table.module.css";

type Point = NonNullable<Model["benchmark"]>["robustness"][number];

/** Pixels from one view to the next. */
const ROW = 28;

/** How many generated faces it finds, and how many photographs it accuses, view by view. */
export function Robustness({ points }: { readonly points: readonly Point[] }) {
  const texts = useTexts();
  const words = texts.models.robustness;
  const names = points.map((point) => nameOf(point, texts));
  const best = points[0]?.tpr ?? 0;
  const worst = points.reduce(
    (least, point, at) => (point.tpr < tprAt(points, least) ? at : least),
    0,
  );
  const described = words.chart(
    exactPercent(best, texts),
    exactPercent(tprAt(points, worst), texts),
    names[worst] ?? "",
  );
  return (
    <>
      <ul className={styles.key} aria-hidden="true">
        <li data-series="tpr">{words.found}</li>
        <li data-series="fpr">{words.accused}</li>
      </ul>
      <div className={styles.chart}>
        <ul className={styles.names} aria-hidden="true">
          {points.map((point, at) => (
            <li key={point.view}>{names[at]}</li>
          ))}
        </ul>
        <svg className={styles.plot} height={points.length * ROW} role="img" aria-label={described}>
          {[0, 25, 50, 75, 100].map((x) => (
            <line key={x} className={styles.grid} x1={`${x}%`} x2={`${x}%`} y1="0" y2="100%" />
          ))}
          <Series points={points} of="fpr" />
          <Series points={points} of="tpr" />
        </svg>
        <p className={styles.axis} aria-hidden="true">
          <span>{exactPercent(0, texts)}</span>
          <span>{exactPercent(0.5, texts)}</span>
          <span>{exactPercent(1, texts)}</span>
        </p>
      </div>
      <details className={tables.fold}>
        <summary>{words.table}</summary>
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{words.view}</th>
              <th scope="col">{words.found}</th>
              <th scope="col">{words.accused}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point, at) => (
              <tr key={point.view}>
                <th scope="row">{names[at]}</th>
                <td>{exactPercent(point.tpr, texts)}</td>
                <td>{exactPercent(point.fpr, texts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

interface SeriesProps {
  readonly points: readonly Point[];
  readonly of: "tpr" | "fpr";
}

/** A line from view to view. Every mark is round or square by its series, not only coloured. */
function Series({ points, of }: SeriesProps) {
  const x = (point: Point) => `${point[of] * 100}%`;
  const y = (at: number) => (at + 0.5) * ROW;
  return (
    <g data-series={of}>
      {points.slice(1).map((point, at) => (
        <line
          key={point.view}
          className={styles.line}
          x1={x(points[at] ?? point)}
          y1={y(at)}
          x2={x(point)}
          y2={y(at + 1)}
        />
      ))}
      {points.map((point, at) =>
        of === "tpr" ? (
          <circle key={point.view} className={styles.mark} cx={x(point)} cy={y(at)} r="5" />
        ) : (
          <rect
            key={point.view}
            className={styles.mark}
            x={x(point)}
            y={y(at)}
            width="8"
            height="8"
            transform="translate(-4 -4)"
          />
        ),
      )}
    </g>
  );
}

function tprAt(points: readonly Point[], at: number): number {
  return points[at]?.tpr ?? 0;
}

/** What was done, in the page's language where it knows the view. */
function nameOf(point: Point, texts: Texts): string {
  const { views, kinds } = texts.models.robustness;
  const [, kind, value] = /^([a-z]+)-(\d+)$/.exec(point.view) ?? [];
  const named = kind !== undefined && value !== undefined ? kinds[kind]?.(value) : undefined;
  return views[point.view] ?? named ?? point.title;
}
