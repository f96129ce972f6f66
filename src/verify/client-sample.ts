import { asClient, clientAddresses } from './named-client.js';
import { predictionRequest, VERSION_HEADER } from './prediction.js';
import type { Reply } from './reply.js';
import type { Target } from './target.js';

/** One client, asked more than once. */
export interface SampledClient {
  address: string;
  replies: Reply[];
}

/** Requests under way at once: the gateway is to be asked, not to be flooded. */
const LANES = 4;
const ROUNDS = 2;

/** Many clients, each asked twice, with all the others in between; ends early where somebody gets no prediction. */
export async function sampleClients(target: Target, count: number, token: string): Promise<SampledClient[]> {
  const clients = clientAddresses(count).map((address): SampledClient => ({ address, replies: [] }));
  const request = predictionRequest(target.spec);
  for (let round = 0; round < ROUNDS; round += 1) {
    const waiting = clients.values();
    const lane = async (): Promise<void> => {
      for (const client of waiting) {
        const reply = await target.askNow(asClient(request, client.address, token));
        client.replies.push(reply);
        if (reply.status !== 200) return;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (clients.some(({ replies }) => replies.length <= round)) break;
  }
  return clients.filter(({ replies }) => replies.length > 0);
}

/** What the API that answered calls itself. */
export const apiOf = ({ headers }: Reply): string => headers[VERSION_HEADER] ?? 'an API without a name';
