/** Objects that are put in parts into Ceph's gateway. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { AwsClient } from "aws4fetch";
import { bytesSource } from "../../../../src/core/bytes/source.ts";
import { bucketStore } from "../../../../src/host/store/bucket.ts";
import type { Bucket } from "../../../../src/net/s3/bucket.ts";
import type { Ceph } from "./ceph.ts";
import { bucketAt, type Keys, type LargeObject, largeObject } from "./large-object.ts";

async function whole(bucket: Bucket): Promise<string> {
  const { size = 0 } = (await bucket.first("large", 1)) ?? {};
  return new Bun.CryptoHasher("sha256").update((await bucket.first("large", size))?.bytes ?? "").digest("hex");
}

/** @param ceph with the buckets `evidence` and, with locks, `locked` */
export function testParts(ceph: () => Ceph): void {
  let large: LargeObject;
  let keys: Keys;
  beforeAll(() => {
    large = largeObject();
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = ceph().env;
    keys = { accessKeyId, secretAccessKey };
  });
  afterAll(() => large?.remove());
  const url = () => ceph().env["AWS_ENDPOINT_URL_S3"] ?? "";

  test("it has all bytes, and nothing is left over", async () => {
    const bucket = bucketAt(url(), "evidence", keys);
    expect(await bucket.create("large", { body: large.file, sha256: large.sha256 })).toBe(true);
    expect(await whole(bucket)).toBe(large.sha256);
    const open = await new AwsClient({ ...keys, service: "s3", region: "default" }).fetch(`${url()}/evidence?uploads=`);
    expect(await open.text()).not.toContain("<Upload>");
  });

  test("it is locked", async () => {
    const bucket = bucketAt(url(), "locked", keys);
    const until = Date.now() + 200 * 86_400_000;
    const store = bucketStore(bucket, "s3://locked/parts");
    const lock = { mode: "governance", until, isHeld: true } as const;
    expect(await store.createFrom("large", bytesSource(large.bytes), large.sha256, lock)).toBe(true);
    expect(await store.createFrom("large", bytesSource(large.bytes), large.sha256, lock)).toBe(false);
    expect(await whole(bucket)).toBe(large.sha256);
    const there = (await bucket.first("large", 1))?.lock;
    expect(there).toMatchObject({ mode: "governance", isHeld: true });
    expect(Math.abs((there?.until ?? 0) - until)).toBeLessThan(1000);
  });
}
