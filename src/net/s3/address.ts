/** `s3://bucket/prefix`: where a store is in object storage. */
import { GaitError } from "../../core/finding/error.ts";

export interface BucketAddress {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** Without a `/` at its end. */
  readonly text: string;
}

/** As S3 allows bucket names (general purpose buckets), without the rules that only AWS has. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Characters that need no encoding, and none that any tool for buckets reads as something else. */
const PART = /^[A-Za-z0-9._=@+,-]{1,255}$/;
const MOST_PREFIX = 500;

/** @throws GaitError `invalid_input` */
export function parseAddress(text: string): BucketAddress {
  const [bucket = "", ...parts] = text.slice("s3://".length).replace(/\/+$/, "").split("/");
  if (!text.startsWith("s3://") || !BUCKET.test(bucket)) {
    throw new GaitError("invalid_input", `${text} does not name a bucket`, {
      hint: "Write s3://bucket or s3://bucket/prefix: a bucket's name has 3 to 63 small letters, digits, dots and hyphens.",
    });
  }
  const prefix = parts.length === 0 ? "" : `${parts.join("/")}/`;
  if (prefix.length > MOST_PREFIX || parts.some((part) => !PART.test(part) || /^\.+$/.test(part))) {
    throw new GaitError("invalid_input", `the prefix in ${text} can't be one`, {
      hint: `Use letters, digits and ._=@+,- between single /, ${MOST_PREFIX} characters at most.`,
    });
  }
  return { bucket, prefix, text: `s3://${bucket}${parts.map((part) => `/${part}`).join("")}` };
}
