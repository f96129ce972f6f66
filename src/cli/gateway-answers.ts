import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolvedConfig } from '../config/resolved.js';
import type { Credentials } from '../credentials/prepare.js';
import type { EngineAddress } from '../engine/docker/address.js';
import { messageOf, operationError } from '../errors.js';
import { PROBE_HEADER, probeToken } from '../probe/token.js';
import { askForPrediction, gatewayAddress, type PredictionRequest } from '../probe/prediction.js';

/** Milliseconds. */
const PATIENCE = 15_000;
const INTERVAL = 200;
/** Longer than the rest of a minute in which nobody at our address may try passwords, because somebody has guessed. */
const PATIENCE_AFTER_GUESSES = 75_000;

/** What came back for one real prediction. */
export interface GatewayAnswer {
  label: string;
  milliseconds: number;
}

/**
 * Asks the gateway for a prediction as a client would: over its published port, trusting only our CA.
 * @throws FortressError (exit 1) when no prediction comes back in time, with the last answer
 */
export async function askGateway(
  config: ResolvedConfig,
  credentials: Credentials,
  engine: EngineAddress,
  signal: AbortSignal,
): Promise<GatewayAnswer> {
  const address = gatewayAddress(config, engine);
  const beganAt = Date.now();
  let patience = PATIENCE;
  // Clients at this address, whose limit may be used up, are not to stand in our way, nor we in theirs.
  const headers = { [PROBE_HEADER]: probeToken(credentials.hashKey) };
  for (;;) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const answer = await predict({ config, credentials, address, headers });
    if ('label' in answer) return { label: answer.label, milliseconds: performance.now() - startedAt };
    if (answer.status === 429) patience = PATIENCE_AFTER_GUESSES;
    if (Date.now() >= beganAt + patience) {
      throw operationError('GATEWAY_SILENT', `the gateway gave no prediction within ${patience / 1000} s`, {
        why: answer.complaint,
        hint: 'look at what it and the APIs wrote: fortress logs gateway, fortress logs api-v1',
        cause: answer.cause,
      });
    }
    await sleep(INTERVAL);
  }
}

interface NoPrediction {
  /** null: no answer at all. */
  status: number | null;
  complaint: string;
  cause?: unknown;
}

async function predict(request: PredictionRequest): Promise<{ label: string } | NoPrediction> {
  try {
    const { status, body, label } = await askForPrediction(request);
    if (status === 200 && label !== null) return { label };
    return { status, complaint: `it answered ${status}: ${body.trim().slice(0, 200)}` };
  } catch (error) {
    return { status: null, complaint: messageOf(error), cause: error };
  }
}
