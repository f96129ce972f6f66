import { FortressError, messageOf } from '../errors.js';
import type { TaskInput, TaskName, TaskOutput } from './tasks.js';

/** What a worker is started with. */
export type WorkerTask = { [Name in TaskName]: { name: Name; input: TaskInput<Name> } }[TaskName];

/** What a worker says: any number of `progress`, then one of the others. */
export type WorkerMessage =
  | { kind: 'progress'; line: string; done: number | undefined }
  | { kind: 'done'; output: TaskOutput<TaskName> }
  | { kind: 'failed'; error: PortableError };

/** An error as plain data: of a class of ours, threads would only hand on the message. */
type PortableError =
  | (Pick<FortressError, 'code' | 'exitCode' | 'message' | 'why' | 'hint'> & { ours: true })
  | { ours: false; message: string; stack: string | undefined };

export function packError(error: unknown): PortableError {
  if (error instanceof FortressError) {
    const { code, exitCode, message, why, hint } = error;
    return { ours: true, code, exitCode, message, why, hint };
  }
  return { ours: false, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
}

export function unpackError(packed: PortableError): Error {
  if (packed.ours) return new FortressError(packed.code, packed.exitCode, packed.message, packed);
  const error = new Error(packed.message);
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}
