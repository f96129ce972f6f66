import { advice, conclude, expectation } from '../../verify/conclude.js';
import { readText } from '../files.js';
import type { Deliverable } from './deliverable.js';

const DEMANDED = ['start-project', 'stop-project', 'test'];
const USEFUL = ['logs'];

export const makefileTargets: Deliverable = {
  id: 'makefile.targets',
  title: `The Makefile has the targets ${DEMANDED.join(', ')}`,
  severity: 'critical',
  examine: async ({ root, files }) => {
    const file = files.find((name) => /^(?:gnu)?makefile$/i.test(name));
    const text = file === undefined ? null : await readText(root, file);
    if (text === null)
      return conclude({
        summary: 'there is no Makefile at the top',
        expectations: [expectation(false, 'a Makefile', 'none')],
        exchanges: [],
      });
    const targets = targetsOf(text);
    const found = (target: string): string => (targets.has(target) ? 'there' : 'missing');
    return conclude({
      summary: `${DEMANDED.filter((target) => targets.has(target)).length} of ${DEMANDED.length} targets`,
      expectations: [
        ...DEMANDED.map((target) => expectation(targets.has(target), `target ${target}`, found(target))),
        ...USEFUL.map((target) => advice(targets.has(target), `target ${target}`, found(target))),
      ],
      exchanges: [],
    });
  },
};

/** The names before a colon that is no assignment; recipes start with a tab and are none. */
export const targetsOf = (text: string): Set<string> =>
  new Set(
    text
      .replaceAll(/\\\r?\n/g, ' ')
      .split(/\r?\n/)
      .flatMap((line) => /^(?<names>[^\s#:=.][^#:=]*?)\s*::?(?!=)/.exec(line)?.groups?.['names']?.split(/\s+/) ?? []),
  );
