/** A started server, on 127.0.0.1. */
export interface Instance {
  /** Of its one process, as this machine numbers it. */
  pid: number;
  stop(): Promise<void>;
}

export type TargetName = 'server' | 'bare' | 'course' | 'container';

/** A server that answers `POST /predict`. */
export interface Target {
  name: TargetName;
  title: string;
  /** @param onStart called right before its process is started, after all preparations */
  start(port: number, onStart: () => void): Promise<Instance>;
}
