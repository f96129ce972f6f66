/** A container of the deployment, as the Docker Engine shows it. */
export interface DeployedContainer {
  id: string;
  name: string;
  /** Compose or fortress service name; the container's name where there is none. */
  service: string;
  image: string;
  imageId: string;
  /** The image was made on this engine and comes from no registry. */
  builtHere?: boolean;
  running: boolean;
  health: 'healthy' | 'unhealthy' | 'starting' | null;
  /** Of the image or container; '' is root. */
  user: string;
  /** `no`, `always`, `unless-stopped`, `on-failure`. */
  restartPolicy?: string;
  /** ISO 8601. */
  startedAt: string;
  hostNetwork: boolean;
  /** Published TCP ports; in host-network mode those that the image or its command names. */
  ports: { address: string; port: number; containerPort: number }[];
  addresses: string[];
  confinement: Confinement;
}

/** What keeps a container, should somebody take it over, from doing harm outside. */
export interface Confinement {
  privileged: boolean;
  /** None of the capabilities that the engine gives by default. */
  dropsAllCapabilities: boolean;
  /** Upper case, without `CAP_`. */
  addedCapabilities: string[];
  noNewPrivileges: boolean;
  /** Protections of the engine that are switched off: `seccomp`, `apparmor`, `masked paths`. */
  unconfined: string[];
  readOnlyRoot: boolean;
  /** Namespaces of the machine that it lives in: `pid`, `network` … */
  hostNamespaces: string[];
  /** Devices of the machine. */
  devices: string[];
  /** Files and folders of the machine that are mounted into it. */
  hostPaths: string[];
  /** Bytes; 0: all that there is. */
  memory: number;
  /** 0: as many as there can be. */
  pids: number;
  /** The engine throws old parts of its log away. */
  logIsBounded: boolean;
  /** Its networks that lead out of the machine. */
  openNetworks: string[];
  /** Published ports that are not TCP: `0.0.0.0:53/udp`. */
  otherPorts: string[];
}

/** A container that does not belong to the deployment and publishes one of its ports. */
export interface Outsider {
  name: string;
  /** Compose or fortress project; null: of none. */
  project: string | null;
  ports: number[];
}

/** What the engine knows of a stack; or why it knows nothing. */
export type Deployment = { containers: DeployedContainer[]; outsiders?: Outsider[] } | { unknown: string };
