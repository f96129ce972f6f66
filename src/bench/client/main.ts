// The client of `fortress bench`, in a container beside the stack. Without an argument it waits, so
// that there is a container to run rounds in; with one, a job as JSON, it runs that round and writes
// what it saw as JSON.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CLIENT_PORT,
  SENTENCES_FILE,
  TARGETS_FILE,
  type LoadJob,
  type LoadResult,
  type LoadTarget,
} from '../load-job.js';
import { sendLoad } from './send-load.js';

const read = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(dirname(fileURLToPath(import.meta.url)), name), 'utf8')) as T;

async function runJob(job: LoadJob): Promise<LoadResult> {
  const target = (await read<Record<string, LoadTarget>>(TARGETS_FILE))[job.target];
  if (target === undefined) throw new RangeError(`there is no target ${job.target}`);
  return sendLoad(target, await read<string[]>(SENTENCES_FILE), job);
}

const [job] = process.argv.slice(2);
if (job === undefined) {
  process.once('SIGTERM', () => process.exit(0));
  createServer((_request, response) => response.end()).listen(CLIENT_PORT);
} else {
  console.log(JSON.stringify(await runJob(JSON.parse(job) as LoadJob)));
}
