/** Turned by the shutdown, read by all that tell whether the server is ready. */
export interface ServerState {
  draining: boolean;
}
