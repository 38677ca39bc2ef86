/** Objects of one bucket below one prefix, by the S3 API: what a store does with them. */
import { GaitError } from "../../core/finding/error.ts";
import type { ObjectLock } from "../../core/store/lock.ts";
import type { StoredObject } from "../../core/store/objects.ts";
import type { BucketAddress } from "./address.ts";
import { parseXml, textOf, type XmlElement } from "./answer-xml.ts";
import { NoAnswer, type S3Answer, type S3Client, type S3Request } from "./client.ts";
import { createInParts } from "./in-parts.ts";
import { lockHeaders, lockOf } from "./lock-headers.ts";
import { Rising } from "./rising.ts";

const MOST_LIST_BYTES = 4 * 1024 * 1024;
const LIST_KEYS = "1000";
const MOST_TOKEN = 4096;
/** Of one request (S3 API, PutObject), and of a part: 10,000 of them are the largest object that there can be. */
const SIZES = { put: 5 * 1024 ** 3, part: 525 * 1024 ** 2 };

export interface FirstPart {
  readonly bytes: Uint8Array;
  /** Of the whole object. */
  readonly size: number;
  readonly etag: string;
  readonly lock: ObjectLock;
}

/** A request about one object, or about the bucket. */
export type Ask = Omit<S3Request, "key"> & { readonly name?: string };

export interface PartOf {
  readonly start: number;
  readonly end: number;
  readonly etag: string;
  readonly version?: string;
}

export interface PutBody {
  readonly body: Uint8Array | Blob;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly lock?: ObjectLock | undefined;
}

export class Bucket {
  readonly #client: S3Client;
  readonly #address: BucketAddress;
  readonly #sizes: typeof SIZES;

  /** @param sizes in bytes: of what is put by one request, and of the parts of what is larger */
  constructor(client: S3Client, address: BucketAddress, sizes = SIZES) {
    this.#client = client;
    this.#address = address;
    this.#sizes = sizes;
  }

  /** As it is shown. */
  path(name: string): string {
    return `${this.#address.text}/${name}`;
  }

  /** The first `most` bytes, at least one; `undefined` where there is no such object. */
  async first(name: string, most: number, version?: string): Promise<FirstPart | undefined> {
    const answer = await this.#client.send({
      ...{ method: "GET", key: this.#key(name), most, query: versionQuery(version) },
      headers: { range: `bytes=0-${most - 1}` },
    });
    const etag = answer.headers.get("etag") ?? "";
    const lock = lockOf(answer.headers);
    if (answer.status === 404) return undefined;
    // Nothing is in it, if it is there.
    if (answer.status === 416)
      return (await this.has(name)) ? { bytes: new Uint8Array(0), size: 0, etag, lock } : undefined;
    // Every object has one. A page that says 200 in the place of 404 has none, and would be a commit where there is none.
    if (etag === "") throw this.odd(answer, name);
    if (answer.status === 200) return { bytes: answer.bytes, size: answer.bytes.length, etag, lock };
    const { start, end, size = 0 } = rangeOf(answer) ?? {};
    const isWhole = start === 0 && end === answer.bytes.length - 1 && answer.bytes.length === Math.min(most, size);
    if (answer.status !== 206 || !isWhole) throw this.odd(answer, name);
    return { bytes: answer.bytes, size, etag, lock };
  }

  /** Bytes `[start, end)`. @throws GaitError `input_changed` where the object has another ETag */
  async part(name: string, { start, end, etag, version }: PartOf): Promise<Uint8Array> {
    const answer = await this.#client.send({
      ...{ method: "GET", key: this.#key(name), most: end - start, query: versionQuery(version) },
      headers: { range: `bytes=${start}-${end - 1}`, "if-match": etag },
    });
    const now = answer.headers.get("etag") ?? "";
    if (answer.status === 412 || answer.status === 404 || (answer.status === 206 && now !== etag)) {
      throw new GaitError("input_changed", `${this.path(name)} changed while it was read`, {
        hint: "Run the command again when nobody writes to it.",
      });
    }
    const range = rangeOf(answer);
    const isAsked = range?.start === start && range.end === end - 1 && answer.bytes.length === end - start;
    if (answer.status === 206 && isAsked) return answer.bytes;
    throw this.odd(answer, name);
  }

  /** Whether there is an object of that name. */
  async has(name: string): Promise<boolean> {
    const answer = await this.#client.send({ method: "HEAD", key: this.#key(name), most: 0 });
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw this.odd(answer, name);
  }

  /**
   * Creates the object where there is none.
   * @returns whether it did; `unknown` where no answer came: it may be there
   */
  async create(name: string, { body, sha256, lock }: PutBody): Promise<boolean | "unknown"> {
    if (body instanceof Blob && body.size > this.#sizes.put) {
      const object = {
        ask: (request: Omit<S3Request, "key">) => this.ask({ ...request, name }),
        odd: (answer: S3Answer) => this.odd(answer, name),
      };
      return createInParts(object, { body, lock }, this.#sizes.part);
    }
    let answer: S3Answer;
    try {
      answer = await this.#client.send({
        ...{ method: "PUT", key: this.#key(name), most: MOST_LIST_BYTES, body, sha256, isRepeatable: false },
        headers: {
          ...{ "if-none-match": "*", "x-amz-checksum-sha256": base64OfHex(sha256) },
          ...(lock === undefined ? {} : { ...lockHeaders(lock), "x-amz-sdk-checksum-algorithm": "SHA256" }),
        },
      });
    } catch (error) {
      if (error instanceof NoAnswer) return "unknown";
      throw error;
    }
    if (answer.status === 200) return true;
    // 409: another one writes it at this moment.
    if (answer.status === 412) return false;
    if (answer.status === 409) return "unknown";
    throw this.odd(answer, name);
  }

  async replace(name: string, { body, sha256 }: PutBody): Promise<void> {
    const answer = await this.#client.send({
      ...{ method: "PUT", key: this.#key(name), most: MOST_LIST_BYTES, body, sha256 },
    });
    if (answer.status !== 200) throw this.odd(answer, name);
  }

  /** A request that only its caller understands. */
  ask({ name, ...request }: Ask): Promise<S3Answer> {
    return this.#client.send({ ...request, key: name === undefined ? "" : this.#key(name) });
  }

  /** `Version` elements of all objects below the prefix, a page at a time. */
  async *versionPages(prefix: string): AsyncGenerator<readonly XmlElement[]> {
    let marker: Readonly<Record<string, string>> = {};
    const [listed, markers] = [new Rising(), new Rising()];
    for (;;) {
      const answer = await this.#client.send({
        ...{ method: "GET", key: "", most: MOST_LIST_BYTES },
        query: { versions: "", "encoding-type": "url", "max-keys": LIST_KEYS, prefix: this.#key(prefix), ...marker },
      });
      const document = answer.status === 200 ? parseXml(new TextDecoder().decode(answer.bytes)) : undefined;
      if (document?.name !== "ListVersionsResult") throw this.odd(answer, prefix);
      const found = document.children.filter(({ name }) => name === "Version");
      for (const each of found) {
        const key = decodedKey(textOf(each, "Key") ?? "");
        if (key === undefined || !listed.take(key, textOf(each, "VersionId"))) throw this.odd(answer, prefix);
      }
      yield found;
      if (!this.#goesOn(document, answer, prefix)) return;
      const key = decodedKey(textOf(document, "NextKeyMarker") ?? "") ?? "";
      const next = { "key-marker": key, "version-id-marker": textOf(document, "NextVersionIdMarker") ?? "" };
      if (key === "" || !markers.take(key, next["version-id-marker"])) throw this.odd(answer, prefix);
      marker = next;
    }
  }

  /** The name in the store of a key as a list has it. */
  nameOf(key: string | undefined): string | undefined {
    const decoded = key === undefined ? undefined : decodedKey(key);
    const root = this.#address.prefix;
    return decoded?.startsWith(root) === true ? decoded.slice(root.length) : undefined;
  }

  /** By names; the next page is asked for while one is used. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let next: Promise<Page> | undefined = this.#page(prefix, undefined);
    const listed = new Rising();
    while (next !== undefined) {
      const page: Page = await next;
      // Twice the same would count twice, and never end.
      if (!page.objects.every(({ name }) => listed.take(name))) throw this.#unasked();
      next = page.token === undefined ? undefined : this.#page(prefix, page.token);
      // An error is thrown where the page is needed.
      next?.catch(() => undefined);
      yield* page.objects;
    }
  }

  async #page(prefix: string, token: string | undefined): Promise<Page> {
    const answer = await this.#client.send({
      ...{ method: "GET", key: "", most: MOST_LIST_BYTES },
      query: {
        ...{ "list-type": "2", "encoding-type": "url", "max-keys": LIST_KEYS, prefix: this.#key(prefix) },
        ...(token === undefined ? {} : { "continuation-token": token }),
      },
    });
    const document = answer.status === 200 ? parseXml(new TextDecoder().decode(answer.bytes)) : undefined;
    if (document?.name !== "ListBucketResult") throw this.odd(answer, prefix);
    const objects = document.children
      .filter(({ name }) => name === "Contents")
      .map((each) => this.#listed(each, prefix));
    if (!this.#goesOn(document, answer, prefix)) return { objects, token: undefined };
    const more = textOf(document, "NextContinuationToken");
    if (more === undefined || more === "" || more.length > MOST_TOKEN || objects.length === 0)
      throw this.odd(answer, prefix);
    return { objects, token: more };
  }

  /** Whether there is another page. A list that does not say it clearly could be short. */
  #goesOn(document: XmlElement, answer: S3Answer, prefix: string): boolean {
    const [truncated, ...others] = document.children.filter(({ name }) => name === "IsTruncated");
    if (others.length > 0 || (truncated?.text !== "true" && truncated?.text !== "false"))
      throw this.odd(answer, prefix);
    const goesOn = truncated.text === "true";
    const leads = ["NextContinuationToken", "NextKeyMarker"].some((name) => (textOf(document, name) ?? "") !== "");
    if (leads && !goesOn) throw this.odd(answer, prefix);
    return goesOn;
  }

  #listed(element: XmlElement, prefix: string): StoredObject {
    const key = decodedKey(textOf(element, "Key") ?? "");
    const size = Number(textOf(element, "Size") ?? Number.NaN);
    const root = this.#address.prefix;
    if (key === undefined || !key.startsWith(root + prefix) || !Number.isSafeInteger(size) || size < 0) {
      throw this.#unasked();
    }
    return { name: key.slice(root.length), size };
  }

  #unasked(): GaitError {
    return new GaitError(
      "store_refused",
      `${this.#address.text} is listed with a name that was not asked for, or twice`,
      {
        hint: "Is the server one that speaks S3?",
      },
    );
  }

  #key(name: string): string {
    return this.#address.prefix + name;
  }

  odd({ status, code }: S3Answer, name: string): GaitError {
    return new GaitError(
      "store_refused",
      `${this.path(name)}: the store answers ${`${status} ${code}`.trim()}, which means nothing here`,
      {
        hint: "Is the server one that speaks S3?",
      },
    );
  }
}

interface Page {
  readonly objects: readonly StoredObject[];
  readonly token: string | undefined;
}

/** Of a part: its first and last byte, and the size of the whole. */
function rangeOf({
  headers,
}: S3Answer): { readonly start: number; readonly end: number; readonly size: number } | undefined {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "");
  return found === null ? undefined : { start: Number(found[1]), end: Number(found[2]), size: Number(found[3]) };
}

function versionQuery(version: string | undefined): Readonly<Record<string, string>> {
  return version === undefined ? {} : { versionId: version };
}

function decodedKey(text: string): string | undefined {
  try {
    // `encoding-type=url`: a space may be a plus.
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    return undefined;
  }
}

function base64OfHex(hex: string): string {
  return Uint8Array.fromHex(hex).toBase64();
}
