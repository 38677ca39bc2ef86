/** Object Lock of a bucket (S3 API): retention, legal hold, and the versions that another object is on top of. */
import { GaitError } from "../../core/finding/error.ts";
import { sha256Hex } from "../../core/signature/digest.ts";
import type { ObjectLocks } from "../../core/store/lock.ts";
import { parsePackName } from "../../core/store/names.ts";
import { parseXml, textOf, type XmlElement } from "./answer-xml.ts";
import type { Bucket } from "./bucket.ts";
import type { S3Answer } from "./client.ts";
import { lockOf } from "./lock-headers.ts";
import { BLOCK_BYTES, type BlockPlatform, ObjectSource } from "./object-source.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
/** Of the bytes of XML that is sent: the S3 API asks for it here. */
const MOST_BYTES = 64 * 1024;

export function bucketLocks(bucket: Bucket, hashing: BlockPlatform): ObjectLocks {
  return {
    async areOn() {
      let answer: S3Answer;
      try {
        answer = await bucket.ask({ method: "GET", query: { "object-lock": "" }, most: MOST_BYTES });
      } catch (error) {
        // The server knows no locks, or these credentials may not ask.
        if (error instanceof GaitError && error.code === "store_refused") return false;
        throw error;
      }
      // 404: there is no such configuration.
      if (answer.status !== 200) return false;
      return textOf(parseXml(new TextDecoder().decode(answer.bytes)), "ObjectLockEnabled") === "Enabled";
    },
    async of(name) {
      const answer = await bucket.ask({ method: "HEAD", name, most: 0 });
      if (answer.status === 200) return lockOf(answer.headers);
      throw new GaitError("not_found", `${bucket.path(name)} does not exist`);
    },
    async retain(name, { mode, until }) {
      const date = new Date(until).toISOString();
      const inner = `<Mode>${mode.toUpperCase()}</Mode><RetainUntilDate>${date}</RetainUntilDate>`;
      await set(bucket, name, "retention", `<Retention xmlns="${NAMESPACE}">${inner}</Retention>`);
    },
    async hold(name, isHeld) {
      const status = `<Status>${isHeld ? "ON" : "OFF"}</Status>`;
      await set(bucket, name, "legal-hold", `<LegalHold xmlns="${NAMESPACE}">${status}</LegalHold>`);
    },
    async hidden(digests) {
      const found = new Set<string>();
      for await (const { name, version, isLatest } of versions(bucket)) {
        const sha256 = parsePackName(name)?.sha256;
        if (sha256 === undefined || isLatest || !digests.has(sha256) || found.has(sha256)) continue;
        if ((await digestOfVersion(bucket, name, version, hashing)) === sha256) found.add(sha256);
      }
      return found;
    },
  };
}

async function set(bucket: Bucket, name: string, what: "retention" | "legal-hold", xml: string): Promise<void> {
  const body = new TextEncoder().encode(xml);
  const md5 = new Bun.CryptoHasher("md5").update(body).digest("base64");
  const answer = await bucket.ask({
    ...{ method: "PUT", name, query: { [what]: "" }, body, most: MOST_BYTES, headers: { "content-md5": md5 } },
  });
  if (answer.status === 404) throw new GaitError("not_found", `${bucket.path(name)} does not exist`);
  if (answer.status !== 200 && answer.status !== 204) throw bucket.odd(answer, name);
}

interface Version {
  readonly name: string;
  readonly version: string;
  readonly isLatest: boolean;
}

async function* versions(bucket: Bucket): AsyncGenerator<Version> {
  for await (const page of bucket.versionPages("packs/")) {
    for (const element of page) {
      const name = bucket.nameOf(textOf(element, "Key"));
      const version = textOf(element, "VersionId");
      if (name !== undefined && version !== undefined) yield { name, version, isLatest: isTrue(element, "IsLatest") };
    }
  }
}

function isTrue(element: XmlElement, name: string): boolean {
  return textOf(element, name) === "true";
}

async function digestOfVersion(
  bucket: Bucket,
  name: string,
  version: string,
  hashing: BlockPlatform,
): Promise<string | undefined> {
  const first = await bucket.first(name, BLOCK_BYTES, version);
  if (first === undefined) return undefined;
  if (first.bytes.length === first.size) return sha256Hex(hashing, first.bytes);
  const read = (start: number, end: number) => bucket.part(name, { start, end, etag: first.etag, version });
  return new ObjectSource(bucket.path(name), first, read, hashing).digest();
}
