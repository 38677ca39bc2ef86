/** What a timestamp can be over: the pack, and each signature beside it. */
import { isReadable, type ReadableSignature } from "./format/countersignature.ts";
import type { Sidecar, SignatureFile } from "./format/read-file.ts";

/** A signature beside the pack. */
export interface StampableSignature {
  /** Its file, and the place in it. */
  readonly from: string;
  /** The bytes that are stamped: of a line the raw signature, else the file. */
  readonly bytes: Uint8Array;
  /** Of a line: the timestamp goes into a bundle. */
  readonly line?: ReadableSignature;
  /** Of a file: its name. */
  readonly file?: string;
}

/** In the order of the files; the same signature once. */
export function stampableSignatures(
  files: readonly SignatureFile[],
  sidecars: readonly Sidecar[],
): StampableSignature[] {
  const found: StampableSignature[] = [];
  const seen = new Set<string>();
  for (const { name, signatures } of files) {
    for (const signature of signatures) {
      if (!isReadable(signature)) continue;
      if (signature.format === "dsse") {
        const id = signature.signature.join();
        if (!seen.has(id)) found.push({ from: signature.from, bytes: signature.signature, line: signature });
        seen.add(id);
        continue;
      }
      const bytes = sidecars.find((sidecar) => sidecar.name === name)?.bytes;
      if (bytes !== undefined) found.push({ from: name, bytes, file: name });
    }
  }
  return found;
}
