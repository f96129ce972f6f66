import { beforeEach, describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { subjectOf } from '../../../src/plan/operation.js';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { ancestorsOf, planFor, runningOf, up, wish, type Wish } from './world.js';

let engine: MemoryEngine;
beforeEach(() => {
  engine = createMemoryEngine();
});

const monitored = (monitoring: FortressConfig['monitoring']): Wish => wish({ config: { monitoring } });

/** Fails the first call of this id, and nothing else. */
async function upFailingAt(id: string, wanted: Wish): Promise<void> {
  let failed = false;
  engine.before = (call) => {
    if (failed || `${call.kind} ${subjectOf(call)}` !== id) return;
    failed = true;
    throw new Error('did not get ready');
  };
  await expect(up(wanted, engine)).rejects.toThrow('did not get ready');
  engine.before = () => undefined;
}

const MONITORING = ['exporter', 'prometheus', 'grafana'];

/** Host ports in use, by the container that has them. */
const ports = (): Record<string, number[]> =>
  Object.fromEntries(
    MONITORING.flatMap((service) => runningOf(engine, service)).map((name) => [
      name,
      engine.containers.get(name)?.made.service.ports.map(({ host }) => host) ?? [],
    ]),
  );

/** The same by service: a failed container is kept, so the next one has another number. */
const portsByService = (): Record<string, number[]> =>
  Object.fromEntries(Object.entries(ports()).map(([name, hosts]) => [name.replace(/^shop-|-\d+$/g, ''), hosts]));

const BEFORE = { 'shop-exporter-1': [9113], 'shop-prometheus-1': [9090], 'shop-grafana-1': [3000] };

describe('a port of a service that goes away', () => {
  const wanted = monitored({ grafana: false, prometheusPort: 3000 });
  beforeEach(() => up(wish(), engine));

  test('is free before the service that gets it starts', async () => {
    await up(wanted, engine);
    expect(ports()).toEqual({ 'shop-exporter-1': [9113], 'shop-prometheus-2': [3000] });
    expect(engine.containers.has('shop-grafana-1')).toBe(false);
    expect(planFor(wanted, engine).operations).toEqual([]);
  });

  test('the one that goes away is stopped as late as possible, and removed only when the port is in good hands', () => {
    const plan = planFor(wanted, engine);
    expect(ancestorsOf(plan, 'container.start shop-prometheus-2')).toContain('container.stop shop-grafana-1');
    expect(ancestorsOf(plan, 'container.stop shop-grafana-1')).toContain('container.create shop-prometheus-2');
    for (const old of ['shop-grafana-1', 'shop-prometheus-1'])
      expect(ancestorsOf(plan, `container.remove ${old}`)).toContain('container.wait shop-prometheus-2');
  });

  test.each(['container.start shop-prometheus-2', 'container.wait shop-prometheus-2'])(
    'everything is as it was when the new one fails at %s',
    async (id) => {
      await upFailingAt(id, wanted);
      expect(ports()).toEqual(BEFORE);
      await up(wanted, engine);
      expect(portsByService()).toEqual({ exporter: [9113], prometheus: [3000] });
    },
  );
});

describe('ports that two services exchange', () => {
  const wanted = monitored({ exporterPort: 9090, prometheusPort: 9113 });
  const after = { 'shop-exporter-2': [9090], 'shop-prometheus-2': [9113], 'shop-grafana-1': [3000] };
  beforeEach(() => up(wish(), engine));

  test('are both free before either starts', async () => {
    const plan = planFor(wanted, engine);
    for (const service of ['exporter', 'prometheus']) {
      const earlier = ancestorsOf(plan, `container.start shop-${service}-2`);
      expect(earlier).toContain('container.stop shop-exporter-1');
      expect(earlier).toContain('container.stop shop-prometheus-1');
    }
    await up(wanted, engine);
    expect(ports()).toEqual(after);
  });

  test.each(['exporter', 'prometheus'])('go back when the new %s does not get ready', async (service) => {
    await upFailingAt(`container.wait shop-${service}-2`, wanted);
    expect(ports()).toEqual(BEFORE);
    await up(wanted, engine);
    expect(portsByService()).toEqual({ exporter: [9090], prometheus: [9113], grafana: [3000] });
  });
});

describe('a port that goes to a service which did not run before', () => {
  const earlier = monitored({ grafana: false, prometheusPort: 3000 });
  beforeEach(() => up(earlier, engine));

  test('goes back when the service that had it does not get ready elsewhere', async () => {
    await upFailingAt('container.wait shop-prometheus-2', wish());
    expect(ports()).toEqual({ 'shop-exporter-1': [9113], 'shop-prometheus-1': [3000] });
  });

  test('is waited for by the new container when it is only started again, too', async () => {
    await upFailingAt('container.wait shop-grafana-1', wish());
    expect(engine.containers.get('shop-grafana-1')?.state, 'kept for its log').toBe('exited');
    expect(ports()).toEqual({ 'shop-exporter-1': [9113], 'shop-prometheus-1': [3000] });
    await up(wish(), engine);
    expect(ports()).toEqual({ 'shop-exporter-1': [9113], 'shop-prometheus-2': [9090], 'shop-grafana-1': [3000] });
  });
});

test('a port of the gateway that goes to another service: when anything that takes part fails, the gateway comes back', async () => {
  await up(wish(), engine);
  const wanted = wish({ config: { gateway: { httpsPort: 8443 }, monitoring: { prometheusPort: 443 } } });
  for (const id of ['container.wait shop-gateway-2', 'container.wait shop-prometheus-2']) {
    await upFailingAt(id, wanted);
    expect(runningOf(engine, 'gateway')).toEqual(['shop-gateway-1']);
    expect(ports()).toEqual(BEFORE);
  }
  await up(wanted, engine);
  expect(runningOf(engine, 'gateway')).toHaveLength(1);
  expect(portsByService()).toMatchObject({ prometheus: [443] });
});

test('where no port moves to another service, nothing waits for another service', async () => {
  await up(wish(), engine);
  const plan = planFor(monitored({ exporterPort: 9114, prometheusPort: 9091 }), engine);
  expect([...ancestorsOf(plan, 'container.remove shop-exporter-1')].filter((id) => id.includes('prometheus'))).toEqual(
    [],
  );
  expect([...ancestorsOf(plan, 'container.start shop-prometheus-2')].filter((id) => id.includes('exporter'))).toEqual(
    [],
  );
});
