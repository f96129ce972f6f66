import type { Check } from '../check.js';
import { conclude, expectation } from '../conclude.js';
import { leftOut } from '../left-out.js';
import { lookInside } from '../look-inside.js';
import { outcomeOf } from '../reply.js';

export const exporterLive: Check = {
  id: 'exporter.live',
  title: "The exporter reads the gateway's status",
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  run: async ({ spec, askNow }) => {
    if (spec.exporter === null) return leftOut(spec, 'exporter');
    const reply = await askNow({ origin: spec.exporter, path: '/metrics' });
    const up = /^nginx_up(?:\{[^}]*\})? (\S+)/m.exec(reply.body)?.[1];
    const found = reply.status === 200 ? (up === undefined ? 'no nginx_up' : `nginx_up ${up}`) : outcomeOf(reply);
    return conclude({
      summary: `${spec.exporter}/metrics: ${found}`,
      expectations: [expectation(reply.status === 200 && Number(up) === 1, 'nginx_up 1', found)],
      exchanges: [reply.exchange],
      hint: `nginx_up 0 means that the exporter cannot fetch stub_status: see its log, ${lookInside(spec).logs}.`,
    });
  },
};
