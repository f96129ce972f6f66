import { gatewaysAmong, isMonitoring, portOf } from './deployed-roles.js';
import { isLocal, outsideAddressFor } from './own-address.js';
import { authorityOf, isEveryAddress } from './published-address.js';
import type { TargetSpec } from './target.js';
import { USUAL_PORTS } from './usual-ports.js';

/** Where a port of the deployment is reached, other than the two that are declared. */
export interface PublishedPort {
  /** `HOST:PORT` */
  authority: string;
  /** It belongs to the gateway, so its limit may count there too. */
  isGateway: boolean;
  /** Nobody said that it is the deployment's: a status page there may be somebody else's. */
  isGuess: boolean;
}

/** The other ports by which people may get at the gateway and what belongs to it; monitoring is published on purpose. */
export function otherPublishedPorts(spec: TargetSpec): PublishedPort[] {
  const { deployment } = spec;
  const isDeclared = (port: number): boolean => port === portOf(spec.https) || port === portOf(spec.http);
  const guesses = [...USUAL_PORTS.plainHttp, ...USUAL_PORTS.status].filter((port) => !isDeclared(port));
  // Not by loopback: what listens there alone is not published.
  const address = outsideAddressFor(spec) ?? null;
  const guessed = (isGuess: boolean): PublishedPort[] =>
    guesses.map((port) => ({ authority: authorityOf(spec, { address, port }), isGateway: true, isGuess }));
  // On this machine an unknown port may be anybody's; on another it is the target's neighbour at worst.
  if ('unknown' in deployment) return isLocal(spec) ? [] : guessed(true);

  const containers = deployment.containers.filter((container) => container.running && !isMonitoring(container));
  const gateways = gatewaysAmong(containers, spec);
  const published = containers.flatMap((container) =>
    container.ports
      .filter(({ port }) => !isDeclared(port))
      .map((port) => ({
        authority: authorityOf(spec, isEveryAddress(port.address) ? { ...port, address: null } : port),
        isGateway: gateways.includes(container),
        isGuess: false,
      })),
  );
  // In the host's network every listener is published, and no port is shown.
  const onHost = gateways.some(({ hostNetwork }) => hostNetwork) ? guessed(false) : [];
  return [...new Map([...published, ...onHost].map((port) => [port.authority, port])).values()];
}
