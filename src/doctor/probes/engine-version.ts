import type { EngineState } from '../engine-state.js';
import type { Finding, Probe } from '../probe.js';

const WHY = 'fortress needs Linux containers and API 1.41, which came with Docker 20.10';

export const engineVersion: Probe = {
  id: 'engine.version',
  run: async ({ engine }) => [version(engine)],
};

function version(engine: EngineState): Finding {
  const title = 'Engine version';
  if (engine.state === 'unsuitable')
    return { title, status: 'fail', found: engine.message, why: WHY, fix: engine.hint };
  if (engine.state !== 'ready') return { title, status: 'skip', found: 'no engine to ask', why: WHY, fix: null };
  const { version: found, apiVersion, architecture } = engine.facts;
  return { title, status: 'ok', found: `${found}, API ${apiVersion}, linux/${architecture}`, why: WHY, fix: null };
}
