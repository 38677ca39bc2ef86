/** An object that is too large for one request: begun, sent in parts, and ended (S3 API, multipart uploads). Nobody sees it before its end. */
import { GaitError } from "../../core/finding/error.ts";
import type { ObjectLock } from "../../core/store/lock.ts";
import { parseXml, textOf } from "./answer-xml.ts";
import { NoAnswer, type S3Answer, type S3Request } from "./client.ts";
import { lockHeaders } from "./lock-headers.ts";

const MOST_BYTES = 64 * 1024;
const MOST_PARTS = 10_000;

/** Requests about the one object, and what to say of an answer that means nothing. */
export interface ObjectRequests {
  ask(request: Omit<S3Request, "key">): Promise<S3Answer>;
  odd(answer: S3Answer): GaitError;
}

export interface LargeBody {
  readonly body: Blob;
  readonly lock: ObjectLock | undefined;
}

/**
 * Creates the object where there is none: the condition stands at the end, and servers are known that do not look at it
 * there (Ceph 16), so the caller looks first.
 * @param partBytes bytes of each part but the last, at least 5 MiB for most servers
 * @returns whether it did; `unknown` where no answer came: it may be there
 */
export async function createInParts(
  object: ObjectRequests,
  { body, lock }: LargeBody,
  partBytes: number,
): Promise<boolean | "unknown"> {
  if (body.size > partBytes * MOST_PARTS) {
    throw new GaitError("unsupported", `an object of ${body.size} bytes is larger than ${MOST_PARTS} parts`, {
      hint: "Keep it in a folder store.",
    });
  }
  const headers = lock === undefined ? {} : lockHeaders(lock);
  const begun = await object.ask({ method: "POST", query: { uploads: "" }, headers, most: MOST_BYTES });
  const uploadId = textOf(xmlOf(begun, "InitiateMultipartUploadResult"), "UploadId") ?? "";
  if (begun.status !== 200 || uploadId === "" || uploadId.length > 2048) throw object.odd(begun);
  let isEnded = false;
  try {
    const parts: string[] = [];
    for (let from = 0; from < body.size; from += partBytes) {
      const part = body.slice(from, Math.min(from + partBytes, body.size));
      const query = { partNumber: String(parts.length + 1), uploadId };
      const { sha256, md5 } = await digestsOf(part);
      // What is locked has to come with a digest that every server knows.
      const sent = { method: "PUT", query, body: part, sha256, headers: { "content-md5": md5 } } as const;
      const answer = await object.ask({ ...sent, most: MOST_BYTES });
      const etag = answer.headers.get("etag") ?? "";
      if (answer.status !== 200 || !/^"?[A-Za-z0-9+/=_-]{1,200}"?$/.test(etag)) throw object.odd(answer);
      parts.push(`<Part><PartNumber>${parts.length + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    }
    const outcome = await ended(object, uploadId, parts);
    isEnded = outcome !== false;
    return outcome;
  } finally {
    // Parts of what was not ended cost money: they are given back, if these credentials may; else the bucket's rules do it.
    if (!isEnded) await object.ask({ method: "DELETE", query: { uploadId }, most: MOST_BYTES }).catch(() => undefined);
  }
}

async function ended(object: ObjectRequests, uploadId: string, parts: readonly string[]): Promise<boolean | "unknown"> {
  const body = new TextEncoder().encode(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
  const sha256 = new Bun.CryptoHasher("sha256").update(body).digest("hex");
  const headers = { "if-none-match": "*" };
  let answer: S3Answer;
  try {
    const request = { method: "POST", query: { uploadId }, headers, body, sha256, isRepeatable: false } as const;
    answer = await object.ask({ ...request, most: MOST_BYTES });
  } catch (error) {
    if (error instanceof NoAnswer) return "unknown";
    throw error;
  }
  if (answer.status === 412) return false;
  if (answer.status === 409) return "unknown";
  // The server may have answered before it was done, and then say in the text that it could not.
  if (answer.status === 200 && xmlOf(answer, "CompleteMultipartUploadResult") !== undefined) return true;
  throw object.odd(answer);
}

function xmlOf({ bytes }: S3Answer, name: string): ReturnType<typeof parseXml> {
  const document = parseXml(new TextDecoder().decode(bytes).trim());
  return document?.name === name ? document : undefined;
}

/** SHA-256 in lower-case hex, MD5 in base64. */
async function digestsOf(part: Blob): Promise<{ readonly sha256: string; readonly md5: string }> {
  const [sha256, md5] = [new Bun.CryptoHasher("sha256"), new Bun.CryptoHasher("md5")];
  for await (const piece of part.stream()) {
    sha256.update(piece);
    md5.update(piece);
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("base64") };
}
