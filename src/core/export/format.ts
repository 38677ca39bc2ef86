/** What a format of `pack export --to` is: text before the packs, of each pack, and after them. */
import type { ExportedPack } from "./exported-pack.ts";

export interface PackExport {
  /** Before the first pack. */
  head(): string;
  /** In pieces, so that a pack of any size is held in parts only. */
  pack(pack: ExportedPack): AsyncGenerator<string>;
  /** After the last. */
  end(): AsyncGenerator<string>;
  /** Releases what it keeps. */
  dispose(): void;
}

export const EXPORT_FORMATS = ["otlp", "ndjson", "postgres-copy"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
