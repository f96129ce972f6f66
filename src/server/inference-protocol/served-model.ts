import type { Predictor } from '../predictor.js';
import type { ServerSettings } from '../settings.js';
import type { ServerState } from '../state.js';

/** What the protocol's routes tell about, and ask. */
export interface ServedModel {
  settings: Pick<ServerSettings, 'modelName' | 'apiVersion' | 'debugProbabilities'>;
  predictor: Predictor;
  state: ServerState;
}
