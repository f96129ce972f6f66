import { configError, messageOf } from '../errors.js';
import { describeIssues } from './describe-issue.js';
import { configSchema } from './schema.js';
import type { FortressConfig } from './types.js';

/**
 * Checks what a configuration file exported.
 * @throws FortressError (exit 2) naming for every problem the key path, the value, and what would be right
 */
export function validateConfig(input: unknown, file: string): FortressConfig {
  const result = parse(input, file);
  if (result.success) return result.data;
  const subject = { schema: configSchema, input, whole: 'the configuration', secret: ['users', 'password'] };
  const problems = describeIssues(result.error.issues, subject);
  throw configError(`${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`, {
    why: problems.map((problem) => `  ${problem}`).join('\n'),
    hint: 'every key is described in docs/configuration.md and in your editor (defineConfig)',
  });
}

function parse(input: unknown, file: string): ReturnType<typeof configSchema.safeParse> {
  try {
    return configSchema.safeParse(input);
  } catch (error) {
    throw configError(`${file} could not be read`, {
      why: messageOf(error),
      hint: 'a property of it throws',
      cause: error,
    });
  }
}
