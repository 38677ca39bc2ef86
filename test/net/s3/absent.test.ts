/** What is not there, or not yet, by a server that says it in an odd way. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { bucketStore } from "../../../src/host/store/bucket.ts";
import type { Bucket } from "../../../src/net/s3/bucket.ts";
import { bucketOf, codeOf, type FakeServer, fakeServer } from "./fake-server.ts";

let server: FakeServer;
let bucket: Bucket;
beforeEach(() => {
  server = fakeServer();
  bucket = bucketOf(server);
});
afterEach(() => server.stop());

test("what is not there is not there by a page that says 200, nor by 416", async () => {
  server.lie = (request) => (request.method === "GET" ? new Response("<h1>Not found</h1>") : undefined);
  expect(await codeOf(() => bucket.first("a", 100))).toBe("store_refused");
  server.lie = (request) => (request.method === "GET" ? new Response(null, { status: 416 }) : undefined);
  expect(await bucket.first("a", 100)).toBeUndefined();
});

for (const [whose, content, created] of [
  ["this call's own", "x", true],
  ["somebody else's", "other", false],
] as const)
  test(`a PUT that takes effect after it was looked at: the next one meets ${whose}`, async () => {
    let puts = 0;
    server.lie = (request, key) => {
      if (request.method === "HEAD" && puts === 1) return new Response(null, { status: 404 });
      if (request.method !== "PUT") return undefined;
      puts += 1;
      if (puts > 1) return undefined;
      server.objects.set(key, new TextEncoder().encode(content));
      return new Response(null, { status: 503 });
    };
    const store = bucketStore(bucket, "s3://bucket/prefix");
    const bytes = new TextEncoder().encode("x");
    expect(await store.create("collections/c/commits/000000000000", bytes, { lasting: true })).toBe(created);
    expect(puts).toBe(2);
  });

test("a server that has no time for the second try is not one that creates a name again", async () => {
  const store = bucketStore(bucket, "s3://bucket/prefix");
  for (const isThorough of [true, false, false]) {
    let puts = 0;
    server.lie = (request) => {
      if (request.method !== "PUT") return undefined;
      puts += 1;
      return puts === 2 || (!isThorough && puts === 1) ? new Response(null, { status: 503 }) : undefined;
    };
    expect(await store.keepsNames(isThorough)).toBe(true);
  }
  server.lie = (request) => (request.method === "PUT" ? new Response(null, { status: 503 }) : undefined);
  expect(await codeOf(() => store.keepsNames(false))).toBe("store_unreachable");
});
