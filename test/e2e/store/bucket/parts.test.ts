/** Objects that are put in parts, as those above 5 GiB are, into servers that fail in the middle. Into Ceph: `gateway.test.ts`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Bucket } from "../../../../src/net/s3/bucket.ts";
import { codeOf } from "../../../net/s3/fake-server.ts";
import { bucketAt, type LargeObject, largeObject } from "./large-object.ts";

let large: LargeObject;
beforeAll(() => {
  large = largeObject();
});
afterAll(() => large.remove());

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
      maxRequestBodySize: 64 * 1024 * 1024,
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
  const create = () => bucket.create("large", { body: large.file, sha256: large.sha256 });

  test("does as it should gets three parts", async () => {
    expect(await create()).toBe(true);
    expect(log).toEqual(["POST begin", "part 1", "part 2", "part 3", "POST"]);
    expect(Buffer.compare(Buffer.concat([...parts.values()]), large.bytes)).toBe(0);
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
