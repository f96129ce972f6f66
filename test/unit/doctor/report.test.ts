import { expect, it } from 'vitest';
import type { Finding } from '../../../src/doctor/probe.js';
import { formatFindings } from '../../../src/doctor/report.js';

const FINDINGS: Finding[] = [
  { title: 'Node.js', status: 'ok', found: '20.20.2', why: 'it must be recent', fix: null },
  { title: 'Port 443', status: 'fail', found: 'taken by nginx (pid 7)', why: 'HTTPS is served here', fix: 'kill 7' },
  { title: 'Memory', status: 'skip', found: 'no engine to ask', why: 'it is used', fix: null },
];

it('shows one line each, and why and what to do only where it is not well', () => {
  expect(formatFindings(FINDINGS, { color: false })).toBe(
    [
      '✓ Node.js   20.20.2',
      '✗ Port 443  taken by nginx (pid 7)',
      '            why: HTTPS is served here',
      '            fix: kill 7',
      '- Memory    no engine to ask',
    ].join('\n'),
  );
});

it('colours the marks on a terminal', () => {
  expect(formatFindings(FINDINGS, { color: true })).toContain('\u001b[31m✗\u001b[39m Port 443');
});
