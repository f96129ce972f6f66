import { gatewaysAmong } from './deployed-roles.js';
import { withoutComments } from '../nginx/blocks.js';
import type { Target } from './target.js';

/** Where nginx has its configuration, in the official image and in those of others. */
const PLACES = ['/etc/nginx', '/etc/fortress/current/nginx.conf', '/usr/local/openresty/nginx/conf'];

/**
 * The text of the gateway's configuration without its comments, one for each place that holds some;
 * none where no engine shows it. It tells where to look, never what is so: that is for requests to find out.
 */
export async function gatewayConfigurations({ spec, engine }: Target): Promise<string[]> {
  const { readText } = engine ?? {};
  if (!readText || 'unknown' in spec.deployment) return [];
  const gateways = gatewaysAmong(spec.deployment.containers, spec);
  const texts = await Promise.all(
    gateways.flatMap(({ id }) => PLACES.map((path) => readText(id, path).catch(() => ''))),
  );
  return texts.filter((text) => text !== '').map(withoutComments);
}
