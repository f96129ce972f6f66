import { openTarget, type Target } from '../../../../src/verify/target.js';
import { makeContainer, makeEngine, published } from './containers.js';
import { makeSpec } from './spec.js';

/** A target whose gateway has this text in /etc/nginx, as far as an engine shows it. */
export function withConfiguration(text: string | Error): Target {
  const gateway = makeContainer('nginx', { ports: [published(8443, 443)] });
  const containers = [makeContainer('api'), gateway];
  const readText = async (id: string, path: string): Promise<string> => {
    if (text instanceof Error) throw text;
    return id === gateway.id && path === '/etc/nginx' ? text : '';
  };
  const spec = makeSpec({ https: 'https://localhost:8443', deployment: { containers } });
  return openTarget(spec, { engine: makeEngine({ readText }) });
}
