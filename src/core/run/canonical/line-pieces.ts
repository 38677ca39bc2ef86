/** Lines of records, put together in pieces, because each piece has overhead. */
import { copyBytes } from "../../bytes/copy.ts";
import { GaitError } from "../../finding/error.ts";
import { MAX_LINE_BYTES } from "../../json/lines.ts";

/** A canonical line without its LF: two texts, and `args` or `result` between them. */
export interface RecordLine {
  readonly before: string;
  readonly body: CanonicalText | undefined;
  readonly after: string;
  /** Reference mode left the body out. */
  readonly omitted: boolean;
}

/** Canonical JSON, as text or in UTF-8. */
export type CanonicalText = string | Uint8Array;

const PIECE = 256 * 1024;
/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const MOST_BYTES_PER_UNIT = 3;

export class LinePieces {
  readonly #encoder = new TextEncoder();
  #piece: Uint8Array = new Uint8Array(PIECE);
  /** The memory of the piece before, which nobody reads any more when this one is full. */
  #other: Uint8Array = new Uint8Array(PIECE);
  #filled = 0;
  /** Behind what the piece is filled with, and not encoded yet: a call of the encoder costs as much as many characters. */
  #text = "";

  /**
   * Adds a line. Returns the piece that is full without it, if one is: valid until the next call.
   * @throws GaitError `invalid_input` for a line over the readers' limit, while its place is known
   */
  add(line: RecordLine, where: string): Uint8Array | undefined {
    const { before, after } = line;
    const body = typeof line.body === "string" ? this.#encoder.encode(line.body) : line.body;
    const bodyBytes = body?.length ?? 0;
    const most = (before.length + after.length + 1) * MOST_BYTES_PER_UNIT + bodyBytes;
    if (most > MAX_LINE_BYTES) assertNotTooLong(before + after, bodyBytes, where);
    const held = this.#filled + this.#text.length * MOST_BYTES_PER_UNIT;
    const full = held + most > this.#piece.length ? this.take() : undefined;
    if (full !== undefined) [this.#piece, this.#other] = [this.#other, this.#piece];
    if (most > this.#piece.length) this.#piece = new Uint8Array(most);
    this.#text += before;
    if (body !== undefined) {
      this.#encode();
      copyBytes(body, 0, bodyBytes, this.#piece, this.#filled);
      this.#filled += bodyBytes;
    }
    this.#text += `${after}\n`;
    return full;
  }

  /** What is left. */
  take(): Uint8Array | undefined {
    this.#encode();
    const piece = this.#filled === 0 ? undefined : this.#piece.subarray(0, this.#filled);
    this.#filled = 0;
    return piece;
  }

  #encode(): void {
    this.#filled += this.#encoder.encodeInto(this.#text, this.#piece.subarray(this.#filled)).written;
    this.#text = "";
  }
}

function assertNotTooLong(text: string, bodyBytes: number, where: string): void {
  if (new TextEncoder().encode(text).length + bodyBytes <= MAX_LINE_BYTES) return;
  throw new GaitError("invalid_input", `${where} has more than ${MAX_LINE_BYTES} bytes, the limit for a record`, {
    hint: "Keep large content in a file, and record its digest.",
  });
}
