import type { RunTool, ToolResult } from '../../../../src/grade/live/run-tool.js';

export const OK: ToolResult = { ok: true, stdout: '', output: '' };
export const failure = (output: string): ToolResult => ({ ok: false, stdout: '', output });

/**
 * Answers by the first word of the command that is known; keeps what was called and with which environment.
 * @param onCall what else happens meanwhile
 */
export function fakeTool(
  answers: Record<string, ToolResult>,
  onCall: (command: readonly string[]) => Promise<void> = async () => {},
) {
  const calls: { command: readonly string[]; env: Record<string, string> | undefined }[] = [];
  const run: RunTool = async (command, { env } = {}) => {
    calls.push({ command, env });
    await onCall(command);
    const word = command.find((each) => Object.hasOwn(answers, each));
    return (word === undefined ? undefined : answers[word]) ?? OK;
  };
  return { run, calls };
}
