/** The recent forms in a file: most lines match one of them. */
import { JsonForm, type JsonNodes, MAX_PARTS } from "./line-template.ts";

/** How many forms are kept: with and without a body, and a few tools' arguments. */
const MAX_FORMS = 8;
/** After this many texts in a row without a known form, only the latest form is tried, and few are learned. */
const PATIENCE = 16;
const ONE_IN = 64;
/** For the first few texts, scanning is faster than learning a form. */
const FEW = 8;

export class JsonForms {
  readonly #known: JsonForm[] = [];
  /** Where the parts of the current text start, as far as a form matched. */
  readonly #starts = new Uint32Array(MAX_PARTS);
  #unknown = 0;
  /** The current chunk; texts are its lines. */
  #viewed: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #scanned = 0;

  /** The form of the text with its nodes placed, if known; the text is then strict. */
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
      // No value is read twice: a form continues where the previous one stopped matching.
      const from = followed === undefined ? 0 : form.shared(followed, reached);
      if (from < reached) continue;
      reached = form.match(bytes, this.#view, end, from, starts);
      if (reached === form.parts) {
        // The scan reports where it is too deep.
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

  /** Learns the form of a text without a known one, which `scanned` has just scanned. */
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
