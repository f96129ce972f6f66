import { ExitCode, operationError, unreachableError, usageError } from '../../errors.js';
import { note } from '../../report/print.js';
import { formatPrediction } from '../../report/prediction.js';
import { NOTHING_KNOWN } from '../../verify/engine-facts.js';
import { readOwnCredentials } from '../../verify/own-stack.js';
import { ownTarget } from '../../verify/own-target.js';
import { labelOf, predictionRequest, probabilitiesOf } from '../../verify/prediction.js';
import { isUntrusted, jsonOf, outcomeOf, property, type Reply } from '../../verify/reply.js';
import { openTarget, type TargetSpec } from '../../verify/target.js';
import type { CommandBody } from '../command.js';
import { openRunning } from '../project.js';

/** As they come from the command line. */
interface PredictFlags {
  debug?: boolean;
}

/** `fortress predict`: one real request through the gateway, as a client sends it. */
export const run: CommandBody<PredictFlags> = async ({ args, options }) => {
  const [sentence] = args;
  if (sentence === undefined || sentence.trim() === '') {
    throw usageError('There is no text to predict', { hint: 'fortress predict "Oh yeah, that was soooo cool!"' });
  }
  const { config } = await openRunning(options, note);
  const spec = ownTarget(config, await readOwnCredentials(config), { labels: [], ...NOTHING_KNOWN });
  const reply = await ask(spec, sentence, options.debug === true);
  const answer = labelOf(reply, spec);
  if ('problem' in answer) throw failure(reply, spec);
  process.stdout.write(
    formatPrediction({ label: answer.label, probabilities: probabilitiesOf(reply, spec) }, options.json === true),
  );
  return ExitCode.ok;
};

async function ask(spec: TargetSpec, sentence: string, debug: boolean): Promise<Reply> {
  if (debug && !spec.experiment) {
    throw usageError('--debug: no route leads to an API with probabilities', {
      hint: 'Give an API `debug: true` and a route with a header to it, see `fortress config`.',
    });
  }
  const target = openTarget(spec);
  try {
    const group = debug ? spec.experiment?.value : undefined;
    return await target.askNow(predictionRequest(spec, { sentence, ...(group === undefined ? {} : { group }) }));
  } finally {
    await target.close();
  }
}

/** What the answer means to the person who asked. */
function failure(reply: Reply, spec: TargetSpec): Error {
  const { status } = reply;
  if (status === null && isUntrusted(reply)) {
    return operationError('TLS_UNTRUSTED', `The certificate of ${spec.https} is not the one that this project made`, {
      why: outcomeOf(reply),
      hint: 'Something else may be listening on this port: `fortress status`. Otherwise `fortress up` renews the certificate.',
    });
  }
  if (status === null) {
    return unreachableError(`Nothing answers at ${spec.https}`, {
      why: outcomeOf(reply),
      hint: 'Start the stack: `fortress up`.',
    });
  }
  if (status === 401) {
    return operationError(
      'UNAUTHORIZED',
      `The gateway does not know user ${spec.user} with the stored password (401)`,
      {
        hint: 'The stack runs with older credentials; `fortress up` gives it the current ones.',
      },
    );
  }
  if (status === 429 || status === spec.rateLimit?.status) {
    return operationError('RATE_LIMITED', `The gateway rejected the request (${status}): ${reasonOf(reply, spec)}`, {
      hint: 'Wait a moment (a minute after too many wrong passwords) and try again. If it stays, see `fortress status`.',
    });
  }
  return operationError('PREDICTION_FAILED', `The gateway answered ${status} instead of a prediction`, {
    why: messageIn(reply),
    hint:
      status >= 500 ? 'See whether the API containers run: `fortress status`, `fortress logs`.' : 'Change the text.',
  });
}

/** The gateway's own words where it has some: wrong passwords are limited, too. */
function reasonOf(reply: Reply, { rateLimit }: TargetSpec): string {
  const told = property(jsonOf(reply), 'message');
  if (typeof told === 'string') return told;
  return rateLimit
    ? `more than ${rateLimit.requestsPerSecond} requests per second come from this address`
    : 'too many requests';
}

/** The API's own words where it has some. */
function messageIn(reply: Reply): string {
  const error = property(jsonOf(reply), 'error');
  const message = property(error, 'message') ?? error;
  return typeof message === 'string' ? message : reply.body.trim().slice(0, 500);
}
