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
  const deadline = Date.now() + PATIENCE;
  // Clients at this address, whose limit may be used up, are not to stand in our way, nor we in theirs.
  const headers = { [PROBE_HEADER]: probeToken(credentials.hashKey) };
  for (;;) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    try {
      const label = await predict({ config, credentials, address, headers });
      return { label, milliseconds: performance.now() - startedAt };
    } catch (error) {
      if (Date.now() >= deadline) {
        throw operationError('GATEWAY_SILENT', `the gateway gave no prediction within ${PATIENCE / 1000} s`, {
          why: messageOf(error),
          hint: 'look at what it and the APIs wrote: fortress logs gateway, fortress logs api-v1',
          cause: error,
        });
      }
    }
    await sleep(INTERVAL);
  }
}

async function predict(request: PredictionRequest): Promise<string> {
  const { status, body, label } = await askForPrediction(request);
  if (status !== 200 || label === null) throw new Error(`it answered ${status}: ${body.trim().slice(0, 200)}`);
  return label;
}
