/** Copies stored data, and searches it for anything that a streaming reader could mistake for its end. */
import { type ByteSource, chunks } from "../../bytes/source.ts";
import type { ContentFault, TakePiece } from "./fault.ts";

/** Copies the data to `take`. */
export async function copyStored(
  data: ByteSource,
  hasDataDescriptor: boolean,
  take: TakePiece,
): Promise<ContentFault | undefined> {
  const search = hasDataDescriptor ? descriptorSearch() : undefined;
  for await (const chunk of chunks(data)) {
    search?.add(chunk);
    if (!(await take(chunk))) return undefined;
  }
  return search?.found() ? HIDDEN_DESCRIPTOR : undefined;
}

const HIDDEN_DESCRIPTOR: ContentFault = {
  code: "zip_header_mismatch",
  message: "the stored data, whose size follows it, contains a signature that some readers take for its end",
};

/** "PK" and two bytes, the first on top: a data descriptor, a local and a central header. */
const RECORD_STARTS: ReadonlySet<number> = new Set([0x504b0708, 0x504b0304, 0x504b0102]);

/**
 * Stored data has no end marker. If its size comes only after it, a streaming reader ends it at the first thing that
 * looks like a data descriptor, or like what follows one, and reads the rest as more entries (class C1).
 */
function descriptorSearch(): { add(chunk: Uint8Array): void; found(): boolean } {
  let found = false;
  let last = 0;
  return {
    add(chunk) {
      for (const byte of chunk) {
        last = (last << 8) | byte;
        if (RECORD_STARTS.has(last)) found = true;
      }
    },
    found: () => found,
  };
}
