import type { LabelledTexts } from './recipe.js';

export interface Duplicates {
  /** Groups of rows whose texts are the same. */
  groups: number;
  /** Those of them whose rows carry different labels: no model can get all of these right. */
  conflicting: number;
}

/** Counts texts that occur several times, and those about whose label the data disagrees. */
export function countDuplicates({ texts, classes }: LabelledTexts): Duplicates {
  const classesOf = new Map<string, number[]>();
  for (const [row, text] of texts.entries()) {
    const known = classesOf.get(text);
    if (known === undefined) classesOf.set(text, [classes[row] ?? 0]);
    else known.push(classes[row] ?? 0);
  }
  const groups = [...classesOf.values()].filter(({ length }) => length > 1);
  return { groups: groups.length, conflicting: groups.filter((labels) => new Set(labels).size > 1).length };
}
