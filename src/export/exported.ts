import type { ResolvedConfig } from '../config/resolved.js';
import type { PreparedCredentials } from '../credentials/prepare.js';
import type { Serving } from '../render/views.js';
import type { Service, ServiceFile, Stack } from '../stack/stack.js';

export interface ExportedFile {
  /** Relative to the folder of the export, with `/`. */
  path: string;
  content: string | Buffer;
  /** Default: 0o644. */
  mode?: number;
  /** Where it leads, as it is written, where it is a symbolic link; `content` is empty then. */
  link?: string;
}

/** A stack in the files of another tool. */
export interface Exported {
  files: ExportedFile[];
  /** Modes of folders, by path, that are not open to all. */
  folders?: Record<string, number>;
  /** What that tool cannot express, said to the person. */
  left: { what: string; why: string }[];
  /** Command lines that come next, run in the folder. */
  next: string[];
}

/** What every export starts from. */
export interface ExportMaterial {
  config: ResolvedConfig;
  stack: Stack;
  /** All replicas, with the addresses that they have in the stack's subnet. */
  serving: Serving;
  /** Files of a service as `fortress up` puts them into its containers, secret ones included. */
  files(service: Service, serving?: Serving): ServiceFile[];
  /** What is in a file; one that lies on this machine is read. */
  contentOf(file: ServiceFile): string | Buffer;
  credentials: PreparedCredentials;
  /** What the images of APIs are built from, by service; all of it is read when it is first asked for. */
  readonly builds: Record<string, ExportedBuild>;
}

export interface ExportedBuild {
  /** The very same list where several APIs are built from the same files: it need be written only once. */
  context: ExportedFile[];
  /** In the context. */
  dockerfile: string;
  args: Record<string, string>;
}
