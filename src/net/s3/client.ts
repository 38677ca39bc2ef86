/** Requests to one bucket: signed, bounded, tried again where that may help. Redirects are never followed. */
import { AwsClient } from "aws4fetch";
import { GaitError } from "../../core/finding/error.ts";
import { AnswerTooLarge, CertificateError, type HttpAnswer, request as httpRequest } from "../http/request.ts";
import { parseXml, textOf } from "./answer-xml.ts";
import type { Credentials } from "./credentials.ts";

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Blob;
  /** Of the body, 64 lower-case hex digits. */
  readonly sha256?: string;
  /** Bytes that the answer may have. */
  readonly most: number;
  /** It is sent again after no answer, or one that says to: by default all but conditional ones are. */
  readonly isRepeatable?: boolean;
}

export interface S3Answer extends HttpAnswer {
  /** `Code` of an error's XML; empty where there is none. */
  readonly code: string;
}

export interface S3Place {
  readonly bucket: string;
  /** What requests go to: `https://host[:port]`. */
  readonly endpoint: URL;
  /** The bucket is in the path, and not in the host's name. */
  readonly isPathStyle: boolean;
  readonly region: string;
  /** Certificates of authorities, PEM, in the place of those that the runtime knows. */
  readonly authorities: string | undefined;
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const TRIES = 6;
const FIRST_WAIT_MS = 100;
const SILENCE_MS = 60_000;

/** No answer, or one that says to come again, until the tries were used up. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export class S3Client {
  readonly #place: S3Place;
  readonly #credentials: () => Promise<Credentials>;
  readonly #wait: (milliseconds: number) => Promise<void>;
  #signer: { readonly of: Credentials; readonly client: AwsClient } | undefined;

  constructor(place: S3Place, credentials: () => Promise<Credentials>, wait = Bun.sleep) {
    this.#place = place;
    this.#credentials = credentials;
    this.#wait = wait;
  }

  /**
   * @throws NoAnswer where a request that must not be sent twice got no answer
   * @throws GaitError `store_unreachable`, `store_refused` (no rights, no such bucket, a redirect)
   */
  async send(request: S3Request): Promise<S3Answer> {
    let last: unknown;
    const tries = request.isRepeatable === false ? 1 : TRIES;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      if (attempt > 0) await this.#wait(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
      try {
        const answer = await this.#once(request);
        if (!isTransient(answer)) return this.#judged(answer);
        last = new NoAnswer(`${answer.status} ${answer.code}`.trim());
      } catch (error) {
        if (error instanceof AnswerTooLarge) throw tooLarge(request, error);
        if (error instanceof CertificateError) throw untrusted(this.#place, error);
        if (error instanceof GaitError) throw error;
        last = error;
      }
    }
    if (request.isRepeatable === false) throw new NoAnswer(messageOf(last), { cause: last });
    throw unreachable(this.#place, last);
  }

  /** @throws GaitError `store_unreachable` after the last try */
  unreachable(cause: unknown): GaitError {
    return unreachable(this.#place, cause);
  }

  async #once(request: S3Request): Promise<S3Answer> {
    const { method, query = {}, headers = {}, body, sha256 = EMPTY_SHA256, most } = request;
    const url = this.#url(request.key);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const { authorities } = this.#place;
    const signer = await this.#signerNow();
    const signed = await signer.sign(url.href, { method, headers: { ...headers, "x-amz-content-sha256": sha256 } });
    const answer = await httpRequest(new URL(signed.url), {
      ...{ method, headers: signed.headers, body: body as BodyInit | undefined, most, authorities },
      ...{ sent: body === undefined ? 0 : sizeOf(body), silence: SILENCE_MS },
    });
    const code = answer.status < 300 || answer.bytes.length === 0 ? "" : codeOf(answer.bytes);
    return { ...answer, code };
  }

  async #signerNow(): Promise<AwsClient> {
    const credentials = await this.#credentials();
    if (this.#signer?.of !== credentials) {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      const { region } = this.#place;
      const client = new AwsClient({
        ...{ accessKeyId, secretAccessKey, service: "s3", region, retries: 0 },
        ...(sessionToken === undefined ? {} : { sessionToken }),
      });
      this.#signer = { of: credentials, client };
    }
    return this.#signer.client;
  }

  #url(key: string): URL {
    const { endpoint, bucket, isPathStyle } = this.#place;
    const url = new URL(endpoint.href);
    const base = url.pathname.replace(/\/$/, "");
    // The signature would take a plus for a space.
    const path = key.replaceAll("+", "%2B");
    if (isPathStyle) url.pathname = `${base}/${bucket}/${path}`;
    else {
      url.hostname = `${bucket}.${url.hostname}`;
      url.pathname = `${base}/${path}`;
    }
    return url;
  }

  /** Answers that no caller has a use for are errors of the store. */
  #judged(answer: S3Answer): S3Answer {
    const { status, code, headers } = answer;
    const { bucket, region } = this.#place;
    const refuse = (message: string, hint: string): GaitError => new GaitError("store_refused", message, { hint });
    if (status >= 300 && status < 400 && status !== 304) {
      const other = headers.get("x-amz-bucket-region");
      throw refuse(
        `the server answers for ${bucket} with a redirect (${status}), which is not followed`,
        other === null || other === region
          ? "Give the address that serves the bucket: AWS_ENDPOINT_URL_S3."
          : `The bucket is in another region: AWS_REGION=${/^[a-z0-9-]{1,32}$/.test(other) ? other : "…"}.`,
      );
    }
    if (code === "NoSuchBucket") throw refuse(`there is no bucket ${bucket}`, "Make it first: gait makes no buckets.");
    if (status === 401 || status === 403) {
      throw refuse(
        `the store does not allow it: ${status}${named(code)}`,
        "Do the credentials have the right for this? docs/store.md lists the rights that each command needs.",
      );
    }
    if (status === 400 || status === 405 || status === 411 || status === 501) {
      throw refuse(
        `the store refuses the request: ${status}${named(code)}`,
        "Is the server one that speaks S3, and is AWS_REGION right?",
      );
    }
    return answer;
  }
}

export function sizeOf(body: Uint8Array | Blob): number {
  return body instanceof Blob ? body.size : body.length;
}

/** To be tried again: overload, and faults of the server. */
function isTransient({ status, code }: S3Answer): boolean {
  if (status === 501) return false;
  return status >= 500 || status === 429 || status === 408 || code === "RequestTimeout" || code === "SlowDown";
}

function tooLarge({ most }: S3Request, cause: AnswerTooLarge): GaitError {
  return new GaitError("store_refused", `the store answers with more than the ${most} bytes that were asked for`, {
    hint: "Is the server one that speaks S3?",
    cause,
  });
}

function codeOf(bytes: Uint8Array): string {
  const code = textOf(parseXml(new TextDecoder().decode(bytes)), "Code") ?? "";
  return /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : "";
}

function named(code: string): string {
  return code === "" ? "" : ` ${code}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function untrusted({ endpoint, bucket }: S3Place, cause: CertificateError): GaitError {
  return new GaitError("store_unreachable", `${bucket} is not asked for at ${endpoint.host}: ${cause.message}`, {
    hint: "Where the server's authority is one's own, AWS_CA_BUNDLE names the file with its certificate.",
    cause,
  });
}

function unreachable({ endpoint, bucket }: S3Place, cause: unknown): GaitError {
  return new GaitError("store_unreachable", `${bucket} can't be reached at ${endpoint.host}: ${messageOf(cause)}`, {
    hint: "Is AWS_ENDPOINT_URL_S3 right, and the server up? What was done before stays done; run the command again.",
    cause,
  });
}
