import { describe, expect, it } from 'vitest';
import { parseCompose } from '../../../../src/grade/compose/document.js';
import { hazardsOf } from '../../../../src/grade/compose/hazards.js';

const ROOT = '/tmp/submission';

/** `where: why` of every hazard of a compose file in YAML. */
const hazardsIn = (yaml: string, resolved = false): string[] =>
  hazardsOf(parseCompose(yaml, 'compose.yaml'), { root: ROOT, resolved }).map(({ where, why }) => `${where}: ${why}`);

/** A file with one service, whose settings are given as flow YAML. */
const service = (settings: string): string => `services: { api: ${settings} }`;

describe('what reaches the host', () => {
  it.each([
    ['{ privileged: true }', 'services.api.privileged'],
    ['{ pid: host }', 'services.api.pid'],
    ['{ pid: "container:other" }', 'services.api.pid'],
    ['{ ipc: host }', 'services.api.ipc'],
    ['{ uts: host }', 'services.api.uts'],
    ['{ cgroup: host }', 'services.api.cgroup'],
    ['{ userns_mode: host }', 'services.api.userns_mode'],
    ['{ network_mode: host }', 'services.api.network_mode'],
    ['{ network_mode: "container:other" }', 'services.api.network_mode'],
    ['{ devices: [/dev/sda] }', 'services.api.devices'],
    ['{ device_cgroup_rules: ["c 1:3 mr"] }', 'services.api.device_cgroup_rules'],
    ['{ gpus: all }', 'services.api.gpus'],
    ['{ deploy: { resources: { reservations: { devices: [{ count: 1 }] } } } }', 'services.api.deploy'],
    ['{ cap_add: [SYS_ADMIN] }', 'services.api.cap_add'],
    ['{ cap_add: [ALL] }', 'services.api.cap_add'],
    ['{ security_opt: ["seccomp:unconfined"] }', 'services.api.security_opt'],
    ['{ volumes: ["/:/host"] }', 'services.api.volumes'],
    ['{ volumes: ["../other:/x"] }', 'services.api.volumes'],
    ['{ volumes: ["./a/../../other:/x"] }', 'services.api.volumes'],
    ['{ volumes: ["~/.ssh:/x"] }', 'services.api.volumes'],
    ['{ volumes: ["/var/run/docker.sock:/var/run/docker.sock"] }', 'services.api.volumes'],
    ['{ volumes: [{ type: bind, source: /etc, target: /x }] }', 'services.api.volumes'],
    ['{ volumes: [{ type: npipe, source: x, target: /x }] }', 'services.api.volumes'],
    ['{ volumes: ["./data:/data:rshared"] }', 'services.api.volumes'],
    ['{ volumes: [{ type: bind, source: ./d, target: /d, bind: { propagation: rslave } }] }', 'services.api.volumes'],
    ['{ volumes_from: ["container:other"] }', 'services.api.volumes_from'],
    ['{ env_file: /etc/shadow }', 'services.api.env_file'],
    ['{ env_file: [{ path: ../secret.env }] }', 'services.api.env_file'],
    ['{ env_file: "${FILE}" }', 'services.api.env_file'],
    ['{ build: .. }', 'services.api.build'],
    ['{ build: "https://example.org/x.git" }', 'services.api.build'],
    ['{ build: "git@example.org:x/y.git" }', 'services.api.build'],
    ['{ build: "github.com/x/y" }', 'services.api.build'],
    ['{ build: { context: /etc } }', 'services.api.build'],
    ['{ build: { context: ., dockerfile: ../../Dockerfile } }', 'services.api.build'],
    ['{ build: { context: ., network: host } }', 'services.api.build'],
    ['{ build: { context: ., privileged: true } }', 'services.api.build'],
    ['{ build: { context: ., ssh: [default] } }', 'services.api.build'],
    ['{ build: { context: ., cache_to: ["type=local,dest=/etc"] } }', 'services.api.build'],
    ['{ build: { context: ., additional_contexts: { x: /etc } } }', 'services.api.build'],
    ['{ extends: { file: ../other.yml, service: x } }', 'services.api.extends'],
    ['{ logging: { driver: syslog } }', 'services.api.logging'],
    ['{ runtime: nvidia }', 'services.api.runtime'],
    ['{ provider: { type: evil } }', 'services.api.provider'],
    ['{ use_api_socket: true }', 'services.api.use_api_socket'],
    ['{ toString: 1 }', 'services.api.toString'],
    ['{ env_file: [[/etc/shadow]] }', 'services.api.env_file'],
    ['{ env_file: [{ path: [/etc/shadow] }] }', 'services.api.env_file'],
    ['{ build: [/etc] }', 'services.api.build'],
    ['{ build: { context: [/etc] } }', 'services.api.build'],
    ['{ build: { context: ., dockerfile: [../../Dockerfile] } }', 'services.api.build'],
    ['{ volumes: [["/:/host"]] }', 'services.api.volumes'],
    ['{ volumes: [{ type: [bind], source: /, target: /x }] }', 'services.api.volumes'],
    ['{ volumes: [{ type: bind, source: [/], target: /x }] }', 'services.api.volumes'],
    ['{ extends: [{ file: ../other.yml }] }', 'services.api.extends'],
    ['{ deploy: [x] }', 'services.api.deploy'],
    ['{ logging: [syslog] }', 'services.api.logging'],
    ['{ logging: { driver: [syslog] } }', 'services.api.logging'],
    ['{ annotations: { a: b } }', 'services.api.annotations'],
    ['{ post_start: [{ command: x, privileged: true }] }', 'services.api.post_start'],
    ['{ pre_stop: [x] }', 'services.api.pre_stop'],
    ['{ scale: 21 }', 'services.api'],
    ['{ deploy: { replicas: 1000 } }', 'services.api'],
  ])('%s', (settings, where) => {
    expect(hazardsIn(service(settings))).toEqual([expect.stringContaining(`${where}: `)]);
  });

  it.each([
    ['networks: { n: { external: true } }', 'networks.n.external'],
    ['networks: { n: { driver: macvlan } }', 'networks.n.driver'],
    ['networks: { n: { driver: host } }', 'networks.n.driver'],
    ['volumes: { v: { external: true } }', 'volumes.v.external'],
    ['volumes: { v: { driver: rclone } }', 'volumes.v.driver'],
    ['volumes: { v: { driver_opts: { type: none, o: bind, device: / } } }', 'volumes.v.driver_opts'],
    ['volumes: { v: { driver_opts: { type: tmpfs, o: "size=1m,bind", device: tmpfs } } }', 'volumes.v.driver_opts'],
    ['volumes: { v: { driver_opts: { type: tmpfs, o: bind, device: / } } }', 'volumes.v.driver_opts'],
    ['volumes: { v: { driver_opts: { type: tmpfs, device: / } } }', 'volumes.v.driver_opts'],
    ['networks: { n: { driver: [macvlan] } }', 'networks.n.driver'],
    ['networks: { n: { driver_opts: { com.docker.network.bridge.name: virbr0 } } }', 'networks.n.driver_opts'],
    ['secrets: { s: { file: [/etc/shadow] } }', 'secrets.s.file'],
    ['secrets: { s: { file: /etc/shadow } }', 'secrets.s.file'],
    ['configs: { c: { file: ../x } }', 'configs.c.file'],
    ['include: [other.yml]', 'include'],
  ])('%s', (part, where) => {
    expect(hazardsIn(`${service('{ image: a }')}\n${part}`)).toEqual([expect.stringContaining(`${where}: `)]);
  });

  it('more containers in all than this machine should have', () => {
    const services = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`s${n}`, { image: 'x', scale: 9 }]));
    expect(hazardsIn(JSON.stringify({ services }))).toEqual([
      'services: all together are 63 containers; at most 60 are started here',
    ]);
  });

  it('in words, where it is the network of the machine', () => {
    expect(hazardsIn(service('{ network_mode: host }'))[0]).toContain('leave it out');
  });

  it('in words, where it is the engine itself', () => {
    expect(hazardsIn(service('{ volumes: ["/var/run/docker.sock:/x"] }'))[0]).toContain(
      'would hand over the container engine',
    );
  });

  it('behind an anchor and a merge key', () => {
    const yaml = 'x-evil: &evil { privileged: true }\nservices: { api: { <<: *evil, image: a } }';
    expect(hazardsIn(yaml)).toEqual([expect.stringContaining('services.api.privileged')]);
  });

  it('once its variables are filled in', () => {
    const yaml = service('{ volumes: ["${WHERE:-/etc}:/x"] }');
    expect(hazardsIn(yaml)).toEqual([]);
    expect(hazardsIn(service('{ volumes: [{ type: bind, source: /etc, target: /x }] }'), true)).toHaveLength(1);
    expect(hazardsIn(service('{ volumes: [{ type: bind, source: "./$$x", target: /x }] }'), true)).toHaveLength(1);
  });
});

describe('what stays inside', () => {
  it.each([
    '{ image: "nginx:1.29", ports: ["443:443"], restart: always, x-note: { anything: 1 } }',
    '{ privileged: false, devices: null }',
    '{ volumes: ["./data:/data:ro", "named:/x", "/anonymous", "${PWD}/x:/y"] }',
    '{ volumes: [{ type: bind, source: /tmp/submission/a, target: /a, bind: { create_host_path: true } }] }',
    '{ volumes: [{ type: tmpfs, target: /t }] }',
    '{ build: { context: ./api, dockerfile: ../Dockerfile.api, args: [A=1], target: run } }',
    '{ cap_drop: [ALL], cap_add: [NET_BIND_SERVICE], security_opt: ["no-new-privileges:true"] }',
    '{ network_mode: "service:other", pid: "service:other", ipc: shareable }',
    '{ env_file: [.env, { path: conf/x.env, required: false }] }',
    '{ extends: { service: base } }',
    '{ logging: { driver: json-file, options: { max-size: 1m } } }',
    '{ deploy: { replicas: 3, resources: { limits: { memory: 1g } } } }',
    '{ scale: 20, mem_swappiness: 10, develop: { watch: [{ path: ., action: rebuild }] } }',
    '{ post_start: [{ command: [x], user: root, privileged: false }], pre_stop: [{ command: x, environment: [A=1] }] }',
    '{ logging: { options: { max-size: 1m } } }',
    '{ extends: base }',
  ])('%s', (settings) => {
    expect(hazardsIn(service(settings))).toEqual([]);
  });

  it('networks, volumes and secrets of its own', () => {
    expect(
      hazardsIn(`${service('{ image: a }')}
name: x
networks: { n: { driver: bridge, internal: true } }
volumes: { v: , w: { driver: local }, t: { driver_opts: { type: tmpfs, device: tmpfs, o: "size=100m,uid=1000,nosuid" } } }
secrets: { s: { file: ./secret.txt } }`),
    ).toEqual([]);
  });
});
