/**
 * One request, and all of its answer: the only place that calls `fetch`. Whatever the environment says, certificates are
 * checked, what is not encrypted goes by no proxy, and no redirect is followed.
 */

export interface HttpRequest {
  readonly method: string;
  readonly headers?: HeadersInit;
  readonly body?: BodyInit | undefined;
  /** Bytes that the answer may have; errors may have 64 KiB. */
  readonly most: number;
  /** Bytes of the body. */
  readonly sent?: number;
  /** So long, in milliseconds, the server may say nothing, besides the time that bytes may take. */
  readonly silence: number;
  /** Certificates of authorities, PEM, in the place of those that the runtime knows. */
  readonly authorities: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const MOST_ERROR_BYTES = 64 * 1024;
/** A slower connection is taken for none. */
const LEAST_BYTES_PER_MS = 50;

/** More than was asked for. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** Nobody vouches for the server's certificate: it will be so the next time. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Codes of the runtime (those of OpenSSL's verification, and of node:tls). */
const OF_CERTIFICATES = /CERT|^UNABLE_TO_VERIFY_LEAF_SIGNATURE$|^INVALID_CA$|^HOSTNAME_MISMATCH$/;

/** @throws CertificateError, AnswerTooLarge, or Error where nothing or not all came */
export async function request(url: URL, { method, headers, body, ...rest }: HttpRequest): Promise<HttpAnswer> {
  const { most, sent = 0, silence, authorities } = rest;
  const all = new Headers(headers);
  // What is sent, and not what a header says of it.
  all.set("accept-encoding", "identity");
  const isPlain = url.protocol === "http:";
  const deadline = new Deadline();
  try {
    deadline.set(silence + sent / LEAST_BYTES_PER_MS);
    const response = await fetch(url, {
      method,
      headers: all,
      redirect: "manual",
      decompress: false,
      // BUN_CONFIG_VERBOSE_FETCH would print the token of a session, and what is signed, to the standard error.
      verbose: false,
      signal: deadline.signal,
      ...(body === undefined ? {} : { body }),
      ...(isPlain ? { proxy: false } : {}),
      // Said here, it wins over NODE_TLS_REJECT_UNAUTHORIZED.
      tls: { rejectUnauthorized: true, ...(authorities === undefined || isPlain ? {} : { ca: authorities }) },
    });
    const limit = response.status < 300 ? most : MOST_ERROR_BYTES;
    // By what it says: a commit may have 64 MiB, and would be waited for as long.
    const stated = Number(response.headers.get("content-length") ?? limit);
    deadline.set(silence + Math.min(stated, limit) / LEAST_BYTES_PER_MS);
    const bytes = await bounded(response, limit);
    return { status: response.status, headers: response.headers, bytes };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (error instanceof Error && typeof code === "string" && OF_CERTIFICATES.test(code))
      throw new CertificateError(error.message, { cause: error });
    throw error;
  } finally {
    deadline.end();
  }
}

/** Ends a request that takes too long, first until its answer begins, then until that is whole. */
class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  set(milliseconds: number): void {
    clearTimeout(this.#timer);
    const late = new Error(`nothing more came within ${Math.ceil(milliseconds / 1000)} s`);
    this.#timer = setTimeout(() => this.#controller.abort(late), milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** All of the answer. */
async function bounded(response: Response, most: number): Promise<Uint8Array> {
  const stated = response.headers.get("content-length");
  // No more comes than the answer says: the runtime gathers it, with less memory and time than pieces take here. In chunks any number may come.
  const isBounded = stated !== null && Number(stated) <= most && !response.headers.has("transfer-encoding");
  const bytes = isBounded && response.body !== null ? await response.bytes() : await gathered(response, most);
  const whole = wholeLength(response, stated);
  if (whole !== undefined && response.body !== null && whole !== bytes.length) {
    throw new Error(`the answer was cut: ${bytes.length} of ${whole} bytes`);
  }
  return bytes;
}

/** What comes in pieces of which nobody said how many. */
async function gathered(response: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    const piece = part as Uint8Array;
    length += piece.length;
    if (length > most) throw new AnswerTooLarge(`more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** As the answer says: a part of something says it by its place, where the connection's end is the answer's. */
function wholeLength({ status, headers }: Response, stated: string | null): number | undefined {
  if (stated !== null) return Number(stated);
  const [, start, end] = /^bytes (\d{1,15})-(\d{1,15})\//.exec(headers.get("content-range") ?? "") ?? [];
  return status === 206 && end !== undefined ? Number(end) - Number(start) + 1 : undefined;
}
