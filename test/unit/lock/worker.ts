// A process that takes the lock a few times and reports when it is not alone. Bundled and started by the tests.
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../../src/lock/with-lock.js';

const [stateDir = '', rounds = '1', holdMilliseconds = '0', waitSeconds = '60'] = process.argv.slice(2);
const marker = join(stateDir, 'inside');

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** One that was killed keeps its pid until its parent has asked for it, which a busy parent does late. */
function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch {
    return false;
  }
}

/** Creating a file exclusively is the judge here: it fails when another live process is inside. */
function enter(): void {
  try {
    const file = openSync(marker, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
  } catch {
    const other = Number(readFileSync(marker, 'utf8'));
    if (other === 0 || isAlive(other)) say(`VIOLATION: ${other} is inside too`);
    unlinkSync(marker);
    enter();
  }
}

try {
  for (let round = 0; round < Number(rounds); round += 1) {
    await withLock(
      { stateDir, command: 'fortress up', waitSeconds: Number(waitSeconds), note: (line) => say(`note: ${line}`) },
      async () => {
        enter();
        say('inside');
        await sleep(Number(holdMilliseconds));
        unlinkSync(marker);
      },
    );
  }
  say('done');
} catch (error) {
  say(`error: ${String(error)}`);
  process.exitCode = 1;
}
