/** What the engine shows of a container, as text. */
export interface Shown {
  /** `NAME=value`, those of the image included. */
  environment: string[];
  /** All of it, JSON. */
  container: string;
  /** Of its image, JSON: what it is, and the commands that made it. */
  image: string;
}

/** What only the engine can tell of a container while it is being asked. */
export interface EngineProbe {
  /** Output of a container since then, stdout and stderr; `until` then. */
  logsSince(id: string, since: Date, until?: Date): Promise<string>;
  /** What everybody who may ask the engine sees of a container. */
  shown(id: string): Promise<Shown>;
  /** Packets received on all its interfaces so far. */
  receivedPackets(id: string): Promise<number>;
  /** The text of a file, or of all files in a folder and below it, one after the other; '' where there is none. */
  readText?(id: string, path: string): Promise<string>;
  /** When the container was started last, ISO 8601; null: there is no such container any more. */
  startedAt?(id: string): Promise<string | null>;
}
