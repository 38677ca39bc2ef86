/** Scratch in Blobs, which browsers keep outside of the page's memory, and large ones on disk. */
import type { Scratch } from "../../core/bytes/scratch.ts";
import { fileSource } from "./file-source.ts";

/** Bytes buffered before they become a part. */
const PART = 4 * 1024 * 1024;

export function blobScratch(): Scratch {
  let parts: Blob[] = [];
  let gathered = new Uint8Array(0);
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) parts.push(new Blob([gathered.slice(0, filled)]));
    filled = 0;
  };
  return {
    write(bytes) {
      if (gathered.length === 0) gathered = new Uint8Array(PART);
      for (let at = 0; at < bytes.length; ) {
        const count = Math.min(bytes.length - at, PART - filled);
        gathered.set(bytes.subarray(at, at + count), filled);
        filled += count;
        at += count;
        if (filled === PART) flush();
      }
    },
    source() {
      flush();
      return fileSource(new Blob(parts));
    },
    dispose() {
      parts = [];
      gathered = new Uint8Array(0);
      filled = 0;
    },
  };
}
