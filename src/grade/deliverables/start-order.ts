import { advice, conclude } from '../../verify/conclude.js';
import { dependenciesOf } from '../compose/service.js';
import type { Deliverable } from './deliverable.js';

const READY = new Set(['service_healthy', 'service_completed_successfully']);

export const startOrder: Deliverable = {
  id: 'compose.order',
  title: 'Services wait until those they need are healthy',
  severity: 'warning',
  examine: async ({ compose }) => {
    const waits = Object.entries(compose.services).flatMap(([name, service]) =>
      dependenciesOf(service).map(({ service: needed, condition }) => ({ name, needed, condition })),
    );
    const right = waits.filter(({ condition }) => READY.has(condition ?? ''));
    return conclude({
      summary: waits.length === 0 ? 'no depends_on at all' : `${right.length} of ${waits.length} wait for health`,
      expectations:
        waits.length === 0
          ? [advice(false, 'depends_on with a condition', 'none')]
          : waits.map(({ name, needed, condition }) =>
              advice(
                READY.has(condition ?? ''),
                `${name} waits until ${needed} is healthy`,
                condition ?? 'no condition',
              ),
            ),
      exchanges: [],
      hint: 'depends_on: { api: { condition: service_healthy } } starts a service when the other one answers.',
    });
  },
};
