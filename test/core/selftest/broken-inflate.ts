/** Ways to inflate that are broken, each in its own way. */
import type { Inflater, Platform } from "../../../src/core/platform/platform.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

export function oneChanged<T extends Uint8Array | undefined>(bytes: T): T {
  return bytes?.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) as T;
}

export function inflaterThat(broken: (sound: Inflater) => Partial<Inflater>): () => Inflater | undefined {
  return () => {
    const sound = hostPlatform.inflater?.();
    return sound && { ...sound, ...broken(sound) };
  };
}

export function inflateThat(change: (bytes: Uint8Array) => Uint8Array) {
  return class extends DecompressionStream {
    constructor() {
      super("deflate-raw");
      const readable = super.readable.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({ transform: (bytes, out) => out.enqueue(change(bytes)) }),
      );
      Object.defineProperty(this, "readable", { value: readable });
    }
  } as Platform["InflateRaw"];
}

/** An inflate that always succeeds, with the output so far. */
export const LENIENT_INFLATE = class {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<BufferSource>;

  constructor() {
    const inner = new DecompressionStream("deflate-raw");
    const reader = inner.readable.getReader();
    const writer = inner.writable.getWriter();
    this.writable = new WritableStream({
      write: (bytes) => void writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined),
      close: () => void writer.close().catch(() => undefined),
    });
    this.readable = new ReadableStream({
      async pull(controller) {
        const next = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
        if (next.value === undefined) controller.close();
        else controller.enqueue(next.value);
      },
    });
  }
} as Platform["InflateRaw"];
