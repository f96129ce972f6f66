import { advice, conclude } from '../../verify/conclude.js';
import { textOf } from '../compose/document.js';
import type { Deliverable } from './deliverable.js';
import { dockerfilesOf } from './dockerfiles.js';

/** Base images that are called after what they are. */
const UNPRIVILEGED = /unprivileged|nonroot/;
const ROOT = /^(?:|root|0)(?::|$)/;

export const nonRoot: Deliverable = {
  id: 'containers.user',
  title: 'What the project builds does not run as root',
  severity: 'warning',
  examine: async (project) => {
    const built = await dockerfilesOf(project);
    if (built.length === 0) return null;
    const users = built.map(({ service, facts }) => {
      const user = textOf(project.compose.services[service]?.['user']) || (facts?.user ?? '');
      const inherits = user === '' && UNPRIVILEGED.test(facts?.bases.at(-1) ?? '');
      return { service, user: inherits ? 'that of its base image' : user, root: !inherits && ROOT.test(user) };
    });
    return conclude({
      summary: `${users.filter(({ root }) => !root).length} of ${users.length} name a user`,
      expectations: users.map(({ service, user, root }) => advice(!root, `${service}: a user`, user || 'none named')),
      exchanges: [],
      hint: 'Add USER to the Dockerfile; nginx can do without root as nginxinc/nginx-unprivileged does.',
    });
  },
};
