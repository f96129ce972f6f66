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
