/** The digest of a whole file, computed from reads made for other reasons. */
import { GaitError } from "../finding/error.ts";
import { type ByteSource, chunks, sliceSource } from "./source.ts";

/** Small reads, such as an archive's records: repeated, and not always in order. */
const SMALL_BYTES = 64 * 1024;
/** Maximum size of remembered reads, including documents read out of order. They contain no run content. */
const MAX_REMEMBERED_BYTES = 32 * 1024 * 1024;
/** Block size for looking up remembered reads. */
const BLOCK = 16 * 1024;

export interface DigestingSource extends ByteSource {
  /** Whether every byte has been hashed as it was handed out, and none could be another in a second reading. */
  readonly isOneReading: boolean;
  /** SHA-256 of all bytes, reading the rest if needed. Call once, after the last read. */
  digest(): Promise<string>;
}

/** A SHA-256 under way. */
export interface Digesting {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hex digits. */
  hex(): string;
}

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Hashes `source` as it is read, in file order. Small and out-of-order reads are remembered: if a later read differs,
 * it throws `input_changed`, so that the verified bytes are the hashed bytes. `file` is absent until everything was
 * read, because another thread would bypass this.
 */
export function digestingSource(source: ByteSource, hash: Digesting): DigestingSource {
  /** By block. */
  const remembered = new Map<number, Piece[]>();
  let rememberedBytes = 0;
  let hasForgotten = false;
  /** Everything before this offset is hashed. */
  let next = 0;

  const remember = (piece: Piece): void => {
    hasForgotten ||= rememberedBytes + piece.bytes.length > MAX_REMEMBERED_BYTES;
    if (hasForgotten) return;
    rememberedBytes += piece.bytes.length;
    for (const block of blocksOf(piece)) {
      const pieces = remembered.get(block);
      if (pieces === undefined) remembered.set(block, [piece]);
      else pieces.push(piece);
    }
  };
  /** Whether a remembered piece has different bytes; `isKnown`: whether one covers all of them. */
  const compare = (piece: Piece): { isKnown: boolean } => {
    let isKnown = false;
    for (const block of blocksOf(piece)) {
      for (const before of remembered.get(block) ?? []) {
        if (!agree(before, piece)) throw changed();
        if (before.offset <= piece.offset && endOf(before) >= endOf(piece)) isKnown = true;
      }
    }
    return { isKnown };
  };
  const take = (piece: Piece): void => {
    if (piece.offset > next || endOf(piece) <= next) return;
    hash.update(piece.bytes.subarray(next - piece.offset));
    next = endOf(piece);
  };
  const takeRemembered = (): void => {
    for (let before = -1; before !== next; ) {
      before = next;
      for (const piece of remembered.get(Math.floor(next / BLOCK)) ?? []) take(piece);
    }
  };
  const handOut = (offset: number, bytes: Uint8Array): Uint8Array => {
    const piece = { offset, bytes };
    const { isKnown } = compare(piece);
    if (!isKnown && (bytes.length <= SMALL_BYTES || offset > next)) remember({ offset, bytes: bytes.slice() });
    take(piece);
    takeRemembered();
    return bytes;
  };
  const read = (offset: number, length: number): Uint8Array | Promise<Uint8Array> => {
    const bytes = source.read(offset, length);
    return bytes instanceof Promise ? bytes.then((some) => handOut(offset, some)) : handOut(offset, bytes);
  };
  return {
    size: source.size,
    get file() {
      return next === source.size ? source.file : undefined;
    },
    get isOneReading() {
      return next === source.size && !hasForgotten;
    },
    read(offset, length) {
      const gap = offset - next;
      if (gap <= 0 || gap > SMALL_BYTES) return read(offset, length);
      const between = read(next, gap);
      return between instanceof Promise ? between.then(() => read(offset, length)) : read(offset, length);
    },
    async digest() {
      let at = next;
      for await (const bytes of chunks(sliceSource(source, next, source.size - next))) {
        compare({ offset: at, bytes });
        take({ offset: at, bytes });
        at += bytes.length;
      }
      return hash.hex();
    },
  };
}

function endOf({ offset, bytes }: Piece): number {
  return offset + bytes.length;
}

function* blocksOf(piece: Piece): Generator<number> {
  const last = endOf(piece) - 1;
  for (let block = Math.floor(piece.offset / BLOCK); block * BLOCK <= last; block += 1) yield block;
}

function agree(left: Piece, right: Piece): boolean {
  const end = Math.min(endOf(left), endOf(right));
  for (let at = Math.max(left.offset, right.offset); at < end; at += 1) {
    if (left.bytes[at - left.offset] !== right.bytes[at - right.offset]) return false;
  }
  return true;
}

function changed(): GaitError {
  return new GaitError("input_changed", "the file changed while it was read", {
    hint: "Try again when no process is writing to it.",
  });
}
