import type { DeployedContainer } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';

/** What happened to containers since they were looked at, one sentence each; nothing where the engine cannot say. */
export async function restartedSince(engine: EngineProbe, containers: DeployedContainer[]): Promise<string[]> {
  const found = await Promise.all(
    containers.map(async ({ id, name, startedAt }) => {
      const now = await engine.startedAt?.(id).catch(() => undefined);
      if (now === undefined || now === startedAt) return [];
      return [now === null ? `${name} is gone` : `${name} was started again at ${now}`];
    }),
  );
  return found.flat();
}
