/** Copies stored data, and searches it for anything that a streaming reader could mistake for its end. */
import { type ByteSource, chunks } from "../../bytes/source.ts";
import type { ContentFault, TakePiece } from "./fault.ts";

/** Copies the data to `take`. @param isOpenEnded its size is behind it only: such an archive is read to rewrite it */
export async function copyStored(
  data: ByteSource,
  isOpenEnded: boolean,
  take: TakePiece,
): Promise<ContentFault | undefined> {
  const search = isOpenEnded ? new SignatureSearch() : undefined;
  for await (const chunk of chunks(data)) {
    search?.add(chunk);
    if (!(await take(chunk))) return undefined;
  }
  return search !== undefined && (await search.hasEnd(data)) ? HIDDEN_DESCRIPTOR : undefined;
}

const HIDDEN_DESCRIPTOR: ContentFault = {
  code: "zip_header_mismatch",
  message: "the stored data, whose size follows it, contains a signature that some readers take for its end",
};

/** "PK" and two bytes, the first on top: a data descriptor, a local and a central header. */
const DESCRIPTOR = 0x504b0708;
const HEADERS: ReadonlySet<number> = new Set([0x504b0304, 0x504b0102]);
/** An archive begins like this, and has such signatures all over. */
const LOCAL_HEADER = 0x504b0304;

/**
 * Stored data has no end marker. If its size comes only after it, a streaming reader ends it at the first thing that
 * looks like a data descriptor, or like what follows one, and reads the rest as more entries (class C1). In an embedded
 * archive such things are common: there only a descriptor with the right sizes counts.
 */
class SignatureSearch {
  #last = 0;
  #first = 0;
  #at = 0;
  #hasHeader = false;
  readonly #descriptors: number[] = [];

  add(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.#last = (this.#last << 8) | byte;
      this.#at += 1;
      if (this.#at === 4) this.#first = this.#last;
      if (this.#last === DESCRIPTOR) this.#descriptors.push(this.#at - 4);
      else if (this.#at > 4 && HEADERS.has(this.#last)) this.#hasHeader = true;
    }
  }

  async hasEnd(data: ByteSource): Promise<boolean> {
    if (this.#first !== LOCAL_HEADER) return this.#hasHeader || this.#descriptors.length > 0;
    for (const at of this.#descriptors) {
      if (await isDescriptorOf(data, at)) return true;
    }
    return false;
  }
}

/** Whether the sizes behind the signature, of 4 or 8 bytes, are those of what is before it. */
async function isDescriptorOf(data: ByteSource, at: number): Promise<boolean> {
  const bytes = await data.read(at, Math.min(24, data.size - at));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reads = (index: number): boolean =>
    index + 4 <= view.byteLength && view.getUint32(index, true) === at % 2 ** 32;
  return reads(8) && (reads(12) || reads(16));
}
