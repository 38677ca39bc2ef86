/** Records that are read together: their values are built by one call of the parser, without what is taken by its bytes. */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { copyBytes, withRoom } from "../bytes/copy.ts";
import { decodeText } from "../json/string.ts";
import { CanonicalBody } from "./canonical/body.ts";
import type { RecordItem } from "./input.ts";

interface AddedRecord extends RecordItem {
  value: JsonValue;
}

const FIRST_ROOM = 64 * 1024;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const COMMA = 0x2c;
const CLOSE_ARRAY = 0x5d;

export class RecordBatch {
  readonly #name: "args" | "result";
  readonly #body = new CanonicalBody();
  #records: AddedRecord[] = [];
  /** The list of the records. */
  #text: Uint8Array = new Uint8Array(FIRST_ROOM);
  #length = 0;

  constructor(name: "args" | "result") {
    this.#name = name;
  }

  /** Adds a record whose text was proven: it stays as it is until the batch was used. */
  add(bytes: Uint8Array, start: number, end: number, where: string): void {
    const body = this.#body;
    const isByBytes = body.read(bytes, start, end, this.#name);
    this.#text = withRoom(this.#text, this.#length, end - start + 4);
    this.#put(this.#length === 0 ? OPEN_ARRAY : COMMA);
    if (isByBytes) {
      this.#copy(bytes, start, body.start);
      this.#put(OPEN_OBJECT);
      this.#put(CLOSE_OBJECT);
      this.#copy(bytes, body.end, end);
    } else this.#copy(bytes, start, end);
    const size = end - start;
    this.#records.push(
      isByBytes ? { value: null, where, size, canonical: body.canonical } : { value: null, where, size },
    );
  }

  /** What was added: valid until more is added. */
  take(): RecordItem[] {
    if (this.#length === 0) return [];
    this.#put(CLOSE_ARRAY);
    const values = JSON.parse(decodeText(this.#text, 0, this.#length)) as JsonValue[];
    const items = this.#records;
    for (const [index, value] of values.entries()) (items[index] as AddedRecord).value = value;
    this.#records = [];
    this.#length = 0;
    this.#body.reset();
    return items;
  }

  #put(byte: number): void {
    this.#text[this.#length] = byte;
    this.#length += 1;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    copyBytes(bytes, start, end, this.#text, this.#length);
    this.#length += end - start;
  }
}
