/** The forms of the last texts of a file: most of its lines have one of them. */
import { JsonForm, type JsonNodes, MAX_PARTS } from "./line-template.ts";

/** So many forms are remembered: with and without a body, and a few tools' arguments. */
const MAX_FORMS = 8;
/** After so many texts in a row without a known form, only the form learned last is looked for, and few are learned. */
const PATIENCE = 16;
const ONE_IN = 64;
/** The first few texts are scanned sooner than a form of them is learned. */
const FEW = 8;

export class JsonForms {
  readonly #known: JsonForm[] = [];
  /** Where the parts of the text at hand begin, as far as some form was followed. */
  readonly #starts = new Uint32Array(MAX_PARTS);
  #unknown = 0;
  /** Texts are lines of one chunk. */
  #viewed: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #scanned = 0;

  /** The form of the text, its nodes placed, if it is known: then the text is strict. */
  find(bytes: Uint8Array, start: number, end: number, maxDepth: number): JsonForm | undefined {
    const known = this.#known;
    const starts = this.#starts;
    starts[0] = start;
    if (this.#viewed !== bytes) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    let reached = 0;
    let followed: JsonForm | undefined;
    const count = this.#unknown > PATIENCE ? Math.min(1, known.length) : known.length;
    for (let i = 0; i < count; i++) {
      const form = known[i] as JsonForm;
      // No value is read twice: a form goes on where it parts from the one before.
      const from = followed === undefined ? 0 : form.shared(followed, reached);
      if (from < reached) continue;
      reached = form.match(bytes, this.#view, end, from, starts);
      if (reached === form.parts) {
        // The scan says where it is too deep.
        if (form.depth > maxDepth) return undefined;
        form.place(starts);
        known[i] = known[0] as JsonForm;
        known[0] = form;
        this.#unknown = 0;
        return form;
      }
      followed = form;
    }
    return undefined;
  }

  /** Remembers the form of a text that has no known one, and that `scanned` was the last to scan. */
  learn(bytes: Uint8Array, start: number, end: number, scanned: JsonNodes): void {
    this.#scanned += 1;
    this.#unknown += 1;
    if (this.#scanned <= FEW) return;
    if (this.#unknown > PATIENCE && this.#unknown % ONE_IN !== 0) return;
    const form = JsonForm.of(bytes, start, end, scanned);
    if (form === undefined) return;
    if (this.#known.length === MAX_FORMS) this.#known.pop();
    this.#known.unshift(form);
  }
}
