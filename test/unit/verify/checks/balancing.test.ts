import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { lbReplicas } from '../../../../src/verify/checks/lb-replicas.js';
import { lbSpread } from '../../../../src/verify/checks/lb-spread.js';
import type { DeployedContainer } from '../../../../src/verify/deployment.js';
import { openTarget } from '../../../../src/verify/target.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import { startGateway, type FakeGateway, type Faults } from '../support/fake-gateway.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

interface Scenario {
  gateway?: Faults;
  /** Behind the gateway. */
  containers?: DeployedContainer[];
  /** What the containers' logs, counters and files hold. */
  engine?: (gateway: FakeGateway) => Parameters<typeof makeEngine>[0];
}

const api = (n: number, more: Partial<DeployedContainer> = {}): DeployedContainer =>
  makeContainer(`replica-${n}`, { service: 'api', imageId: 'sha256:api', ...more });
const three = [api(1), api(2), api(3)];
const debug = makeContainer('debug');

const nameIn = (id: string): string => id.replace(/-0+$/, '');
const withLogs = (gateway: FakeGateway) => ({ logsSince: async (id: string) => gateway.logOf(nameIn(id)) });

const withStickyNginx = (gateway: FakeGateway) => ({
  ...withLogs(gateway),
  readText: async (id: string, path: string) =>
    id.startsWith('nginx') && path === '/etc/nginx' ? 'upstream a {\n  ip_hash;\n}' : '',
});

const withOneSilent = (gateway: FakeGateway) => ({
  logsSince: async (id: string) => (nameIn(id) === 'replica-3' ? '' : gateway.logOf(nameIn(id))),
});

/** Five packets for each request that is in the log. */
const counting = (served: string[]) => (gateway: FakeGateway) => ({
  receivedPackets: async (id: string) =>
    served.includes(nameIn(id)) ? 5 * gateway.logOf(nameIn(id)).split('\n').length : 100,
});

/** The verdicts on a stack whose answers do not name their replica, unless the scenario says otherwise. */
async function judge({ gateway: faults, containers = three, engine = withLogs }: Scenario): Promise<CheckResult[]> {
  const gateway = await startGateway(identity, { noInstanceIds: true, ...faults });
  const nginx = makeContainer('nginx', { ports: [published(Number(new URL(gateway.spec.https).port), 443)] });
  const target = openTarget(
    { ...gateway.spec, experiment: null, deployment: { containers: [nginx, ...containers] } },
    { pace: 1, engine: makeEngine(engine(gateway)) },
  );
  try {
    return [await lbReplicas.run(target), await lbSpread.run(target)];
  } finally {
    await Promise.all([target.close(), gateway.close()]);
  }
}

const verdicts = async (scenario: Scenario): Promise<string[]> => (await judge(scenario)).map(({ verdict }) => verdict);

describe.concurrent('by the logs of the containers', { timeout: 30_000 }, () => {
  it('three that take turns', async () => {
    const [replicas, spread] = await judge({});
    expect([replicas?.verdict, spread?.verdict]).toEqual(['pass', 'pass']);
    expect(spread?.facts).toMatchObject({ 'replica-1': '10 requests', 'told apart by': 'logs of the containers' });
  });

  it.each([
    ['four', { gateway: { replicas: [1, 1, 1, 1] }, containers: [...three, api(4)] }],
    ['three services', { containers: three.map((one) => ({ ...one, service: one.name })) }],
    ['three images', { containers: three.map((one) => ({ ...one, service: one.name, imageId: one.id })) }],
  ])('%s pass', async (_name, scenario) => {
    expect(await verdicts(scenario)).toEqual(['pass', 'pass']);
  });

  it('weights that are meant only warn', async () => {
    expect(await verdicts({ gateway: { replicas: [13, 16, 1] } })).toEqual(['pass', 'warn']);
  });

  it('two that run are no three', async () => {
    const scenario = { gateway: { replicas: [1, 1] }, containers: [api(1), api(2), api(3, { running: false }), debug] };
    const [replicas, spread] = await judge(scenario);
    expect([replicas?.verdict, spread?.verdict]).toEqual(['fail', 'fail']);
    expect(replicas?.expectations[0]).toMatchObject({
      ok: false,
      found: '2 running: replica-1, replica-2; not running: replica-3',
    });
  });

  it('replicas that are all stopped, behind a gateway that has nobody to ask, are none', async () => {
    const stopped = three.map((container) => ({ ...container, running: false }));
    expect(await verdicts({ gateway: { api: 'down' }, containers: stopped })).toEqual(['fail', 'inconclusive']);
  });

  it('a backup runs, and gets nothing', async () => {
    expect(await verdicts({ gateway: { replicas: [1, 1] } })).toEqual(['pass', 'fail']);
    expect(await verdicts({ gateway: { replicas: [1] } })).toEqual(['pass', 'fail']);
  });

  it('ip_hash cannot be told from one client', async () => {
    const [replicas, spread] = await judge({ gateway: { replicas: [1] }, engine: withStickyNginx });
    expect([replicas?.verdict, spread?.verdict]).toEqual(['pass', 'inconclusive']);
    expect(spread?.summary).toContain('ip_hash');
  });

  it('where they do not account for all answers, nothing is told', async () => {
    expect(await verdicts({ engine: withOneSilent })).toEqual(['inconclusive', 'inconclusive']);
  });
});

describe.concurrent('by the header', { timeout: 30_000 }, () => {
  const gateway = { noInstanceIds: false };

  it('needs no logs', async () => {
    const [, spread] = await judge({ gateway, engine: () => ({}) });
    expect(spread?.verdict).toBe('pass');
    expect(spread?.facts?.['told apart by']).toBe('response header');
  });

  it('asks the logs where the header says the same of all', async () => {
    const all = { ...gateway, instanceId: 'api' };
    expect(await verdicts({ gateway: all })).toEqual(['pass', 'pass']);
  });

  it('does not believe in replicas that no container can be', async () => {
    const [replicas] = await judge({ gateway, containers: [] });
    expect(replicas?.verdict).toBe('fail');
    expect(replicas?.expectations[1]).toMatchObject({ ok: false, found: '0' });
  });
});

// Counting takes as long again as asking.
describe.concurrent('by packets', { timeout: 30_000 }, () => {
  it('tells who served, without counting requests', async () => {
    const [replicas, spread] = await judge({ engine: counting(['replica-1', 'replica-2', 'replica-3']) });
    expect([replicas?.verdict, spread?.verdict]).toEqual(['pass', 'pass']);
    expect(spread?.facts).toMatchObject({ 'told apart by': 'packet counters of the engine' });
    expect(spread?.summary).toMatch(/: \d+, \d+, \d+ packets$/);
  });

  it('tells who did not', async () => {
    const scenario = { gateway: { replicas: [1, 1] }, engine: counting(['replica-1', 'replica-2']) };
    expect(await verdicts(scenario)).toEqual(['pass', 'fail']);
  });

  it('tells nothing where nothing moved', async () => {
    expect(await verdicts({ engine: () => ({}) })).toEqual(['inconclusive', 'inconclusive']);
  });
});

const inOneLog = (gateway: FakeGateway) => ({
  logsSince: async (id: string) =>
    nameIn(id) === 'worker' ? [1, 2, 3].map((n) => gateway.logOf(`replica-${n}`)).join('') : '',
});
const silent = () => ({});

describe.concurrent('by names in answers', { timeout: 30_000 }, () => {
  it('three names of one container are one replica', async () => {
    const containers = [makeContainer('worker'), debug, makeContainer('redis')];
    const scenario = { gateway: { noInstanceIds: false }, containers, engine: inOneLog };
    expect(await verdicts(scenario)).toEqual(['fail', 'fail']);
  });

  it('that no container bears, of three that log nothing, are believed', async () => {
    const containers = [makeContainer('a'), makeContainer('b'), makeContainer('c')];
    expect(await verdicts({ gateway: { noInstanceIds: false }, containers, engine: silent })).toEqual(['pass', 'pass']);
  });

  it('one name that no container bears does not hide the others, where the gateway is sticky', async () => {
    const scenario = { gateway: { noInstanceIds: false, instanceId: 'a3f9', replicas: [1] }, engine: withStickyNginx };
    expect(await verdicts(scenario)).toEqual(['pass', 'inconclusive']);
  });
});
