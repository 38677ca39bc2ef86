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
  /** After so many milliseconds there is no answer. */
  readonly milliseconds: number;
  /** Certificates of authorities, PEM, in the place of those that the runtime knows. */
  readonly authorities: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const MOST_ERROR_BYTES = 64 * 1024;

/** More than was asked for. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** @throws AnswerTooLarge, or Error where nothing or not all came */
export async function request(url: URL, { method, headers, body, ...rest }: HttpRequest): Promise<HttpAnswer> {
  const { most, milliseconds, authorities } = rest;
  const all = new Headers(headers);
  // What is sent, and not what a header says of it.
  all.set("accept-encoding", "identity");
  const isPlain = url.protocol === "http:";
  const response = await fetch(url, {
    method,
    headers: all,
    redirect: "manual",
    decompress: false,
    // BUN_CONFIG_VERBOSE_FETCH would print the token of a session, and what is signed, to the standard error.
    verbose: false,
    signal: AbortSignal.timeout(milliseconds),
    ...(body === undefined ? {} : { body }),
    ...(isPlain ? { proxy: false } : {}),
    // Said here, it wins over NODE_TLS_REJECT_UNAUTHORIZED.
    tls: { rejectUnauthorized: true, ...(authorities === undefined || isPlain ? {} : { ca: authorities }) },
  });
  const bytes = await bounded(response, response.status < 300 ? most : MOST_ERROR_BYTES);
  return { status: response.status, headers: response.headers, bytes };
}

/** All of the answer. */
async function bounded(response: Response, most: number): Promise<Uint8Array> {
  const stated = response.headers.get("content-length");
  // As large as it says, so that nothing is copied twice; more is refused.
  let bytes = new Uint8Array(Math.min(Number(stated ?? 0) || 0, most));
  let length = 0;
  for await (const part of response.body ?? []) {
    const piece = part as Uint8Array;
    if (length + piece.length > most) throw new AnswerTooLarge(`more than ${most} bytes`);
    if (length + piece.length > bytes.length) {
      const larger = new Uint8Array(Math.min(most, 2 * (length + piece.length)));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(piece, length);
    length += piece.length;
  }
  const whole = wholeLength(response, stated);
  if (whole !== undefined && response.body !== null && whole !== length) {
    throw new Error(`the answer was cut: ${length} of ${whole} bytes`);
  }
  return bytes.length === length ? bytes : bytes.slice(0, length);
}

/** As the answer says: a part of something says it by its place, where the connection's end is the answer's. */
function wholeLength({ status, headers }: Response, stated: string | null): number | undefined {
  if (stated !== null) return Number(stated);
  const [, start, end] = /^bytes (\d{1,15})-(\d{1,15})\//.exec(headers.get("content-range") ?? "") ?? [];
  return status === 206 && end !== undefined ? Number(end) - Number(start) + 1 : undefined;
}
