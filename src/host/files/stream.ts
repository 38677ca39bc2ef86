/** Inputs that are read once, from front to back: a file or a pipe. */
import { chunks } from "../../core/bytes/source.ts";
import { openSource } from "./input.ts";
import { isPipe, pipeChunks } from "./pipe.ts";

export interface OpenedStream {
  /** Read once; a chunk is valid only until the next one is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Absent for a pipe, whose end is not known. */
  readonly size?: number;
  /** @throws GaitError `input_changed` as `OpenedSource.assertUnchanged`; a pipe has nothing that could change */
  assertUnchanged(): void;
  close(): void;
}

/** @throws GaitError as `openSource` */
export async function openStream(path: string): Promise<OpenedStream> {
  if (isPipe(path)) return { chunks: pipeChunks(path), assertUnchanged: () => undefined, close: () => undefined };
  const { source, assertUnchanged, close } = await openSource(path);
  return { chunks: chunks(source), size: source.size, assertUnchanged, close };
}
