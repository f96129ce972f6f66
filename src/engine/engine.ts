import type { Observed } from '../plan/observed.js';
import type { Call } from '../plan/operation.js';

/** What may be asked of an engine without changing anything. `fortress plan` holds only this. */
export interface EngineReader {
  /** One line for people: "Docker Engine 20.10.24 (linux/amd64)". */
  describe(): string;
  /** What the engine has of a project, and what it must know to place a new one. */
  observe(project: string): Promise<Observed>;
  /** The text files that a container now runs with, by path; secrets are left out. */
  readFiles(container: string, paths: string[]): Promise<Map<string, string>>;
  /** The last lines a container wrote, oldest first. */
  lastLogLines(container: string, count: number): Promise<string[]>;
  /** Streams a container's output line by line until it ends or the signal aborts. */
  logs(container: string, options: LogOptions): Promise<void>;
}

export interface LogOptions {
  follow: boolean;
  /** Lines from the end; undefined: all. */
  tail: number | undefined;
  signal: AbortSignal;
  onLine(line: string): void;
}

/** Reports what a long call is doing: one short line. */
export type Progress = (line: string) => void;

/** An engine that carries out what a plan says. It executes; it does not decide. */
export interface Engine extends EngineReader {
  /** @throws FortressError when the engine refuses or the container does not get ready */
  execute(call: Call, progress: Progress, signal: AbortSignal): Promise<void>;
}
