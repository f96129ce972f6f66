import { markup, type Markup } from './markup.js';

/** One row of a chart of bars. */
export interface Bar {
  label: string;
  /** From the left; `kind` is a class of the style sheet. */
  parts: { kind: string; value: number }[];
  /** What stands at its end. */
  text: string;
}

const WIDTH = 720;
const LABEL_WIDTH = 110;
const TEXT_WIDTH = 190;
const ROW = 30;
const BAR = 20;

/** Bars whose parts lie end to end. Pure. */
export function barChart(title: string, bars: Bar[]): Markup {
  const longest = Math.max(...bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const scale = (WIDTH - LABEL_WIDTH - TEXT_WIDTH) / longest;
  return markup`<svg viewBox="0 0 ${WIDTH} ${bars.length * ROW}" role="img" aria-label="${title}">
${bars.map((bar, index) => barRow(bar, index * ROW, scale))}</svg>`;
}

function barRow({ label, parts, text }: Bar, top: number, scale: number): Markup {
  const middle = top + ROW / 2 + 5;
  let left = LABEL_WIDTH;
  const rectangles = parts.map(({ kind, value }) => {
    const at = left;
    left += value * scale;
    return markup`<rect class="${kind}" x="${round(at)}" y="${top + (ROW - BAR) / 2}" width="${round(value * scale)}" height="${BAR}"/>`;
  });
  return markup`<text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${label}</text>${rectangles}<text class="figure" x="${round(left + 8)}" y="${middle}">${text}</text>
`;
}

/** One point of a curve. */
export interface Point {
  x: number;
  y: number;
  /** What stands above it. */
  text: string;
}

const HEIGHT = 220;
const MARGIN = { left: 60, right: 60, top: 30, bottom: 30 };

/** A curve over numbers each of which is some times the one before. Pure. */
export function curve(title: string, points: Point[]): Markup {
  const [first] = points;
  if (first === undefined) return markup``;
  const span = Math.log((points.at(-1)?.x ?? first.x) / first.x) || 1;
  const most = Math.max(...points.map(({ y }) => y));
  const placed = points.map(({ x, y, text }) => ({
    label: x,
    text,
    x: round(MARGIN.left + (Math.log(x / first.x) / span) * (WIDTH - MARGIN.left - MARGIN.right)),
    y: round(HEIGHT - MARGIN.bottom - (y / most) * (HEIGHT - MARGIN.top - MARGIN.bottom)),
  }));
  const floor = HEIGHT - MARGIN.bottom;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<line class="axis" x1="${MARGIN.left}" y1="${floor}" x2="${WIDTH - MARGIN.right}" y2="${floor}"/>
<polyline class="curve" points="${placed.map(({ x, y }) => `${x},${y}`).join(' ')}"/>
${placed.map(
  ({ x, y, label, text }) =>
    markup`<circle class="apis" cx="${x}" cy="${y}" r="4"/><text class="figure" x="${x}" y="${y - 10}" text-anchor="middle">${text}</text><text x="${x}" y="${floor + 20}" text-anchor="middle">${label}</text>
`,
)}</svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
