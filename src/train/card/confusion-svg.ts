import type { Evaluation } from '../evaluate.js';

type Confusions = Pick<Evaluation, 'confusion' | 'perClass'>;

/** Beyond this the picture shows the labels with the most held-out rows only. */
const MOST_LABELS = 60;
/** Beyond this the cells are too small for numbers. */
const MOST_NUMBERED = 40;
const LONGEST_NAME = 18;
/** Pixels that a character takes at most, roughly: Latin and its neighbours, and all others. */
const NARROW = 6.8;
const WIDE = 13;
const FIRST_WIDE = '\u1100';
const MARGIN = 16;
const HEADING = 46;
const FOOT = 30;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .paper { fill: #fff }
  .cell { fill: #0b62c4 }
  .grid { fill: none; stroke: #d1d9e0 }
  .count { font-size: 11px; text-anchor: middle }
  .light { fill: #fff }
  .quiet { fill: #59636e }
  .title { font-weight: 600; font-size: 14px }
  .end { text-anchor: end }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .paper { fill: #0d1117 }
    .cell { fill: #2f81f7 }
    .grid { stroke: #3d444d }
    .light { fill: #fff }
    .quiet { fill: #9198a1 }
  }`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Control characters and halves of pairs, which XML does not allow. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

const escape = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(FORBIDDEN, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** By what a reader sees as characters: an emoji is not cut in two. */
function shorten(text: string): string {
  const characters = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : text;
}

const widthOf = (text: string): number =>
  Array.from(text, (character) => (character < FIRST_WIDE ? NARROW : WIDE)).reduce((sum, width) => sum + width, 0);

/** The numbers of the labels that are shown, in their own order. */
function shownLabels({ perClass }: Confusions): number[] {
  return [...perClass.entries()]
    .toSorted(([, a], [, b]) => b.rows - a.rows)
    .slice(0, MOST_LABELS)
    .map(([number]) => number)
    .toSorted((a, b) => a - b);
}

interface Layout {
  labels: { number: number; name: string; full: string; rows: number }[];
  side: number;
  left: number;
  top: number;
}

function layOut(confusions: Confusions): Layout {
  const labels = shownLabels(confusions).map((number) => {
    const { label = '', rows = 0 } = confusions.perClass[number] ?? {};
    return { number, name: shorten(label), full: label, rows };
  });
  const band = Math.ceil(Math.max(...labels.map(({ name, rows }) => widthOf(`${name} (${rows})`))));
  return { labels, side: labels.length > MOST_NUMBERED ? 16 : 38, left: MARGIN + 22 + band, top: HEADING + 22 + band };
}

function cellsOf({ confusion }: Confusions, { labels, side, left, top }: Layout): string[] {
  return labels.flatMap((truth, line) =>
    labels.flatMap((prediction, column) => {
      const count = confusion[truth.number]?.[prediction.number] ?? 0;
      if (count === 0) return [];
      const share = count / truth.rows;
      const [x, y] = [left + column * side, top + line * side];
      const tip = `<title>${escape(truth.full)} taken for ${escape(prediction.full)}: ${count} of ${truth.rows} rows (${(share * 100).toFixed(1)} %)</title>`;
      const tone = share > 0.65 ? 'count light' : 'count';
      return [
        `<rect class="cell" x="${x}" y="${y}" width="${side}" height="${side}" fill-opacity="${share.toFixed(3)}">${tip}</rect>`,
        ...(labels.length > MOST_NUMBERED
          ? []
          : [`<text class="${tone}" x="${x + side / 2}" y="${y + side / 2 + 4}">${count}</text>`]),
      ];
    }),
  );
}

function namesOf({ labels, side, left, top }: Layout): string[] {
  return labels.flatMap(({ name, rows }, place) => {
    const middle = place * side + side / 2;
    const [x, y] = [left + middle + 4, top - 8];
    return [
      `<text class="end" x="${left - 8}" y="${top + middle + 4}">${escape(name)} <tspan class="quiet">(${rows})</tspan></text>`,
      `<text x="${x}" y="${y}" transform="rotate(-90 ${x} ${y})">${escape(name)}</text>`,
    ];
  });
}

function gridOf({ labels, side, left, top }: Layout): string {
  const span = labels.length * side;
  const lines = Array.from(
    { length: labels.length + 1 },
    (_, place) => `M${left} ${top + place * side}h${span}M${left + place * side} ${top}v${span}`,
  );
  return `<path class="grid" d="${lines.join('')}"/>`;
}

/**
 * The confusion matrix as a picture: a line per true label, shaded by the share of its rows; the
 * numbers are rows. For light and dark pages.
 */
export function renderConfusionSvg(confusions: Confusions): string {
  const layout = layOut(confusions);
  const { labels, side, left, top } = layout;
  const span = labels.length * side;
  const width = Math.ceil(Math.max(left + span + MARGIN, 440));
  const height = Math.ceil(top + span + FOOT);
  const omitted = confusions.perClass.length - labels.length;
  const note = omitted > 0 ? `; ${omitted} rarer labels are not shown` : '';
  const [sideX, sideY] = [MARGIN + 8, top + span / 2];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">Confusion matrix of ${labels.length} labels on held-out rows</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${MARGIN}" y="24">True label (rows) against prediction, held-out part</text>`,
    `<text class="quiet" x="${MARGIN}" y="42">Shade: share of the true label’s rows${note}</text>`,
    `<text class="quiet" style="text-anchor:middle" x="${sideX}" y="${sideY}" transform="rotate(-90 ${sideX} ${sideY})">true</text>`,
    `<text class="quiet" style="text-anchor:middle" x="${left + span / 2}" y="${top + span + 20}">predicted</text>`,
    ...cellsOf(confusions, layout),
    gridOf(layout),
    ...namesOf(layout),
    '</svg>',
    '',
  ].join('\n');
}
