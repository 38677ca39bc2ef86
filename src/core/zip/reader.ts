/**
 * Reads archives. The layout is proven first, then entries are streamed from the proven offsets.
 *
 * zip.js is not used for reading. After the layout proof its reader would only repeat the work, and it costs 12 ms to
 * load (a small pack verifies in 20) and an object with 60 members per entry. The tests use it as a second opinion.
 */

import { type ByteSource, bytesSource, sliceSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import type { Finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { type ContentSink, type EntryContent, streamContent } from "./entry-content.ts";
import { readLayout, type ZipEntry, type ZipLayout } from "./layout.ts";
import type { Surroundings, ZipLimits } from "./limits.ts";
import { METHOD } from "./record/fields.ts";

/** A small entry in memory. */
export interface EntryBytes {
  /** `undefined` if the entry is larger than the limit (then nothing was read or found), or does not inflate. */
  readonly bytes: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

/** An entry with random access, for a nested archive. `dispose` it after the last read. */
export interface EntrySource extends ByteSource {
  /** Findings from inflating it; a stored entry is not read here, so only `stream` checks its CRC-32. */
  readonly findings: readonly Finding[];
  dispose(): void;
}

/** How the bytes of a nested archive are accessed. */
export type Holding =
  /** Read in place, which a stored entry allows: for an entry whose digest was already checked. */
  | "in place"
  /** Copied while they are hashed, so that random reads see the same bytes. */
  | "copied"
  /** In memory. */
  | Uint8Array;

/**
 * An archive whose layout was checked. Entries are read one at a time: the source may use one buffer for all reads. Its
 * methods throw `GaitError` `not_found` for a name that is not in `layout.entries`, and `input_changed` or
 * `not_readable` if the source fails; bad content gives findings.
 *
 * The SHA-256 of each entry is remembered from its first read. If a later read differs, it throws `input_changed`, even
 * if the file's times did not change: so show nothing before its read has ended.
 */
export interface Archive {
  readonly layout: ZipLayout;
  /** The bytes of the archive. */
  readonly source: ByteSource;
  /** @throws GaitError `not_found` */
  entry(name: string): ZipEntry;
  has(name: string): boolean;
  stream(name: string, sink: ContentSink): Promise<EntryContent>;
  bytes(name: string, maxBytes: number): Promise<EntryBytes>;
  open(name: string): Promise<EntrySource>;
  /**
   * The archive inside an entry, within the same limits. It is opened once, with the first `holding`.
   * @throws GaitError `not_an_archive`
   */
  inside(name: string, holding: Holding): Promise<Archive>;
  /**
   * Records the digest that another reader of the same file (another thread) got for an entry. @throws GaitError
   * `input_changed`
   */
  confirm(name: string, content: EntryContent): void;
  /** SHA-256 of what the first reading of an entry got; `undefined` where it has not been read. */
  readDigest(name: string): string | undefined;
  /** Releases copies. The source stays open. */
  dispose(): void;
}

/**
 * @param around for a nested archive: what the enclosing archives used of the limits
 * @throws GaitError `not_an_archive` for a file that neither starts like a ZIP nor has an end record.
 */
export async function openArchive(
  source: ByteSource,
  platform: Platform,
  limits?: ZipLimits,
  around?: Surroundings,
): Promise<Archive> {
  return new OpenArchive(source, platform, limits, await readLayout(source, limits, around));
}

/**
 * An archive of evidence that a ZIP program made: folders are passed over, what macOS adds is named as it is, the archive
 * may have a comment, and stored data its size behind it, if nothing in it reads as its end.
 * @throws GaitError `not_an_archive`
 */
export async function openRezipped(source: ByteSource, platform: Platform, limits?: ZipLimits): Promise<Archive> {
  return new OpenArchive(source, platform, limits, await readLayout(source, limits, undefined, "rezipped"));
}

class OpenArchive implements Archive {
  readonly layout: ZipLayout;
  readonly source: ByteSource;
  readonly #platform: Platform;
  readonly #limits: ZipLimits | undefined;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  /** By name, for the entries read so far. */
  readonly #digests = new Map<string, string>();
  readonly #inside = new Map<string, Promise<Archive>>();
  readonly #copies: EntrySource[] = [];

  constructor(source: ByteSource, platform: Platform, limits: ZipLimits | undefined, layout: ZipLayout) {
    this.source = source;
    this.layout = layout;
    this.#platform = platform;
    this.#limits = limits;
    this.#entries = new Map(layout.entries.map((entry) => [entry.name, entry]));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  entry(name: string): ZipEntry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new GaitError("not_found", `the archive has no readable entry "${name}"`);
    return entry;
  }

  async stream(name: string, sink: ContentSink): Promise<EntryContent> {
    const content = await streamContent(this.source, this.entry(name), this.#platform, sink);
    this.confirm(name, content);
    return content;
  }

  async bytes(name: string, maxBytes: number): Promise<EntryBytes> {
    if (this.entry(name).uncompressedSize > maxBytes) return { bytes: undefined, findings: [] };
    // Grows as needed: the declared size may be false, so don't allocate it in advance.
    const parts: Uint8Array[] = [];
    const { sha256, size, findings } = await this.stream(name, (chunk) => {
      parts.push(chunk.slice());
    });
    // The output before the error differs between inflaters.
    return { bytes: sha256 === undefined ? undefined : joined(parts, size), findings };
  }

  async open(name: string): Promise<EntrySource> {
    const { method, dataOffset, compressedSize } = this.entry(name);
    if (method !== METHOD.stored) return this.#copy(name);
    return { ...sliceSource(this.source, dataOffset, compressedSize), findings: [], dispose: () => undefined };
  }

  inside(name: string, holding: Holding): Promise<Archive> {
    const known = this.#inside.get(name);
    if (known !== undefined) return known;
    const opening = this.#openInside(name, holding);
    this.#inside.set(name, opening);
    return opening;
  }

  confirm(name: string, { readSha256 }: EntryContent): void {
    const before = this.#digests.get(name);
    if (before === undefined) this.#digests.set(name, readSha256);
    else if (before !== readSha256) {
      throw new GaitError("input_changed", `the content of the entry "${name}" changed while it was read`, {
        hint: "Try again when no process is writing to the file.",
      });
    }
  }

  readDigest(name: string): string | undefined {
    return this.#digests.get(name);
  }

  dispose(): void {
    for (const copy of this.#copies.splice(0)) copy.dispose();
    this.#inside.clear();
  }

  async #openInside(name: string, holding: Holding): Promise<Archive> {
    if (holding instanceof Uint8Array) return this.#open(bytesSource(holding));
    const source = await (holding === "copied" ? this.#copy(name) : this.open(name));
    this.#copies.push(source);
    return this.#open(source);
  }

  #open(source: ByteSource): Promise<Archive> {
    return openArchive(source, this.#platform, this.#limits, surroundingsOf(this));
  }

  async #copy(name: string): Promise<EntrySource> {
    const scratch = this.#platform.scratch();
    try {
      const { findings } = await this.stream(name, (chunk) => scratch.write(chunk));
      const copied = scratch.source();
      return {
        size: copied.size,
        read: (offset, length) => copied.read(offset, length),
        findings,
        dispose: () => scratch.dispose(),
      };
    } catch (error) {
      scratch.dispose();
      throw error;
    }
  }
}

/** What `archive` uses of the limits before a nested archive is opened. */
export function surroundingsOf({ layout, source }: Archive): Surroundings {
  const bytes = layout.entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  return { entries: layout.entries.length, bytes, archiveSize: source.size };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
