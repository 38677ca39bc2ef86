/** Objects that are put in parts, as those above 5 GiB are: against Ceph's gateway, and against servers that fail in the middle. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { bytesSource } from "../../../../src/core/bytes/source.ts";
import { bucketStore } from "../../../../src/host/store/bucket.ts";
import { parseAddress } from "../../../../src/net/s3/address.ts";
import { Bucket } from "../../../../src/net/s3/bucket.ts";
import { S3Client } from "../../../../src/net/s3/client.ts";
import { codeOf } from "../../../net/s3/fake-server.ts";
import { type Ceph, hasCeph, startCeph } from "./ceph.ts";

const MiB = 1024 * 1024;
/** Ceph takes no smaller parts but the last, as AWS. */
const SIZES = { put: 8 * MiB, part: 5 * MiB };

let folder: string;
let file: Blob;
let bytes: Uint8Array<ArrayBuffer>;
let sha256: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-parts-"));
  bytes = new Uint8Array(12 * MiB + 345);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  writeFileSync(join(folder, "large"), bytes);
  file = Bun.file(join(folder, "large"));
  sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
});
afterAll(() => rmSync(folder, { recursive: true }));

function bucketAt(url: string, name: string, keys: { accessKeyId: string; secretAccessKey: string }): Bucket {
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

async function whole(bucket: Bucket): Promise<string> {
  const { size = 0 } = (await bucket.first("large", 1)) ?? {};
  return new Bun.CryptoHasher("sha256").update((await bucket.first("large", size))?.bytes ?? "").digest("hex");
}

describe.skipIf(!hasCeph())("of Ceph's gateway", () => {
  let ceph: Ceph;
  let keys: { accessKeyId: string; secretAccessKey: string };
  beforeAll(async () => {
    ceph = await startCeph();
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = ceph.env;
    keys = { accessKeyId, secretAccessKey };
    await ceph.makeBucket("evidence");
    await ceph.makeBucket("locked", { locks: true });
  }, 120_000);
  afterAll(() => ceph?.stop());
  const url = () => ceph.env["AWS_ENDPOINT_URL_S3"] ?? "";

  test("it has all bytes, and nothing is left over", async () => {
    const bucket = bucketAt(url(), "evidence", keys);
    expect(await bucket.create("large", { body: file, sha256 })).toBe(true);
    expect(await whole(bucket)).toBe(sha256);
    const open = await new AwsClient({ ...keys, service: "s3", region: "default" }).fetch(`${url()}/evidence?uploads=`);
    expect(await open.text()).not.toContain("<Upload>");
  });

  test("it is locked", async () => {
    const bucket = bucketAt(url(), "locked", keys);
    const until = Date.now() + 200 * 86_400_000;
    const store = bucketStore(bucket, "s3://locked/parts");
    const lock = { mode: "governance", until, isHeld: true } as const;
    expect(await store.createFrom("large", bytesSource(bytes), sha256, lock)).toBe(true);
    expect(await store.createFrom("large", bytesSource(bytes), sha256, lock)).toBe(false);
    expect(await whole(bucket)).toBe(sha256);
    const there = (await bucket.first("large", 1))?.lock;
    expect(there).toMatchObject({ mode: "governance", isHeld: true });
    expect(Math.abs((there?.until ?? 0) - until)).toBeLessThan(1000);
  });
});

describe("of a server that", () => {
  let parts: Map<string, Uint8Array>;
  let log: string[];
  let lie: (request: Request, what: string) => Response | undefined;
  let server: Bun.Server<undefined>;
  let bucket: Bucket;
  const error = (status: number, code: string) => new Response(`<Error><Code>${code}</Code></Error>`, { status });
  beforeEach(() => {
    [parts, log, lie] = [new Map(), [], () => undefined];
    server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      maxRequestBodySize: 64 * MiB,
      async fetch(request) {
        const { searchParams } = new URL(request.url);
        const body = new Uint8Array(await request.arrayBuffer());
        const part = searchParams.get("partNumber");
        const what = part === null ? `${request.method}${searchParams.has("uploads") ? " begin" : ""}` : `part ${part}`;
        log.push(what);
        const lied = lie(request, what);
        if (lied !== undefined) return lied;
        if (what === "POST begin")
          return new Response(
            "<InitiateMultipartUploadResult><UploadId>u&amp;1</UploadId></InitiateMultipartUploadResult>",
          );
        if (searchParams.get("uploadId") !== "u&1") return error(404, "NoSuchUpload");
        if (part !== null) {
          parts.set(part, body);
          return new Response(null, { headers: { etag: `"etag-${part}"` } });
        }
        if (request.method === "DELETE") return new Response(null, { status: 204 });
        expect(request.headers.get("if-none-match")).toBe("*");
        expect(new TextDecoder().decode(body)).toContain('<PartNumber>3</PartNumber><ETag>"etag-3"</ETag>');
        return new Response(
          "<?xml version='1.0'?>\n  <CompleteMultipartUploadResult></CompleteMultipartUploadResult>\n",
        );
      },
    });
    bucket = bucketAt(`http://127.0.0.1:${server.port}`, "bucket", { accessKeyId: "a", secretAccessKey: "b" });
  });
  afterEach(() => void server.stop(true));
  const create = () => bucket.create("large", { body: file, sha256 });

  test("does as it should gets three parts", async () => {
    expect(await create()).toBe(true);
    expect(log).toEqual(["POST begin", "part 1", "part 2", "part 3", "POST"]);
    expect(Buffer.compare(Buffer.concat([...parts.values()]), bytes)).toBe(0);
  });

  test("loses a part gets it again", async () => {
    let isLost = true;
    lie = (_, what) => {
      if (what !== "part 2" || !isLost) return undefined;
      isLost = false;
      return error(503, "SlowDown");
    };
    expect(await create()).toBe(true);
    expect(log).toEqual(["POST begin", "part 1", "part 2", "part 2", "part 3", "POST"]);
  });

  for (const [name, answer, outcome] of [
    ["has the name by now", () => error(412, "PreconditionFailed"), false],
    ["writes it at this moment", () => error(409, "ConditionalRequestConflict"), "unknown"],
    ["gives no answer at the end", () => error(500, "InternalError"), "unknown"],
  ] as const) {
    test(name, async () => {
      lie = (request, what) => (request.method === "POST" && what === "POST" ? answer() : undefined);
      expect(await create()).toBe(outcome);
      expect(log.filter((each) => each === "DELETE")).toHaveLength(outcome === false ? 1 : 0);
    });
  }

  for (const [name, at, answer] of [
    [
      "begins nothing",
      "POST begin",
      () => new Response("<InitiateMultipartUploadResult></InitiateMultipartUploadResult>"),
    ],
    ["refuses the beginning", "POST begin", () => error(403, "AccessDenied")],
    ["refuses a part", "part 2", () => error(403, "AccessDenied")],
    ["gives a part no tag", "part 2", () => new Response(null)],
    ["gives a part a tag that is XML", "part 2", () => new Response(null, { headers: { etag: "</ETag>" } })],
    [
      "says after its 200 that it could not",
      "POST",
      () => new Response("  \n<Error><Code>InternalError</Code></Error>"),
    ],
    ["says nothing after its 200", "POST", () => new Response("")],
  ] as const) {
    test(`${name} has no object, and the parts are given back`, async () => {
      lie = (_, what) => (what === at ? answer() : undefined);
      expect(await codeOf(create)).toBe("store_refused");
      expect(log.filter((each) => each === "DELETE")).toHaveLength(at === "POST begin" ? 0 : 1);
    });
  }
});
