import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { newPassword, PASSWORD_VARIABLE } from '../../../src/cli/new-password.js';

const { signal } = new AbortController();
const NOBODY = { random: false, env: {}, terminal: null, signal };

/** A terminal at which somebody types these lines, each when it is asked for. */
function terminal(...lines: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    if (shown.endsWith(': ')) input.write(lines.shift() ?? '\u0004');
  });
  return { input, output, shown: () => shown };
}

describe('a new password', () => {
  it('is a random one when that is asked for, whatever the environment says', async () => {
    const sources = { ...NOBODY, random: true, env: { [PASSWORD_VARIABLE]: 'given' } };
    const made = await newPassword('ana', sources);
    expect(made).toMatch(/^[\w-]{32}$/);
    expect(await newPassword('ana', sources)).not.toBe(made);
  });

  it('is that of the environment', async () => {
    expect(await newPassword('ana', { ...NOBODY, env: { [PASSWORD_VARIABLE]: 'pass: wörd' } })).toBe('pass: wörd');
  });

  it('is typed twice, corrections included, and never shown', async () => {
    const typing = terminal('sekret\u007f\u007f\u007fret\r', 'sekret\r');
    expect(await newPassword('ana', { ...NOBODY, terminal: typing })).toBe('sekret');
    expect(typing.shown()).toBe('Password for ana: \nThe same again: \n');
  });

  it('that is typed differently the second time is none', async () => {
    const typed = newPassword('ana', { ...NOBODY, terminal: terminal('one\r', 'two\r') });
    await expect(typed).rejects.toMatchObject({ exitCode: 2, message: 'the two passwords are not the same' });
  });

  it.each([
    ['of nothing', '\r', 'is empty'],
    ['that ends with Ctrl-D', '\u0004', 'is empty'],
    ['that is too long', `${'x'.repeat(129)}\r`, 'has 129 characters'],
  ])('%s is refused before it is asked for again', async (_, line, message) => {
    const typing = terminal(line);
    await expect(newPassword('ana', { ...NOBODY, terminal: typing })).rejects.toThrow(message);
    expect(typing.shown()).toBe('Password for ana: \n');
  });

  it('that cannot be sent is refused without being shown', async () => {
    const given = newPassword('ana', { ...NOBODY, env: { [PASSWORD_VARIABLE]: 'secret\nline' } });
    await expect(given).rejects.toMatchObject({ exitCode: 2 });
    await expect(given).rejects.not.toThrow('secret');
    await expect(newPassword('ana', { ...NOBODY, env: { [PASSWORD_VARIABLE]: '' } })).rejects.toThrow('is empty');
  });

  it('without a terminal: it says how it can be given', async () => {
    await expect(newPassword('ana', NOBODY)).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining(PASSWORD_VARIABLE) as string,
    });
  });

  it('an interruption ends the question', async () => {
    const interruption = new AbortController();
    const asked = newPassword('ana', {
      ...NOBODY,
      terminal: { input: new PassThrough(), output: new PassThrough() },
      signal: interruption.signal,
    });
    interruption.abort(new DOMException('interrupted', 'AbortError'));
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});
