import type { EngineState } from '../engine-state.js';
import type { Finding, Probe } from '../probe.js';

const WHY = 'every part of the stack is a container';

export const engineReachable: Probe = {
  id: 'engine.reachable',
  run: async ({ engine }) => [reachability(engine)],
};

function reachability(engine: EngineState): Finding {
  const title = 'Docker Engine';
  const where = `${engine.address.url} (${engine.address.origin})`;
  if (engine.state === 'ready') return { title, status: 'ok', found: `answers at ${where}`, why: WHY, fix: null };
  if (engine.state === 'unsuitable') return { title, status: 'ok', found: `answers at ${where}`, why: WHY, fix: null };
  const found = engine.why === null ? engine.message : `${engine.message}: ${engine.why}`;
  return { title, status: 'fail', found, why: WHY, fix: engine.hint };
}
