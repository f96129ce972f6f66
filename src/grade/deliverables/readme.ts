import { advice, conclude, expectation } from '../../verify/conclude.js';
import { readText } from '../files.js';
import type { Deliverable } from './deliverable.js';

/** Characters; a shorter one explains nothing. */
const SHORTEST = 300;
const START = /make\s+start-project|docker[ -]compose\s+.*up/;
const DIAGRAM = /```\s*mermaid|!\[[^\]]*\]\(|<img\s|[┌└├─│]{2}|\+-{3,}|--+>/;

export const readme: Deliverable = {
  id: 'readme.useful',
  title: 'The README says what this is and how to start it',
  severity: 'warning',
  examine: async ({ root, files }) => {
    const file = files.find((name) => /^readme[^/]*$/i.test(name));
    const text = file === undefined ? null : await readText(root, file);
    if (text === null)
      return conclude({
        summary: 'there is none',
        expectations: [expectation(false, 'a README', 'none')],
        exchanges: [],
      });
    const length = text.trim().length;
    return conclude({
      summary: `${file}, ${length} characters`,
      expectations: [
        advice(length >= SHORTEST, `at least ${SHORTEST} characters`, String(length)),
        advice(
          START.test(text),
          'how to start it',
          START.test(text) ? 'there' : 'neither make start-project nor docker compose up',
        ),
        advice(DIAGRAM.test(text), 'a picture of the architecture', DIAGRAM.test(text) ? 'there' : 'none'),
      ],
      exchanges: [],
    });
  },
};
