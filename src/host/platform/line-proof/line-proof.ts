/** The proof of texts by a WebAssembly module: `line-proof.c`, which says what it proves and why it may say nothing. */
import type { TextProof } from "../../../core/platform/platform.ts";
import { MODULE } from "./module.ts";

interface Exports {
  prove(length: number, shift: number, maxDepth: number, levels: number): number;
  layout(): number;
  textPlace(): number;
  nodesPlace(): number;
}

/** `TEXT_BYTES`, `MAX_NODES` and the words of a node. */
const TEXT_BYTES = 1024 * 1024;
const NODES_WORDS = 4096 * 4;
/** As many layouts as the module keeps. */
const KEPT_FORMS = 8;

let module: WebAssembly.Module | undefined;

/** With memory of its own. @throws where the machine's WebAssembly lacks SIMD */
export function createTextProof(): TextProof {
  module ??= new WebAssembly.Module(Uint8Array.fromBase64(MODULE.base64));
  const instance = new WebAssembly.Instance(module);
  const { memory } = instance.exports as { memory?: WebAssembly.Memory };
  const { prove, layout, textPlace, nodesPlace } = instance.exports as unknown as Exports;
  if (memory === undefined) throw new Error("the module of the proof has no memory");
  const text = new Uint8Array(memory.buffer, textPlace(), TEXT_BYTES);
  const nodes = new Uint32Array(memory.buffer, nodesPlace(), NODES_WORDS);
  const forms = new Map<number, object>();
  let last = 0;
  let form: object | undefined;
  return {
    nodes,
    prove(bytes, start, end, maxDepth, levels) {
      if (end - start > TEXT_BYTES) return 0;
      // Without a view of each text.
      Buffer.prototype.copy.call(bytes, text, 0, start, end);
      return prove(end - start, start, maxDepth, levels);
    },
    get form() {
      const id = layout();
      if (id === last) return form;
      last = id;
      form = id === 0 ? undefined : (forms.get(id) ?? {});
      if (form !== undefined) forms.set(id, form);
      // Numbers only grow, and the module has forgotten the oldest.
      forms.delete(id - KEPT_FORMS);
      return form;
    },
  };
}
