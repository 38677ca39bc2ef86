/** Lists of a bucket: whole, or refused. A short list that passes for a whole one hides what is not in it. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { Bucket } from "../../../src/net/s3/bucket.ts";
import { bucketLocks } from "../../../src/net/s3/locks.ts";
import { bucketOf, codeOf, type FakeServer, fakeServer } from "./fake-server.ts";

let server: FakeServer;
let bucket: Bucket;
beforeEach(() => {
  server = fakeServer();
  bucket = bucketOf(server);
});
afterEach(() => server.stop());

const of = (key: string, size = "1"): string =>
  `<Contents><Key>prefix/packs/${key}</Key><Size>${size}</Size></Contents>`;
const truncated = (text: string): string => `<IsTruncated>${text}</IsTruncated>`;
const token = (text: string): string => `<NextContinuationToken>${text}</NextContinuationToken>`;
const list = (...parts: string[]): string => `<ListBucketResult>${parts.join("")}</ListBucketResult>`;
const END = truncated("false");
const ON = truncated("true");

/** Answers by the token of the request: one page after the other. */
function pages(texts: Readonly<Record<string, string>>): void {
  server.lie = (request) => new Response(texts[new URL(request.url).searchParams.get("continuation-token") ?? ""]);
}
const read = () => codeOf(() => Array.fromAsync(bucket.list("packs/")));

describe("one page", () => {
  for (const [name, text] of Object.entries({
    "with two": list(END, of("a"), of("b")),
    "with nothing": list(END),
    "with a token that is empty": list(END, token(""), of("a")),
    // UTF-8 has this order, UTF-16 the other.
    "in the order of UTF-8": list(END, of(encodeURIComponent("\uffee")), of(encodeURIComponent("\u{1f4e6}"))),
  })) {
    test(name, async () => {
      pages({ "": text });
      expect(await read()).toBe("nothing was thrown");
    });
  }

  for (const [name, text] of Object.entries({
    "no XML": "hello",
    "XML of something else": "<ListAllMyBucketsResult></ListAllMyBucketsResult>",
    cut: `<ListBucketResult>${END}${of("a")}`,
    "a name that was not asked for": list(END, "<Contents><Key>other/a</Key><Size>1</Size></Contents>"),
    "a size that is none": list(END, of("a", "-1")),
    "that does not say whether it is whole": list(of("a")),
    "that says it twice": list(END, ON, token("t"), of("a")),
    "that says True": list(truncated("True"), token("t"), of("a")),
    "that says 1": list(truncated("1"), of("a")),
    "that says nothing": list(truncated(""), of("a")),
    "whole, and a token for more": list(END, token("t"), of("a")),
    "more, and no token": list(ON, of("a")),
    "more, and an empty token": list(ON, token(""), of("a")),
    "more, and nothing yet": list(ON, token("t")),
    "a name twice": list(END, of("a"), of("a")),
    "names that fall": list(END, of("b"), of("a")),
  })) {
    test(`${name} is refused`, async () => {
      pages({ "": text });
      expect(await read()).toBe("store_refused");
    });
  }
});

describe("pages", () => {
  test("that rise", async () => {
    pages({ "": list(ON, token("1"), of("a")), 1: list(ON, token("2"), of("b")), 2: list(END, of("c")) });
    expect((await Array.fromAsync(bucket.list("packs/"))).map(({ name }) => name)).toEqual([
      "packs/a",
      "packs/b",
      "packs/c",
    ]);
  });

  test("of the same token are refused", async () => {
    pages({ "": list(ON, token("1"), of("a")), 1: list(ON, token("1"), of("a")) });
    expect(await read()).toBe("store_refused");
  });

  test("that go round are refused, whatever their tokens", async () => {
    pages({
      "": list(ON, token("1"), of("a")),
      1: list(ON, token("2"), of("b")),
      2: list(ON, token("1"), of("a")),
    });
    expect(await read()).toBe("store_refused");
    expect(server.log.length).toBeLessThan(6);
  });

  test("that tell a name again are refused", async () => {
    pages({ "": list(ON, token("1"), of("a"), of("b")), 1: list(END, of("b"), of("c")) });
    expect(await read()).toBe("store_refused");
  });
});

describe("versions", () => {
  const version = (key: string, id: string): string =>
    `<Version><Key>prefix/packs/${key}</Key><VersionId>${id}</VersionId><IsLatest>true</IsLatest></Version>`;
  const next = (key: string, id: string): string =>
    `<NextKeyMarker>prefix/packs/${key}</NextKeyMarker><NextVersionIdMarker>${id}</NextVersionIdMarker>`;
  const versions = (...parts: string[]): string => `<ListVersionsResult>${parts.join("")}</ListVersionsResult>`;
  const hidden = (texts: Readonly<Record<string, string>>) => {
    server.lie = (request) => {
      const { searchParams } = new URL(request.url);
      return new Response(
        texts[`${searchParams.get("key-marker") ?? ""} ${searchParams.get("version-id-marker") ?? ""}`],
      );
    };
    return codeOf(() => bucketLocks(bucket, hostPlatform).hidden(new Set(["0".repeat(64)])));
  };
  const at = (key: string, id: string): string => `prefix/packs/${key} ${id}`;

  test("of one name, on pages of one", async () => {
    const told = await hidden({
      " ": versions(ON, next("a", "1"), version("a", "1")),
      [at("a", "1")]: versions(ON, next("a", "2"), version("a", "2")),
      [at("a", "2")]: versions(END, version("b", "1")),
    });
    expect(told).toBe("nothing was thrown");
  });

  for (const [name, texts] of Object.entries({
    "that go round": {
      " ": versions(ON, next("a", "1"), version("a", "1")),
      [at("a", "1")]: versions(ON, next("a", "2"), version("a", "2")),
      [at("a", "2")]: versions(ON, next("a", "1"), version("a", "1")),
    },
    "that go round, with nothing on them": {
      " ": versions(ON, next("a", "1")),
      [at("a", "1")]: versions(ON, next("b", "1")),
      [at("b", "1")]: versions(ON, next("a", "1")),
    },
    "that do not say whether they are whole": { " ": versions(version("a", "1")) },
    "whole, and a marker for more": { " ": versions(END, next("a", "1"), version("a", "1")) },
    "one of them twice": { " ": versions(END, version("a", "1"), version("a", "1")) },
  })) {
    test(`${name} are refused`, async () => expect(await hidden(texts)).toBe("store_refused"));
  }
});
