import { advice, conclude } from '../../verify/conclude.js';
import { hasHealthcheck } from '../compose/service.js';
import type { Deliverable } from './deliverable.js';
import { dockerfilesOf } from './dockerfiles.js';

export const healthchecks: Deliverable = {
  id: 'containers.health',
  title: 'Every service has a health check',
  severity: 'warning',
  examine: async (project) => {
    const built = new Map(
      (await dockerfilesOf(project)).map(({ service, facts }) => [service, facts?.healthcheck ?? false]),
    );
    const services = Object.entries(project.compose.services).map(([name, service]) => ({
      name,
      checked: hasHealthcheck(service) ?? built.get(name) ?? false,
    }));
    return conclude({
      summary: `${services.filter(({ checked }) => checked).length} of ${services.length} have one`,
      expectations: services.map(({ name, checked }) =>
        advice(checked, `${name}: a health check`, checked ? 'there' : 'none'),
      ),
      exchanges: [],
      hint: 'Add healthcheck: to the service, or HEALTHCHECK to its Dockerfile.',
    });
  },
};
