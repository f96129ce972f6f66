import { ExitCode } from '../../errors.js';
import { describeChanges } from '../../generations/describe-changes.js';
import type { Generation } from '../../generations/generation.js';
import { listGenerations } from '../../generations/store.js';
import { print, printJson, table } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { openReader, projectState } from '../project.js';

/** `fortress history`: the generations that are kept, newest first. */
export const run: CommandBody = async ({ options }) => {
  const generations = await listGenerations(projectState(options));
  const newest = generations.at(-1);
  const runs = newest === undefined ? false : await isUp(newest.config.project);
  const rows = generations
    .map((generation, index) => ({ generation, changes: changesOf(generation, generations[index - 1]) }))
    .toReversed();
  if (options.json) {
    printJson({
      up: runs,
      generations: rows.map(({ generation: { number, createdAt, cause, summary, fortress, hash }, changes }) => ({
        number,
        createdAt,
        cause,
        summary,
        changes,
        fortress,
        hash,
        current: number === newest?.number,
      })),
    });
    return ExitCode.ok;
  }
  if (newest === undefined) {
    print('no generation yet: each `fortress up` that succeeds and changes something makes one');
    return ExitCode.ok;
  }
  print(
    table([
      ['', 'N', 'WHEN', 'CAUSE', 'CHANGED'],
      ...rows.map(({ generation: { number, createdAt, cause }, changes }) => [
        number === newest.number ? '*' : '',
        String(number),
        localTime(createdAt),
        cause,
        changes?.join(', ') ?? '-',
      ]),
    ]),
  );
  print(`\n* ${STATES[String(runs) as keyof typeof STATES]}`);
  return ExitCode.ok;
};

const STATES = {
  true: 'runs now',
  false: 'ran last; nothing is up',
  null: 'ran last; the Docker Engine cannot be asked whether it still does',
};

/** Null for the oldest one: what it was compared with is not kept. */
const changesOf = (generation: Generation, before: Generation | undefined): string[] | null =>
  before === undefined ? null : describeChanges(before, generation);

/** Null: nobody can tell. */
async function isUp(project: string): Promise<boolean | null> {
  try {
    const { containers } = await (await openReader()).observe(project);
    return containers.some(({ service, state }) => service === 'gateway' && state === 'running');
  } catch {
    return null;
  }
}

/** `2026-11-23 17:04:09` here: Swedish writes it so. */
const localTime = (iso: string): string => new Date(iso).toLocaleString('sv-SE');
