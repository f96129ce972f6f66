import { advice, conclude, expectation } from '../../verify/conclude.js';
import type { Expectation } from '../../verify/check.js';
import { readText } from '../files.js';
import type { Deliverable } from './deliverable.js';

export const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;
/** Where the exam itself wants the certificate with its key. */
export const EXAM_CERTS = /(?:^|\/)certs?\/[^/]+$/;

export const privateKeys: Deliverable = {
  id: 'secrets.files',
  title: 'No private key is handed in',
  severity: 'major',
  examine: async ({ root, files }) => {
    const keys: string[] = [];
    for (const file of files) if (PRIVATE_KEY.test((await readText(root, file)) ?? '')) keys.push(file);
    return conclude({
      summary: keys.length === 0 ? `none in ${files.length} files` : keys.join(', '),
      expectations: keys.length === 0 ? [expectation(true, 'no private key', 'none')] : keys.map(judgeKey),
      exchanges: [],
      hint: 'Have the Makefile make keys (gen-certs), and list them in .gitignore.',
    });
  },
};

const judgeKey = (file: string): Expectation =>
  EXAM_CERTS.test(file)
    ? advice(false, 'no private key', `${file}, where the exam wants it`)
    : expectation(false, 'no private key', file);
