/** Objects by the S3 API, of a server that does as it should, and of servers that do not. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type AddressInfo, createServer } from "node:net";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { bucketStore } from "../../../src/host/store/bucket.ts";
import type { Bucket } from "../../../src/net/s3/bucket.ts";
import { BLOCK_BYTES, ObjectSource } from "../../../src/net/s3/object-source.ts";
import { areConditionsKept, probe } from "../../../src/net/s3/probe.ts";
import { bucketOf, codeOf, etagOf, type FakeServer, fakeServer } from "./fake-server.ts";

let server: FakeServer;
let bucket: Bucket;
beforeEach(() => {
  server = fakeServer();
  bucket = bucketOf(server);
});
afterEach(() => server.stop());

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const body = (text: string) => ({ body: bytes(text), sha256: sha256Hex(hostPlatform, bytes(text)) });
const put = (key: string, text: string): void => void server.objects.set(`prefix/${key}`, bytes(text));
const busy = (code: number): Response => new Response("<Error><Code>SlowDown</Code></Error>", { status: code });

/** Answers so the first `times`, and then as it should. */
function first(times: number, answer: (serve: () => Promise<Response>) => Promise<Response> | Response): void {
  let left = times;
  server.lie = (_, __, serve) => {
    left -= 1;
    return left >= 0 ? answer(serve) : undefined;
  };
}

describe("a server that does as it should", () => {
  test("create, once; first and part; has; replace", async () => {
    expect(await bucket.create("a", body("one"))).toBe(true);
    expect(await bucket.create("a", body("two"))).toBe(false);
    expect(await bucket.first("a", 100)).toMatchObject({ bytes: bytes("one"), size: 3, etag: etagOf(bytes("one")) });
    expect(await bucket.first("a", 2)).toMatchObject({ bytes: bytes("on"), size: 3, etag: etagOf(bytes("one")) });
    expect(await bucket.part("a", { start: 1, end: 3, etag: etagOf(bytes("one")) })).toEqual(bytes("ne"));
    expect(await bucket.first("b", 2)).toBeUndefined();
    expect([await bucket.has("a"), await bucket.has("b")]).toEqual([true, false]);
    await bucket.replace("a", body("three"));
    expect(server.objects.get("prefix/a")).toEqual(bytes("three"));
  });

  test("nothing in it", async () => {
    put("a", "");
    expect(await bucket.first("a", 10)).toMatchObject({ size: 0, bytes: new Uint8Array(0) });
  });

  test("a list of many pages, below the prefix alone", async () => {
    server.pageKeys = 3;
    for (let at = 0; at < 10; at += 1) put(`packs/${at} é+&`, "x".repeat(at));
    put("other", "x");
    server.objects.set("elsewhere", bytes("x"));
    const listed = await Array.fromAsync(bucket.list("packs/"));
    expect(listed).toEqual(Array.from({ length: 10 }, (_, at) => ({ name: `packs/${at} é+&`, size: at })));
    expect(await Array.fromAsync(bucket.list("nothing/"))).toEqual([]);
  });

  test("names are kept: by racing, and then by one request", async () => {
    expect(await probe(bucket, hostPlatform)).toBe("kept");
    expect(await areConditionsKept(bucket, hostPlatform)).toBe(true);
    server.log.length = 0;
    expect(await areConditionsKept(bucket, hostPlatform)).toBe(true);
    expect(server.log).toEqual(["PUT prefix/.gait-probe/conditions"]);
  });
});

describe("a server that knows no conditions", () => {
  test("is found out, and a store in it says so", async () => {
    server.ignoresConditions = true;
    expect(await probe(bucket, hostPlatform)).toBe("ignored");
    expect(await areConditionsKept(bucket, hostPlatform)).toBe(false);
    expect(await bucketStore(bucket, "s3://bucket/prefix").keepsNames(true)).toBe(false);
  });

  test("what is there stays as it is all the same", async () => {
    server.ignoresConditions = true;
    put("packs/a.zip.sig", "first");
    const store = bucketStore(bucket, "s3://bucket/prefix");
    expect(await store.create("packs/a.zip.sig", bytes("second"), { lasting: true })).toBe(false);
    expect(server.objects.get("prefix/packs/a.zip.sig")).toEqual(bytes("first"));
  });
});

describe("no answer, or one that says to come again", () => {
  for (const status of [500, 503, 429]) {
    test(`${status}, twice`, async () => {
      put("a", "one");
      first(2, () => busy(status));
      expect(await bucket.first("a", 10)).toMatchObject({ size: 3 });
      expect(server.log).toHaveLength(3);
    });
  }

  test.each([
    ["by its length", "content-length: 10\r\n"],
    ["by its place, where the end of the connection is the end of the answer", ""],
  ])("a cut answer is asked for again: told %s", async (_, length) => {
    let connections = 0;
    const raw = createServer((socket) => {
      socket.once("data", () => {
        connections += 1;
        const content = connections < 3 ? "0123" : "0123456789";
        const head = `HTTP/1.1 206 Partial Content\r\netag: "x"\r\n${length}content-range: bytes 0-9/10\r\nconnection: close\r\n`;
        socket.end(`${head}\r\n${content}`);
      });
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
    const { port } = raw.address() as AddressInfo;
    try {
      const read = await bucketOf({ url: `http://127.0.0.1:${port}` }).first("a", 10);
      expect(read).toMatchObject({ bytes: bytes("0123456789") });
      expect(connections).toBeGreaterThanOrEqual(3);
    } finally {
      raw.close();
    }
  });

  test("always: unreachable, in the end", async () => {
    server.lie = () => busy(503);
    expect(await codeOf(() => bucket.first("a", 10))).toBe("store_unreachable");
    expect(server.log).toHaveLength(6);
  });

  test("nobody there", async () => {
    server.stop();
    expect(await codeOf(() => bucket.first("a", 10))).toBe("store_unreachable");
  });

  test("a PUT whose answer was lost is not sent again before it was looked at", async () => {
    const store = bucketStore(bucket, "s3://bucket/prefix");
    first(1, async (serve) => {
      await serve();
      return busy(500);
    });
    expect(await store.create("collections/c/commits/0", bytes("mine"), { lasting: true })).toBe(true);
    expect(server.log.filter((line) => line.startsWith("PUT"))).toHaveLength(1);
    // The one of somebody else is a lost race.
    server.objects.clear();
    first(1, () => {
      put("collections/c/commits/1", "theirs");
      return busy(500);
    });
    expect(await store.create("collections/c/commits/1", bytes("mine"), { lasting: true })).toBe(false);
    // None at all: it is sent again.
    first(1, () => busy(500));
    expect(await store.create("collections/c/commits/2", bytes("mine"), { lasting: true })).toBe(true);
    expect(server.objects.get("prefix/collections/c/commits/2")).toEqual(bytes("mine"));
  });
});

describe("answers that are refused", () => {
  const error = (status: number, code: string, headers = {}): Response =>
    new Response(`<Error><Code>${code}</Code></Error>`, { status, headers });
  const REFUSED: readonly (readonly [string, () => Response])[] = [
    ["403", () => error(403, "AccessDenied")],
    ["no bucket", () => error(404, "NoSuchBucket")],
    ["a redirect", () => error(301, "PermanentRedirect", { "x-amz-bucket-region": "eu-central-1" })],
    ["a redirect to a trap", () => new Response(null, { status: 307, headers: { location: "http://127.0.0.1:1/" } })],
    ["400", () => error(400, "InvalidArgument")],
    ["501", () => error(501, "NotImplemented")],
    [
      "more than was asked for",
      () => new Response("x".repeat(100), { status: 206, headers: { "content-range": "bytes 0-9/10" } }),
    ],
    ["another part", () => new Response("x", { status: 206, headers: { "content-range": "bytes 5-5/10" } })],
    ["a part of no size", () => new Response("xxxxxxxxxx", { status: 206 })],
    ["204", () => new Response(null, { status: 204 })],
  ];
  for (const [name, answer] of REFUSED) {
    test(name, async () => {
      put("a", "0123456789");
      server.lie = answer;
      expect(await codeOf(() => bucket.first("a", 10))).toBe("store_refused");
      expect(server.log).toHaveLength(1);
    });
  }

  test("a redirect names the region", async () => {
    server.lie = () => error(301, "PermanentRedirect", { "x-amz-bucket-region": "eu-central-1" });
    const thrown = await bucket.first("a", 10).catch((each: unknown) => each);
    expect((thrown as { hint: string }).hint).toContain("AWS_REGION=eu-central-1");
  });
});

describe("rights that are few", () => {
  test("who may put and not look puts, once", async () => {
    server.lie = (request) => (request.method === "HEAD" ? new Response(null, { status: 403 }) : undefined);
    const store = bucketStore(bucket, "s3://bucket/prefix");
    const source = bytesSource(bytes("pack"));
    const { sha256 } = body("pack");
    expect(await store.createFrom("packs/a.zip", source, sha256)).toBe(true);
    expect(await store.createFrom("packs/a.zip", source, sha256)).toBe(false);
    expect(await store.create("packs/a.zip.sig", bytes("s"), { lasting: true })).toBe(true);
    expect(await store.create("packs/a.zip.sig", bytes("t"), { lasting: true })).toBe(false);
  });

  test("who may not ask for locks is not told that there are none to be had", async () => {
    for (const status of [403, 405, 501]) {
      server.lie = () => new Response("<Error><Code>AccessDenied</Code></Error>", { status });
      expect(await bucketStore(bucket, "s3://bucket/prefix").locks?.areOn()).toBe(false);
    }
  });
});

/** The right bytes, said to be from somewhere else. */
async function moved(serve: () => Promise<Response>): Promise<Response> {
  const answer = await serve();
  const headers = new Headers(answer.headers);
  const [, size] = (headers.get("content-range") ?? "").split("/");
  headers.set("content-range", `bytes 0-${BLOCK_BYTES - 1}/${size}`);
  return new Response(await answer.bytes(), { status: answer.status, headers });
}

describe("an object that is larger than one answer", () => {
  const large = new Uint8Array(BLOCK_BYTES * 3 + 12_345);
  for (let at = 0; at < large.length; at += 997) large[at] = at;
  const store = () => bucketStore(bucket, "s3://bucket/prefix");

  test("is read in any order, and hashed whole", async () => {
    server.objects.set("prefix/large", large);
    const { source, digest, whole } = await store().open("large");
    expect([source.size, whole]).toEqual([large.length, undefined]);
    for (const [offset, length] of [
      [large.length - 5, 5],
      [BLOCK_BYTES - 3, 6],
      [0, 10],
      [BLOCK_BYTES * 2 - 1, BLOCK_BYTES + 100],
      [7, 0],
    ] as const) {
      expect(Buffer.compare(await source.read(offset, length), large.subarray(offset, offset + length))).toBe(0);
    }
    expect(await digest?.()).toBe(sha256Hex(hostPlatform, large));
    expect(await codeOf(async () => source.read(large.length, 1))).toBe("input_changed");
  });

  test("that is read forward is asked for once, the end of it twice", async () => {
    const blocks = 20;
    const asked = new Map<number, number>();
    const read = async (start: number, end: number) => {
      asked.set(start / BLOCK_BYTES, (asked.get(start / BLOCK_BYTES) ?? 0) + 1);
      return new Uint8Array(end - start);
    };
    const size = blocks * BLOCK_BYTES;
    const source = new ObjectSource("o", { size, bytes: new Uint8Array(BLOCK_BYTES) }, read, hostPlatform);
    // As a pack is read: its beginning, its end, and then all of it.
    for (const at of [0, blocks - 1, blocks - 2, blocks - 1]) await source.read(at * BLOCK_BYTES, 100);
    for (let block = 0; block < blocks; block += 1) {
      for (const at of [0, BLOCK_BYTES / 2]) await source.read(block * BLOCK_BYTES + at, BLOCK_BYTES / 2);
    }
    await source.digest();
    expect([...asked].flatMap(([block, times]) => (times > 1 ? [block] : [])).toSorted((a, b) => a - b)).toEqual([
      blocks - 2,
      blocks - 1,
    ]);
    expect([...asked.values()].every((times) => times <= 2)).toBe(true);
  });

  test("is read at the place that was asked for, and no other", async () => {
    server.objects.set("prefix/large", large);
    const { source } = await store().open("large");
    server.lie = (_, __, serve) => moved(serve);
    expect(await codeOf(async () => source.read(BLOCK_BYTES * 2, 10))).toBe("store_refused");
  });

  test("that becomes another one while it is read", async () => {
    server.objects.set("prefix/large", large);
    const { source } = await store().open("large");
    server.objects.set("prefix/large", large.slice(1));
    expect(await codeOf(async () => source.read(BLOCK_BYTES * 2, 10))).toBe("input_changed");
  });

  test("that a server shows as two under one ETag", async () => {
    server.objects.set("prefix/large", new Uint8Array(BLOCK_BYTES * 8));
    const { source } = await store().open("large");
    for (let block = 0; block < 8; block += 1) await source.read(block * BLOCK_BYTES, 1);
    server.lie = async (_, __, serve) => {
      const answer = await serve();
      const other = await answer.bytes();
      other[9] = 1;
      return new Response(other, { status: answer.status, headers: answer.headers });
    };
    expect(await codeOf(async () => source.read(BLOCK_BYTES, 1))).toBe("input_changed");
  });

  test("is put from a file, with its digest", async () => {
    const source = { size: large.length, read: (at: number, length: number) => large.subarray(at, at + length) };
    expect(await codeOf(() => store().createFrom("large", source, "0".repeat(64)))).toBe("input_changed");
    expect(server.objects.size).toBe(0);
    expect(await store().createFrom("large", source, sha256Hex(hostPlatform, large))).toBe(true);
    expect(Buffer.compare(server.objects.get("prefix/large") ?? bytes(""), large)).toBe(0);
  });
});
