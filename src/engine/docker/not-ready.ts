import type Docker from 'dockerode';
import { LABEL, nameOfApi } from '../../stack/names.js';
import { wordsFor, type ProbeAnswer } from './readiness-probe.js';
import type { Awaited } from './wait.js';

const RUN_AGAIN = 'and run `fortress up` again';

/** What to do where nothing more is known. */
export const CORRECT = `correct the cause ${RUN_AGAIN}`;

export interface NotReady {
  /** Null: only its log can tell. */
  why: string | null;
  hint: string;
}

/**
 * What is known of a container that runs and does not get ready. Pure.
 * @param last what came of the last question to itself; null: there is no way to ask it
 */
export function explainNotReady(
  { State, Config }: Docker.ContainerInspectInfo,
  { readiness, ownHealthcheck }: Awaited,
  last: ProbeAnswer | null,
): NotReady {
  const asked = `GET :${readiness.port}${readiness.path}`;
  const health = State.Health?.Status ?? 'none';
  const api = nameOfApi(Config.Labels[LABEL.service] ?? '');
  const hint = api === null ? CORRECT : adviceFor(`apis.${api}`, ownHealthcheck, last);
  if (last && (last.kind !== 'silent' || health === 'none'))
    return { why: `last try of ${asked}: ${wordsFor(last)}`, hint };
  if (health === 'none') return { why: `${asked} cannot be tried from here`, hint };
  return { why: `${ownHealthcheck ? `its health check, ${asked}` : 'the health check of its image'}: ${health}`, hint };
}

/** @param ownServer it is fortress's own server, which listens where it should */
function adviceFor(api: string, ownServer: boolean, last: ProbeAnswer | null): string {
  const longer = `give it longer with ${api}.startTimeout, ${RUN_AGAIN}`;
  if (last?.kind === 'answered')
    return last.status >= 500
      ? `look why it says so, set ${api}.health to the path that answers 200 when it can predict, or ${longer}`
      : `set ${api}.health to the path that answers 200 when it can predict (and ${api}.port to its port), ${RUN_AGAIN}`;
  if (ownServer) return `correct the cause, or ${longer}`;
  if (last?.kind === 'refused')
    return `let it listen on 0.0.0.0, set ${api}.port to the port that it listens on, or ${longer}`;
  return `look whether HTTP is spoken at ${api}.port and ${api}.health is answered there at once, or ${longer}`;
}
