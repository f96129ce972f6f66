import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { runPlan, type PlanEvents } from '../../../src/engine/run-plan.js';
import { ExitCode, operationError } from '../../../src/errors.js';
import { subjectOf, type Call, type Operation } from '../../../src/plan/operation.js';

/** What was called and when it ended: `+a` begins, `-a` ends, `!a` fails. */
let trace: string[];
let told: string[];
/** What a call does, by name; without one it takes a moment. */
let behaviour: Record<string, (signal: AbortSignal) => Promise<void>>;
beforeEach(() => {
  trace = [];
  told = [];
  behaviour = {};
});

const nobody = (): never => {
  throw new Error('not asked here');
};

const engine: Engine = {
  describe: nobody,
  observe: nobody,
  readFiles: nobody,
  lastLogLines: nobody,
  logs: nobody,
  async execute(call, progress, signal) {
    const name = `${call.kind === 'container.stop' ? 'stop ' : ''}${subjectOf(call)}`;
    trace.push(`+${name}`);
    progress(`working on ${name}`);
    try {
      await (behaviour[name]?.(signal) ?? sleep(1));
      trace.push(`-${name}`);
    } catch (error) {
      trace.push(`!${name}`);
      throw error;
    }
  },
};

const events: PlanEvents = {
  started: ({ id }) => told.push(`started ${id}`),
  progress: ({ id }, line) => told.push(`${id}: ${line}`),
  finished: ({ id }, milliseconds) => told.push(`finished ${id}${milliseconds >= 0 ? '' : ' before it began'}`),
  failed: ({ id }, error) => told.push(`failed ${id}: ${String(error)}`),
  undoing: ({ id }, call) => told.push(`undoing ${id} by ${subjectOf(call)}`),
};

const start = (name: string): Call => ({ kind: 'container.start', name });
const stop = (name: string): Call => ({ kind: 'container.stop', name });

/** An operation named `id` that comes after others; taking it back is a stop of the same name. */
function node(id: string, after: string[] = [], change: Partial<Operation> = {}): Operation {
  return { id, after, cause: 'test', effect: 'none', call: start(id), undo: stop(id), cleanup: null, ...change };
}

const run = (operations: Operation[], signal = new AbortController().signal): Promise<void> =>
  runPlan({ project: 'shop', operations, rollouts: [] }, engine, events, signal);

const fail = (message: string) => (): Promise<void> => Promise.reject(new Error(message));

describe('order', () => {
  test('what comes after something waits for it; what does not runs beside it', async () => {
    behaviour['a'] = () => sleep(20);
    await run([node('c', ['a', 'b']), node('a'), node('b'), node('d', ['b'])]);
    expect(trace).toEqual(['+a', '+b', '-b', '+d', '-d', '-a', '+c', '-c']);
  });

  test('no more than eight calls are under way at once, and none is forgotten', async () => {
    const operations = Array.from({ length: 30 }, (_, index) => node(`n${index}`));
    await run(operations);
    let under = 0;
    const most = Math.max(...trace.map((step) => (under += step.startsWith('+') ? 1 : -1)));
    expect(most).toBe(8);
    expect(trace.filter((step) => step.startsWith('-'))).toHaveLength(30);
  });

  test('an empty plan is done', async () => {
    await run([]);
    expect(trace).toEqual([]);
  });

  test('a cycle is a bug that is told, not an endless wait', async () => {
    await expect(run([node('a', ['b']), node('b', ['a']), node('c')])).rejects.toThrow('plan has a cycle: a, b');
  });

  test('who watches is told of each step', async () => {
    await run([node('a')]);
    expect(told).toEqual(['started a', 'a: working on a', 'finished a']);
  });
});

describe('when an operation fails', () => {
  test('nothing new is begun, what is under way is awaited, and all is taken back, last first', async () => {
    behaviour['bad'] = async () => {
      await sleep(5);
      throw new Error('no');
    };
    behaviour['slow'] = () => sleep(20);
    await expect(
      run([node('a'), node('b', ['a']), node('bad', ['b']), node('slow', ['b']), node('never', ['bad'])]),
    ).rejects.toThrow('no');
    expect(trace).toEqual([
      '+a',
      '-a',
      '+b',
      '-b',
      '+bad',
      '+slow',
      '!bad',
      '-slow',
      '+stop slow',
      '-stop slow',
      '+stop b',
      '-stop b',
      '+stop a',
      '-stop a',
    ]);
    expect(told).toContain('failed bad: Error: no');
    expect(told).toContain('undoing a by a');
  });

  test('it tidies up after itself before anything else is taken back', async () => {
    behaviour['bad'] = fail('no');
    await expect(run([node('a'), node('bad', ['a'], { cleanup: stop('rest of bad') })])).rejects.toThrow('no');
    expect(trace.slice(2)).toEqual(['+bad', '!bad', '+stop rest of bad', '-stop rest of bad', '+stop a', '-stop a']);
  });

  test('the first error is the one that is told', async () => {
    behaviour['one'] = fail('first');
    behaviour['two'] = async () => {
      await sleep(5);
      throw new Error('second');
    };
    await expect(run([node('one'), node('two')])).rejects.toThrow('first');
  });

  test('taking back goes on although a part of it fails', async () => {
    behaviour['bad'] = fail('no');
    behaviour['stop b'] = fail('cannot');
    await expect(run([node('a'), node('b', ['a']), node('bad', ['b'])])).rejects.toThrow('no');
    expect(trace.slice(-4)).toEqual(['+stop b', '!stop b', '+stop a', '-stop a']);
  });

  test('the error of a user says what became of the stack', async () => {
    const error = operationError('NOT_READY', 'gw was not ready', { why: 'because', hint: 'correct it' });
    behaviour['bad'] = () => Promise.reject(error);
    await expect(run([node('a'), node('bad', ['a'])])).rejects.toMatchObject({
      code: 'NOT_READY',
      exitCode: ExitCode.failed,
      message: 'gw was not ready',
      why: 'because',
      hint: 'correct it; what ran before runs on, nothing was lost',
      cause: error,
    });
    behaviour['stop b'] = fail('cannot');
    await expect(run([node('a'), node('b', ['a']), node('bad', ['b'])])).rejects.toMatchObject({
      hint: 'correct it; this could not be taken back: container.stop b',
    });
  });

  test('where nothing was taken back the error is as it was', async () => {
    const error = operationError('NOT_READY', 'gw was not ready');
    behaviour['bad'] = () => Promise.reject(error);
    await expect(run([node('a', [], { undo: null }), node('bad', ['a'])])).rejects.toBe(error);
  });

  test('what may stay stays', async () => {
    behaviour['bad'] = fail('no');
    await expect(run([node('a', [], { undo: null }), node('bad', ['a'])])).rejects.toThrow('no');
    expect(trace).toEqual(['+a', '-a', '+bad', '!bad']);
  });

  test('a container that was tidied up stays, for its log; after Ctrl-C it goes', async () => {
    const operations = [
      node('create', [], { call: start('new'), undo: { kind: 'container.remove', name: 'new' } }),
      node('wait', ['create'], { call: start('new'), undo: null, cleanup: stop('new') }),
    ];
    const calls: string[] = [];
    const interruption = new AbortController();
    behaviour['new'] = async () => {
      calls.push('new');
      if (calls.length === 2) throw new Error('not ready');
    };
    await expect(run(operations)).rejects.toThrow('not ready');
    expect(trace.filter((step) => step.startsWith('+')).slice(-1)).toEqual(['+stop new']);

    trace.length = 0;
    calls.length = 0;
    behaviour['new'] = async () => {
      calls.push('new');
      if (calls.length === 2) {
        interruption.abort(new Error('stopped by hand'));
        throw new Error('stopped by hand');
      }
    };
    await expect(run(operations, interruption.signal)).rejects.toThrow('stopped by hand');
    // The trace names stops only: the last is its removal.
    expect(trace.filter((step) => step.startsWith('+')).slice(-2)).toEqual(['+stop new', '+new']);
  });

  test('what something final was built on stays: old replicas may be gone already', async () => {
    behaviour['bad'] = fail('no');
    const operations = [
      node('new replica'),
      node('gateway', ['new replica'], { undo: null }),
      node('old replica', ['gateway'], { call: { kind: 'container.remove', name: 'old replica' }, undo: null }),
      node('monitor'),
      node('bad', ['old replica', 'monitor']),
    ];
    await expect(run(operations)).rejects.toThrow('no');
    expect(trace.filter((step) => step.startsWith('+stop'))).toEqual(['+stop monitor']);
  });
});

describe('when it is interrupted', () => {
  test('a call that listens ends, nothing new is begun, and all is taken back', async () => {
    const interruption = new AbortController();
    behaviour['wait'] = async (signal) => {
      setTimeout(() => interruption.abort(), 5);
      await sleep(10_000, undefined, { signal });
    };
    await expect(
      run([node('a'), node('wait', ['a']), node('never', ['wait'])], interruption.signal),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(trace).toEqual(['+a', '-a', '+wait', '!wait', '+stop a', '-stop a']);
  });

  test('a call that does not listen is awaited', async () => {
    const interruption = new AbortController();
    behaviour['a'] = async () => {
      interruption.abort(new Error('stopped by hand'));
      await sleep(5);
    };
    await expect(run([node('a'), node('never', ['a'])], interruption.signal)).rejects.toThrow('stopped by hand');
    expect(trace).toEqual(['+a', '-a', '+stop a', '-stop a']);
  });

  test('before it began nothing is done', async () => {
    await expect(run([node('a')], AbortSignal.abort(new Error('early')))).rejects.toThrow('early');
    expect(trace).toEqual([]);
  });

  test('taking back is not interrupted with it', async () => {
    const interruption = new AbortController();
    behaviour['a'] = () => {
      interruption.abort();
      return Promise.resolve();
    };
    behaviour['stop a'] = (signal) => (signal.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve());
    await expect(run([node('a'), node('never', ['a'])], interruption.signal)).rejects.toThrow('aborted');
    expect(trace).toEqual(['+a', '-a', '+stop a', '-stop a']);
  });

  test('too late, when all is done, it changes nothing', async () => {
    const interruption = new AbortController();
    behaviour['a'] = () => {
      interruption.abort();
      return Promise.resolve();
    };
    await run([node('a')], interruption.signal);
    expect(trace).toEqual(['+a', '-a']);
  });
});
