import type { ResolvedConfig } from '../../config/resolved.js';
import { describePortHolder, findPortHolder, type PortHolder } from '../port-holder.js';
import type { DoctorContext, Finding, Probe } from '../probe.js';

/** A port that the configuration wants to publish. */
interface WantedPort {
  bind: string;
  port: number;
  /** `gateway.httpsPort`. */
  key: string;
  purpose: string;
}

export const ports: Probe = {
  id: 'ports',
  run: (context) => Promise.all(wantedPorts(context.config).map((wanted) => probePort(wanted, context))),
};

function wantedPorts({ gateway, monitoring }: ResolvedConfig): WantedPort[] {
  const { bind } = gateway;
  const wanted: WantedPort[] = [
    { bind, port: gateway.httpPort, key: 'gateway.httpPort', purpose: 'the gateway redirects plain HTTP here' },
    { bind, port: gateway.httpsPort, key: 'gateway.httpsPort', purpose: 'the gateway serves HTTPS here' },
  ];
  if (monitoring === null) return wanted;
  const { bind: monitor, exporterPort, prometheusPort, grafana } = monitoring;
  wanted.push(
    { bind: monitor, port: exporterPort, key: 'monitoring.exporterPort', purpose: 'the exporter serves metrics here' },
    { bind: monitor, port: prometheusPort, key: 'monitoring.prometheusPort', purpose: 'Prometheus is reached here' },
  );
  if (grafana) {
    wanted.push({
      bind: monitor,
      port: grafana.port,
      key: 'monitoring.grafana.port',
      purpose: 'Grafana is reached here',
    });
  }
  return wanted;
}

async function probePort(wanted: WantedPort, { engine, config }: DoctorContext): Promise<Finding> {
  const base = { title: `Port ${wanted.port}`, why: wanted.purpose, fix: null };
  // An engine that is reached over the network publishes ports on another machine.
  if (!/^(unix|npipe):/.test(engine.address.url)) {
    return { ...base, status: 'skip', found: 'the engine is on another machine' };
  }
  const containers = engine.state === 'ready' ? engine.facts.containers : [];
  const holder = await findPortHolder(wanted.bind, wanted.port, containers);
  if (holder === null) return { ...base, status: 'ok', found: `free on ${wanted.bind}` };
  if (holder.kind === 'container' && holder.project === config.project) {
    return { ...base, status: 'ok', found: `held by this project (${holder.name})` };
  }
  if (holder.kind === 'no-such-address') {
    const fix = `correct the address (\`bind\`) in fortress.config.ts`;
    return { ...base, status: 'fail', found: `this machine does not have the address ${wanted.bind}`, fix };
  }
  return { ...base, status: 'fail', found: `taken by ${describePortHolder(holder)}`, fix: freePort(holder, wanted) };
}

function freePort(holder: PortHolder, { key, port }: WantedPort): string {
  return `${stopCommand(holder, port)}, or choose another ${key} in fortress.config.ts`;
}

function stopCommand(holder: PortHolder, port: number): string {
  if (holder.kind === 'container') return `docker stop ${holder.name}`;
  // Without the engine's answer only Docker's forwarder is seen; killing that would break the container.
  if (holder.kind === 'process' && holder.command === 'docker-proxy') {
    return `stop the container that \`docker ps --filter publish=${port}\` names`;
  }
  if (holder.kind === 'process' && holder.pid !== null) return `kill ${holder.pid}`;
  return `find who listens with \`sudo lsof -nP -iTCP:${port} -sTCP:LISTEN\` and stop it`;
}
