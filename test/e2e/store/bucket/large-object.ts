/** An object that is put in three parts: above 8 MiB, and not above 5 GiB as in the world. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../../../../src/net/s3/address.ts";
import { Bucket } from "../../../../src/net/s3/bucket.ts";
import { S3Client } from "../../../../src/net/s3/client.ts";

const MiB = 1024 * 1024;
/** Ceph takes no smaller parts but the last, as AWS. */
const SIZES = { put: 8 * MiB, part: 5 * MiB };

export interface LargeObject {
  readonly file: Blob;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  remove(): void;
}

export function largeObject(): LargeObject {
  const folder = mkdtempSync(join(tmpdir(), "gait-parts-"));
  const bytes = new Uint8Array(12 * MiB + 345);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  writeFileSync(join(folder, "large"), bytes);
  return {
    file: Bun.file(join(folder, "large")),
    bytes,
    sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function bucketAt(url: string, name: string, keys: Keys): Bucket {
  const endpoint = new URL(url);
  const place = { bucket: name, endpoint, isPathStyle: true, region: "default", authorities: undefined };
  const credentials = { ...keys, sessionToken: undefined, until: undefined };
  const client = new S3Client(
    place,
    async () => credentials,
    async () => undefined,
  );
  return new Bucket(client, parseAddress(`s3://${name}/parts`), SIZES);
}
