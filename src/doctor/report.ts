import { styleText } from 'node:util';
import type { Finding, FindingStatus } from './probe.js';

const MARKS: Record<FindingStatus, { mark: string; color: 'green' | 'yellow' | 'red' | 'dim' }> = {
  ok: { mark: '✓', color: 'green' },
  warn: { mark: '!', color: 'yellow' },
  fail: { mark: '✗', color: 'red' },
  skip: { mark: '-', color: 'dim' },
};

/** The findings for people: one line each, and below those that are not well why it matters and what to do. */
export function formatFindings(findings: readonly Finding[], { color }: { color: boolean }): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  return findings.flatMap((finding) => [headline(finding, width, color), ...advice(finding, width)]).join('\n');
}

function headline({ status, title, found }: Finding, width: number, color: boolean): string {
  const { mark, color: name } = MARKS[status];
  const shown = color ? styleText(name, mark, { validateStream: false }) : mark;
  return `${shown} ${title.padEnd(width)}  ${found}`;
}

function advice({ status, why, fix }: Finding, width: number): string[] {
  const indent = ' '.repeat(width + 4);
  const reason = status === 'ok' || status === 'skip' ? [] : [`${indent}why: ${why}`];
  return fix === null ? reason : [...reason, `${indent}fix: ${fix}`];
}
