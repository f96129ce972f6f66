import { expect, test } from 'vitest';
import { parseEvent } from '../../../src/guard/container-event.js';

const line = (action: string, attributes: Record<string, string> = {}): string =>
  JSON.stringify({
    status: action,
    Type: 'container',
    Action: action,
    Actor: { ID: 'f00', Attributes: { name: 'shop-api-v1-1', ...attributes } },
    time: 1_795_450_800,
    timeNano: 1_795_450_800_889_122_304,
  });

test.each([
  ['start', 'start'],
  ['die', 'die'],
  ['stop', 'stop'],
  ['destroy', 'destroy'],
  ['health_status: healthy', 'healthy'],
  ['health_status: unhealthy', 'unhealthy'],
])('%s is %s', (name, action) => {
  expect(parseEvent(line(name))).toEqual({ id: 'f00', action, signal: null, nanoseconds: 1_795_450_800_889_122_304 });
});

test('a kill says with which signal', () => {
  expect(parseEvent(line('kill', { signal: '9' }))).toMatchObject({ action: 'kill', signal: 9 });
  expect(parseEvent(line('kill'))).toMatchObject({ action: 'kill', signal: null });
});

test.each([
  ['an action without use', line('exec_start: nginx -t')],
  ['an event of nothing', '{"Action":"die"}'],
  ['a cut line', '{"Action":"di'],
  ['null', 'null'],
])('%s is no event', (_, text) => expect(parseEvent(text)).toBeNull());
