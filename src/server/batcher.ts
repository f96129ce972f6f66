interface Waiting<Input, Output> {
  input: Input;
  resolve: (output: Output) => void;
  reject: (reason: unknown) => void;
}

/**
 * Collects the inputs of one turn of the event loop and runs them together, without a timer: a
 * lonely input waits for nobody. When a batch fails, its inputs are run one by one, so that a bad
 * one fails alone.
 * @param run must answer with one output per input, in order
 */
export function createBatcher<Input, Output>(run: (inputs: Input[]) => Output[]): (input: Input) => Promise<Output> {
  let waiting: Waiting<Input, Output>[] = [];

  const settle = (batch: Waiting<Input, Output>[]): void => {
    const outputs = run(batch.map(({ input }) => input));
    if (outputs.length !== batch.length) throw new Error(`${outputs.length} outputs for ${batch.length} inputs`);
    for (const [index, output] of outputs.entries()) batch[index]?.resolve(output);
  };

  const settleAlone = (item: Waiting<Input, Output>): void => {
    try {
      settle([item]);
    } catch (error) {
      item.reject(error);
    }
  };

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    try {
      settle(batch);
    } catch (error) {
      if (batch.length > 1) batch.forEach(settleAlone);
      else batch[0]?.reject(error);
    }
  };

  return (input) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ input, resolve, reject });
    });
}
