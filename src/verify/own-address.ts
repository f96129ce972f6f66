import os from 'node:os';
import { gatewaysAmong } from './deployed-roles.js';
import type { DeployedContainer } from './deployment.js';
import type { TargetSpec } from './target.js';
import { bareHost } from './tls-handshake.js';

type Where = Pick<TargetSpec, 'https' | 'connectTo' | 'resolved'>;
type Deployed = Where & Pick<TargetSpec, 'http' | 'deployment'>;

/** An IPv4 address of this machine. */
interface OwnAddress {
  /** Of the interface. */
  name: string;
  address: string;
  netmask: string;
  internal: boolean;
}

/** As the Docker Engine and podman call the bridges that they make. */
const BRIDGE = /^(?:docker\d+|br-[0-9a-f]{12}|docker_gwbridge|(?:cni-)?podman\d+)$/;

/** The host that requests go to, as it was declared. */
export const declaredHost = ({ https, connectTo }: Pick<TargetSpec, 'https' | 'connectTo'>): string =>
  connectTo ?? bareHost(new URL(https).hostname);

/** Whether the target's ports are on this machine. */
export function isLocal(spec: Where): boolean {
  const host = addressOf(spec);
  const own = Object.values(os.networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
  return host === 'localhost' || host.startsWith('127.') || host === '::1' || own.includes(host);
}

/**
 * An address of this machine that is not loopback, when the target runs on this machine: what listens on
 * loopback alone is silent there.
 */
export const outsideAddressFor = (spec: Deployed): string | undefined =>
  isLocal(spec) ? (clientAddresses(spec)[0] ?? ownAddresses()[0]?.address) : undefined;

/**
 * An address of this machine under which a target that runs on it sees another client than by loopback.
 * None of a container bridge: what comes by these looks to a container like what comes by loopback.
 */
export const secondAddressFor = (spec: Deployed): string | undefined =>
  isLocal(spec) ? clientAddresses(spec).find((address) => address !== addressOf(spec)) : undefined;

/** This machine has an address in the container's network: then its engine forwards, and does not relay. */
export const isInNetworkOfHost = (container: DeployedContainer): boolean =>
  ipv4Addresses().some((own) => container.addresses.some(isInNetworkOf(own)));

const addressOf = (spec: Where): string => spec.connectTo ?? spec.resolved ?? declaredHost(spec);

function clientAddresses(spec: Deployed): string[] {
  const { deployment } = spec;
  const inside = 'unknown' in deployment ? [] : gatewaysAmong(deployment.containers, spec);
  const behind = inside.filter(({ hostNetwork }) => !hostNetwork).flatMap(({ addresses }) => addresses);
  return ownAddresses()
    .filter((own) => !BRIDGE.test(own.name) && !behind.some(isInNetworkOf(own)))
    .map(({ address }) => address);
}

const ownAddresses = (): OwnAddress[] => ipv4Addresses().filter(({ internal }) => !internal);

const ipv4Addresses = (): OwnAddress[] =>
  Object.entries(os.networkInterfaces()).flatMap(([name, all]) =>
    (all ?? []).filter(({ family }) => family === 'IPv4').map((own) => ({ ...own, name })),
  );

const isInNetworkOf =
  ({ address: own, netmask }: OwnAddress) =>
  (address: string): boolean =>
    (toNumber(address) & toNumber(netmask)) === (toNumber(own) & toNumber(netmask));

const toNumber = (address: string): number =>
  address.split('.').reduce((number, part) => (number << 8) | Number(part), 0);
