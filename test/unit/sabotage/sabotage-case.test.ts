import { expect, it } from 'vitest';
import { CASES } from '../../sabotage/cases/index.js';
import { TLS_CASES } from '../../sabotage/cases/tls.js';
import { all, edit } from '../../sabotage/support/sabotage-case.js';
import { studentStack, type StudentStack } from '../../sabotage/support/student-stack.js';

const identity = { ca: 'CA', server: { certificate: 'CERTIFICATE', key: 'KEY' } };
const ports = { https: 1, http: 2, other: 3, exporter: 4, prometheus: 5, grafana: 6 };
const withConf = (nginxConf: string): StudentStack => ({ ...studentStack(ports, identity), nginxConf });

it('an edit replaces what is there once, and complains of anything else', async () => {
  expect((await edit(['b', 'x'], ['c', 'y'])(withConf('abc'))).nginxConf).toBe('axy');
  expect(() => edit(['d', 'x'])(withConf('abc'))).toThrow('should hold "d" exactly once');
  expect(() => edit(['b', 'x'])(withConf('abcb'))).toThrow('exactly once');
});

it('several changes are made one after the other', async () => {
  expect((await all(edit(['a', 'b']), edit(['b', 'c']))(withConf('a'))).nginxConf).toBe('c');
});

it('every case but those of TLS can be made of the base, and only the bases leave it as it is', async () => {
  const base = studentStack(ports, identity);
  const unchanged: string[] = [];
  // Those of TLS make keys, which takes seconds, and no two are the same.
  for (const { id, change } of CASES.filter((one) => !TLS_CASES.includes(one))) {
    if (JSON.stringify(await change(base)) === JSON.stringify(base)) unchanged.push(id);
  }
  expect(unchanged).toEqual(['base', 'base-rate', 'rate-key-loopback', 'hygiene-right']);
});
