import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { findEngine } from '../engine.js';
import { runBench } from '../run-bench.js';
import { startLoad, type Load } from '../up/change/load.js';
import { interruption, progress } from '../up/interruption.js';
import { setStage } from '../up/stage.js';
import { attack, type Attacked } from './attackers.js';
import { readOptions, USAGE, type AttackOptions } from './options.js';
import { formatResult, toDocument, type AttackResult } from './report.js';

/** Kept connections of the good client. */
const CONNECTIONS = 4;

/** Seconds that the gateway has to get over an attack. */
const REST = 3;

async function bench(
  { attacks, seconds, rate, sharedAddress }: AttackOptions,
  signal: AbortSignal,
): Promise<AttackResult> {
  const { docker } = await findEngine();
  const stage = await setStage();
  const machine = { processor: cpus()[0]?.model ?? '', node: process.versions.node, loadAverage: loadavg()[0] ?? 0 };
  try {
    progress('building the images, where they are missing');
    await stage.fortress('up');
    const began = await startTimes(docker, stage.project);
    const load = startLoad({
      port: stage.httpsPort,
      client: await stage.client(),
      rate,
      connections: CONNECTIONS,
    });
    const aim = { project: stage.project, ports: { http: stage.httpPort, https: stage.httpsPort }, sharedAddress };
    const attacked: Attacked[] = [];
    let sent: Awaited<ReturnType<Load['stop']>>;
    try {
      load.enter('warm-up');
      await sleep(REST * 1000, undefined, { signal });
      for (const { kind, title } of attacks) {
        load.enter(`before ${kind}`);
        await sleep(seconds * 1000, undefined, { signal });
        load.enter('rest');
        const onBegun = (): void => load.enter(kind);
        const onOver = (): void => load.enter('rest');
        attacked.push(await attack(aim, { kind, seconds, onBegun, onOver, signal }));
        progress(title);
        await sleep(REST * 1000, undefined, { signal });
      }
    } finally {
      sent = await load.stop();
    }
    const now = await startTimes(docker, stage.project);
    return {
      machine,
      rate,
      seconds,
      sharedAddress,
      attacks: attacks.map(({ kind, title }, index) => ({
        title,
        attacked: attacked[index] ?? { sent: 0, outcomes: {} },
        before: sent.get(`before ${kind}`) ?? [],
        during: sent.get(kind) ?? [],
      })),
      restarted: [...began].filter(([name, time]) => now.get(name) !== time).map(([name]) => name),
    };
  } finally {
    await stage.remove();
  }
}

/** When each container of a project began, by name. */
async function startTimes(docker: Docker, project: string): Promise<Map<string, string>> {
  const containers = await docker.listContainers({
    all: true,
    filters: { label: [`dev.fortress.project=${project}`] },
  });
  const inspected = await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect()));
  return new Map(inspected.map(({ Name, State }) => [Name.slice(1), State.StartedAt]));
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());
