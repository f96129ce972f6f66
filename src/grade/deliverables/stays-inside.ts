import { conclude, expectation } from '../../verify/conclude.js';
import { hazardsOf } from '../compose/hazards.js';
import type { Deliverable } from './deliverable.js';

export const staysInside: Deliverable = {
  id: 'compose.inside',
  title: 'The compose file reaches nothing but its own containers and files',
  severity: 'critical',
  examine: async ({ compose, root }) => {
    const hazards = hazardsOf(compose, { root, resolved: false });
    return conclude({
      summary: hazards.length === 0 ? 'nothing reaches the host' : hazards.map(({ where }) => where).join(', '),
      expectations:
        hazards.length === 0
          ? [expectation(true, 'nothing that reaches the host', 'nothing')]
          : hazards.map(({ where, why }) => expectation(false, 'nothing that reaches the host', `${where}: ${why}`)),
      exchanges: [],
      hint: 'A submission with any of this is not started here.',
    });
  },
};
