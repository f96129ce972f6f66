import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/verify/run-changes.js';
import { verifyReport } from '../report/support/sample-report.js';
import { failing, makeReport, passing } from './support/results.js';

describe('changesBetween', () => {
  it('names the checks whose verdict is another one, of those that both have asked', () => {
    const before = verifyReport([makeReport('a', passing), makeReport('b', passing), makeReport('gone', passing)]);
    const after = verifyReport([makeReport('a', passing), makeReport('b', failing), makeReport('new', failing)]);
    expect(changesBetween(before, after)).toEqual([{ id: 'b', from: 'pass', to: 'fail' }]);
  });
});
