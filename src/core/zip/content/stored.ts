/** Stored data: copied, and searched for what a reader of the stream could take for its end. */
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
  message:
    "the data is stored, its size stands behind it, and in it is the signature of what some readers take for its end",
};

/** "PK" and two bytes, the first on top: a data descriptor, a local and a central header. */
const RECORD_STARTS: ReadonlySet<number> = new Set([0x504b0708, 0x504b0304, 0x504b0102]);

/**
 * Stored data says nowhere that it ends. Where its size stands behind it only, a reader of the stream ends it at the
 * first thing that looks like a data descriptor, or like what follows one, and reads what comes then as more entries (class C1).
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
