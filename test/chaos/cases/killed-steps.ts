import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiConfig, FortressConfig, RolloutConfig } from '../../../src/config/types.js';
import type { Project } from '../../support/project.js';
import type { Wish } from '../support/converged.js';

/** A command that is killed after each of its steps. */
export interface KilledCommand {
  name: string;
  fast: boolean;
  command: 'up' | 'down';
  /** Whether a stack serves throughout; else nothing runs before, or nothing after. */
  serves: boolean;
  /** Brings the project to where the command starts from, other than by `fortress up`. */
  before(project: Project): Promise<Wish>;
  /** Writes what the command is to carry out; `attempt` is another number each time. */
  change(project: Project, attempt: number): Promise<Wish>;
}

const apis = (replicas: number, v1: ApiConfig = {}): FortressConfig['apis'] => ({
  v1: { replicas, ...v1 },
  v2: { debug: true, ...(v1.rollout && { rollout: v1.rollout }) },
});

async function configure(project: Project, config: FortressConfig, replicas: number): Promise<Wish> {
  const { exporter, prometheus } = project.ports;
  await project.configure({
    monitoring: { exporterPort: exporter, prometheusPort: prometheus, grafana: false },
    ...config,
  });
  return {
    containers: { 'api-v1': replicas, 'api-v2': 1, gateway: 1, exporter: 1, prometheus: 1 },
    volumes: ['prometheus-data'],
  };
}

const standard = (project: Project): Promise<Wish> => configure(project, { apis: apis(2) }, 2);

/** The same model with another description: other bytes in the same file. */
async function changeModel({ folder }: Project, attempt: number): Promise<void> {
  const path = join(folder, 'model/model.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/"seed": \d+/, `"seed": ${1000 + attempt}`));
}

const modelChange = (name: string, fast: boolean, replicas: number, rollout?: RolloutConfig): KilledCommand => {
  const start = (project: Project): Promise<Wish> =>
    configure(project, { apis: apis(replicas, rollout ? { rollout } : {}) }, replicas);
  return {
    name,
    fast,
    command: 'up',
    serves: true,
    before: start,
    change: async (project, attempt) => {
      await changeModel(project, attempt);
      return start(project);
    },
  };
};

const scale = (from: number, to: number): KilledCommand => ({
  name: `scale ${from} → ${to}`,
  fast: false,
  command: 'up',
  serves: true,
  before: (project) => configure(project, { apis: apis(from) }, from),
  change: (project) => configure(project, { apis: apis(to) }, to),
});

export const KILLED_COMMANDS: readonly KilledCommand[] = [
  { name: 'first up', fast: false, command: 'up', serves: false, before: standard, change: standard },
  modelChange('model change, all at once', true, 2),
  modelChange('model change, one replica at a time', false, 3, { batch: 1 }),
  modelChange('model change, stop-first', false, 3, { order: 'stop-first' }),
  scale(3, 5),
  scale(5, 2),
  {
    name: 'own template and new password',
    fast: false,
    command: 'up',
    serves: true,
    before: standard,
    change: (project, attempt) =>
      configure(
        project,
        {
          apis: apis(2),
          gateway: { bodyLimit: `${64 + attempt}k`, users: ['admin', { name: 'guest', password: `open ${attempt}` }] },
        },
        2,
      ),
  },
  { name: 'down', fast: false, command: 'down', serves: false, before: standard, change: standard },
];
