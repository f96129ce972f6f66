import { describe, expect, it } from 'vitest';
import { formatCheckList } from '../../../src/report/verify-list.js';
import { CHECKS } from '../../../src/verify/checks/index.js';

describe('formatCheckList', () => {
  it('lists every check with its promise', () => {
    const lines = formatCheckList(CHECKS, false).trimEnd().split('\n');
    expect(lines).toHaveLength(CHECKS.length);
    expect(lines[0]).toBe('proxy.predict       Reverse proxy   Real predictions come through the gateway');
  });

  it('is one JSON document when asked', () => {
    const { version, checks } = JSON.parse(formatCheckList(CHECKS, true)) as { version: number; checks: unknown[] };
    expect(version).toBe(1);
    expect(checks).toHaveLength(CHECKS.length);
  });
});
