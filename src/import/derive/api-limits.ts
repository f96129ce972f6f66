import type { ApiConfig } from '../../config/types.js';
import { itemsOf, textOf } from '../../grade/compose/document.js';
import { mappingAt, type ComposeService } from '../compose/read-compose.js';
import type { ImportContext } from './context.js';
import { mebibytesOf } from './size.js';

type Limits = Pick<ApiConfig, 'memory' | 'cpus' | 'pids' | 'user'>;

/** What the configuration takes, and what holds without it. */
const MEMORY = { least: 64, most: 1024 ** 2 };
const CPUS = { least: 0.01, most: 1024 };
const PIDS = { least: 8, most: 100_000, usual: 128 };

interface Limited {
  service: ComposeService;
  /** `apis.v1` */
  key: string;
  where: string;
  notes: ImportContext['notes'];
}

/** What an API may use, and as whom it runs. */
export function deriveLimits(service: ComposeService, key: string, { compose, notes }: ImportContext): Limits {
  const limited: Limited = { service, key, where: compose.placeOf('services', service.name), notes };
  leaveDevices(limited);
  return { ...memoryOf(limited), ...cpusOf(limited), ...pidsOf(limited), ...userOf(limited) };
}

const limitsOf = ({ service }: Limited) => mappingAt(service, 'deploy', 'resources', 'limits');

function memoryOf(limited: Limited): Limits {
  const text = textOf(limitsOf(limited)['memory'] ?? limited.service.settings['mem_limit']);
  if (text === '') return {};
  const exact = mebibytesOf(text);
  if (exact === null || exact <= 0) {
    leave(limited, `memory ${text}`, 'fortress always has a limit: 512m', 'memory');
    return {};
  }
  const size = Math.min(MEMORY.most, Math.max(MEMORY.least, Math.round(exact)));
  if (size === exact) carry(limited, 'memory');
  else {
    const why =
      exact < MEMORY.least || exact > MEMORY.most ? 'fortress gives from 64m to 1024g' : 'fortress counts whole MiB';
    leave(limited, `memory ${text}`, `${why}: ${size}m`, 'memory');
  }
  return { memory: `${size}m` };
}

function cpusOf(limited: Limited): Limits {
  const text = textOf(limitsOf(limited)['cpus'] ?? limited.service.settings['cpus']);
  const cpus = Number(text);
  // Zero is how compose says "all".
  if (text === '' || cpus === 0) return {};
  if (cpus >= CPUS.least && cpus <= CPUS.most) {
    carry(limited, 'cpus');
    return { cpus };
  }
  leave(limited, `cpus ${text}`, 'fortress gives from 0.01 to 1024; without, all processors', 'cpus');
  return {};
}

function pidsOf(limited: Limited): Limits {
  const text = textOf(limitsOf(limited)['pids'] ?? limited.service.settings['pids_limit']);
  const asked = Number(text);
  if (text === '' || asked === PIDS.usual) return {};
  if (!Number.isInteger(asked) || asked < 1) {
    leave(limited, `pids_limit ${text}`, 'fortress gives from 8 to 100000; without a number, 128', 'pids');
    return {};
  }
  const pids = Math.min(PIDS.most, Math.max(PIDS.least, asked));
  if (pids === asked) carry(limited, 'pids');
  else leave(limited, `pids_limit ${text}`, `fortress gives from 8 to 100000: ${pids}`, 'pids');
  return { pids };
}

function userOf(limited: Limited): Limits {
  const user = textOf(limited.service.settings['user']);
  if (/^[1-9]\d{0,8}(?::\d{1,9})?$/.test(user)) {
    carry(limited, 'user');
    return { user: user.includes(':') ? user : `${user}:${user}` };
  }
  if (user !== '')
    leave(limited, `user ${user}`, 'APIs run as 10001:10001 unless a number other than that of root is named', 'user');
  return {};
}

function leaveDevices({ service, where, notes }: Limited): void {
  const reserved = itemsOf(mappingAt(service, 'deploy', 'resources', 'reservations')['devices']);
  if (reserved.length === 0 && service.settings['gpus'] === undefined) return;
  notes.leave(
    `GPUs and other devices of ${service.name}`,
    where,
    'fortress gives no devices to its containers',
    'the model must run on processors alone, or behind another gateway',
  );
}

const carry = ({ notes, key, where, service }: Limited, name: keyof Limits): void =>
  notes.carry(`${key}.${name}`, `${where}: ${service.name}`);

const leave = ({ notes, key, where, service }: Limited, what: string, why: string, name: keyof Limits): void =>
  notes.leave(`${what} of ${service.name}`, where, why, `${key}.${name}`);
