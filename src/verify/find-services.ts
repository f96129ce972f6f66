import { hostInUrl } from '../render/views.js';
import type { DeployedContainer, Deployment } from './deployment.js';
import { namesOf } from './deployed-roles.js';
import { isEveryAddress } from './published-address.js';
import { bareHost } from './tls-handshake.js';

/** Origins at which a deployment's monitoring is reached; null: the engine shows none. */
export interface FoundServices {
  exporter: string | null;
  prometheus: string | null;
  grafana: string | null;
}

/**
 * Monitoring services that publish a port, as the engine shows them. Pure.
 * @param https origin of the gateway: a port that is published on every address is reached by the same host
 */
export function findServices(deployment: Deployment, https: string): FoundServices {
  const containers = 'unknown' in deployment ? [] : deployment.containers;
  const find = (...patterns: RegExp[]): string | null => {
    const published = containers.filter(({ ports }) => ports.length > 0);
    for (const pattern of patterns) {
      const port = published.find((one) => namesOf(one).some((name) => pattern.test(name)))?.ports[0];
      if (port !== undefined) return originOf(port, https);
    }
    return null;
  };
  return {
    exporter: find(/nginx.*exporter/i, /^exporter(?:[_-]?\d+)?$/i),
    prometheus: find(/^prometheus(?:[_-]?\d+)?$/i, /prometheus(?:-server)?(?:[_-]?\d+)?$/i),
    grafana: find(/^grafana(?:-oss|-enterprise)?(?:[_-]?\d+)?$/i, /grafana(?:[_-]?\d+)?$/i),
  };
}

/** Of plain HTTP. */
const USUAL_PORTS = [80, 8080];

/** Where plain HTTP may be. */
export interface PlainHttpCandidates {
  /** Origins, the likeliest first. */
  origins: string[];
  /** The engine has shown the gateway's ports: if none of these answers, there is no plain HTTP. */
  areAll: boolean;
}

/** Origins at which a deployment may have plain HTTP. Pure. */
export function plainHttpCandidates(deployment: Deployment, https: string): PlainHttpCandidates {
  const own = Number(new URL(https).port || 443);
  const containers = 'unknown' in deployment ? [] : deployment.containers;
  const gateway = containers.find(({ ports }) => ports.some(({ port }) => port === own));
  const others = gateway?.ports.map(({ port }) => port).filter((port) => port !== own) ?? [];
  const ports = others.length > 0 ? others.toSorted((a, b) => rankOf(a) - rankOf(b)) : USUAL_PORTS;
  return { origins: [...new Set(ports)].map((port) => httpOrigin(https, port)), areAll: gateway !== undefined };
}

const rankOf = (port: number): number => (USUAL_PORTS.includes(port) ? USUAL_PORTS.indexOf(port) : USUAL_PORTS.length);

const httpOrigin = (https: string, port: number): string => new URL(`http://${new URL(https).hostname}:${port}`).origin;

function originOf({ address, port }: DeployedContainer['ports'][number], https: string): string {
  const host = isEveryAddress(address) ? bareHost(new URL(https).hostname) : address;
  return `http://${hostInUrl(host)}:${port}`;
}
