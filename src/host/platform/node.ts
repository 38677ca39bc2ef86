/** The platform of Node, for the npm package: `core/portable-platform.ts` with Node's digest, and an inflate that is strict. */
import { createHash, type Hash } from "node:crypto";
import { createInflateRaw } from "node:zlib";
import type { Platform, Sha256 } from "../../core/platform/platform.ts";
import { portablePlatform } from "../../core/portable-platform.ts";
import { createInflater } from "./inflater.ts";

export const nodePlatform: Platform = {
  ...portablePlatform,
  sha256: () => nodeSha256(createHash("sha256")),
  inflater: createInflater,
  // Node's own DecompressionStream silently accepts data after the final block.
  InflateRaw: class InflateRaw {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<BufferSource>;

    constructor() {
      const engine = createInflateRaw();
      let given = 0;
      this.writable = new WritableStream({
        write(chunk) {
          const bytes = ArrayBuffer.isView(chunk)
            ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
            : new Uint8Array(chunk);
          given += bytes.length;
          // Settles when it was inflated, so that no more is taken than the reader keeps up with. At the final block, and
          // when reading stops, the engine forgets to call back.
          return new Promise((resolve, reject) => {
            const settle = (error?: Error | null): void => {
              for (const event of ["error", "end", "close"]) engine.off(event, settle);
              if (error) reject(error);
              else if (engine.bytesWritten < given) reject(new TypeError(AFTER_END));
              else resolve();
            };
            if (engine.destroyed || engine.readableEnded) settle();
            for (const event of ["error", "end", "close"]) engine.once(event, settle);
            engine.write(bytes, settle);
          });
        },
        close: () => void engine.end(),
        abort: (reason) => void engine.destroy(reason instanceof Error ? reason : new Error(String(reason))),
      });
      // Not Readable.toWeb: it hangs on data after the end.
      this.readable = new ReadableStream<Uint8Array>({
        start(controller) {
          engine.pause();
          engine.on("data", (bytes: Uint8Array) => {
            controller.enqueue(bytes);
            engine.pause();
          });
          engine.once("error", (error) => controller.error(error));
          engine.once("end", () => {
            if (engine.bytesWritten < given) controller.error(new TypeError(AFTER_END));
            else controller.close();
          });
        },
        pull: () => void engine.resume(),
        cancel: () => void engine.destroy(),
      });
    }
  },
};

function nodeSha256(hash: Hash): Sha256 {
  return {
    update: (bytes) => void hash.update(bytes),
    fork: () => nodeSha256(hash.copy()),
    hex: () => hash.digest("hex"),
  };
}

const AFTER_END = "there is data after the final block of the deflate data";
