import { expect, it } from 'vitest';
import { unreachableError } from '../../../src/errors.js';
import { unreachedReport } from '../../../src/verify/unreached.js';
import { makeCheck } from './support/results.js';

it('says of every check that nothing answered, and why', () => {
  const error = unreachableError('Nothing answers at https://localhost:1', {
    why: 'connection refused',
    hint: 'start it',
  });
  const checks = ['tls.trust', 'rate.limit'].map((id) => makeCheck(id, () => Promise.reject(new Error('asked'))));
  const report = unreachedReport(error, checks, 'https://localhost:1');
  expect(report.results.map(({ id, verdict, summary, hint }) => [id, verdict, summary, hint])).toEqual(
    ['tls.trust', 'rate.limit'].map((id) => [
      id,
      'inconclusive',
      'Nothing answers at https://localhost:1: connection refused',
      'start it',
    ]),
  );
  expect(report).toMatchObject({ exitCode: 3, target: { https: 'https://localhost:1' }, summary: { inconclusive: 2 } });
  expect(unreachedReport(error, checks, undefined).target).toBeNull();
});
