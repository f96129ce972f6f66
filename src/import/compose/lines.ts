import { isMap, isScalar, LineCounter, parseDocument, type Range } from 'yaml';

/** Where something stands in a compose file: `docker-compose.yml:12`. */
export type ComposePlaces = (...path: string[]) => string;

/** Places in a compose file that was read before without an error. Pure. */
export function placesIn(text: string, file: string): ComposePlaces {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  return (...path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const line = lineAt(path.slice(0, length));
      if (line !== null) return `${file}:${line}`;
    }
    return file;
  };

  function lineAt(path: string[]): number | null {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) return null;
    const key = parent.items
      .map((pair) => pair.key)
      .find((item) => isScalar(item) && String(item.value) === path.at(-1));
    const range: Range | null | undefined = isScalar(key) ? key.range : null;
    return range ? lines.linePos(range[0]).line : null;
  }
}
