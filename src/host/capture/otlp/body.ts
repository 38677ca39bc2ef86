/** The body of a request: what it is, and no more of it than there is room for. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { MAX_LINE_BYTES } from "../../../core/json/lines.ts";
import type { OtlpEncoding } from "./messages.ts";

/** Of one body, as sent and unpacked: what `gait run import` reads as one line. */
export const MAX_BODY_BYTES = MAX_LINE_BYTES - 1;
/** Of all bodies that are in hand. */
export const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** A request that is answered by a status of HTTP. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws HttpRefusal 415 */
export function encodingOf(type: string | null): OtlpEncoding {
  const [media = ""] = (type ?? "").split(";");
  switch (media.trim().toLowerCase()) {
    case "application/x-protobuf":
      return "protobuf";
    case "application/json":
      return "json";
    default:
      throw new HttpRefusal(415, "the content type is application/x-protobuf or application/json");
  }
}

/** The bytes in hand, of all requests. */
export class HeldBytes {
  #held = 0;

  /** @throws HttpRefusal 429 where there is no room: the sender comes again */
  take(bytes: number): void {
    if (this.#held + bytes > MAX_HELD_BYTES) throw new HttpRefusal(429, "too much at once: send it again later");
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** @param take is told of each piece before it is kept. @throws HttpRefusal 413 */
export async function readBody(request: Request, take: (bytes: number) => void): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    take(piece.length);
    pieces.push(piece);
  }
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

/** @throws HttpRefusal 415 for another packing, 413 for what unpacks to too much, 400 for what does not unpack */
export async function unpacked(body: Uint8Array, packing: string | null): Promise<Uint8Array> {
  switch ((packing ?? "identity").trim().toLowerCase()) {
    case "identity":
    case "":
      return body;
    case "gzip":
      break;
    default:
      throw new HttpRefusal(415, "the content encoding is gzip, or none");
  }
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new HttpRefusal(400, "the body is not gzip as its content encoding says");
  }
}

export function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `a request may have ${MAX_BODY_BYTES} bytes, unpacked too`);
}
