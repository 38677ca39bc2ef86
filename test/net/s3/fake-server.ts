/** A server on loopback that speaks as much of the S3 API as a store asks for, and lies where a test says so. */
import { GaitError } from "../../../src/core/finding/error.ts";
import { parseAddress } from "../../../src/net/s3/address.ts";
import { Bucket } from "../../../src/net/s3/bucket.ts";
import { S3Client } from "../../../src/net/s3/client.ts";

export interface FakeServer {
  readonly url: string;
  /** By key, without the bucket. */
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
  /** `METHOD key` of each request, and the headers that matter. */
  readonly log: string[];
  /** Answers in the place of the server where it returns something. */
  lie:
    | ((request: Request, key: string, serve: () => Promise<Response>) => Promise<Response> | Response | undefined)
    | undefined;
  ignoresConditions: boolean;
  /** Keys of a page of a list. */
  pageKeys: number;
  stop(): void;
}

/** @param tls with a certificate, where it is https */
export function fakeServer(tls?: Bun.TLSOptions): FakeServer {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const log: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    async fetch(request) {
      const url = new URL(request.url);
      const key = decodeURIComponent(url.pathname).replace(/^\/bucket\/?/, "");
      log.push(`${request.method} ${key}`);
      if (!(request.headers.get("authorization") ?? "").startsWith("AWS4-HMAC-SHA256 Credential=key/"))
        return new Response("<Error><Code>AccessDenied</Code></Error>", { status: 403 });
      const serve = () => served(request, url, key);
      return (await fake.lie?.(request, key, serve)) ?? (await serve());
    },
  });

  async function served(request: Request, url: URL, key: string): Promise<Response> {
    if (request.method === "PUT") return put(request, key);
    if (key === "" && request.method === "GET") return listed(url);
    const bytes = objects.get(key);
    if (bytes === undefined)
      return new Response(request.method === "HEAD" ? null : "<Error><Code>NoSuchKey</Code></Error>", { status: 404 });
    const etag = etagOf(bytes);
    if (request.headers.get("if-match") !== null && request.headers.get("if-match") !== etag)
      return new Response("<Error><Code>PreconditionFailed</Code></Error>", { status: 412 });
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
    if (first === undefined) return new Response(request.method === "HEAD" ? null : bytes, { headers: { etag } });
    if (Number(first) >= bytes.length)
      return new Response("<Error><Code>InvalidRange</Code></Error>", { status: 416, headers: { etag } });
    const part = bytes.slice(Number(first), Number(last) + 1);
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
    return new Response(part, { status: 206, headers: { etag, "content-range": range } });
  }

  async function put(request: Request, key: string): Promise<Response> {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const isConditional = request.headers.get("if-none-match") === "*" && !fake.ignoresConditions;
    if (isConditional && objects.has(key))
      return new Response("<Error><Code>PreconditionFailed</Code></Error>", { status: 412 });
    const stated = request.headers.get("x-amz-content-sha256");
    const actual = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    if (stated !== actual)
      return new Response("<Error><Code>XAmzContentSHA256Mismatch</Code></Error>", { status: 400 });
    objects.set(key, bytes);
    return new Response(null, { headers: { etag: etagOf(bytes) } });
  }

  function listed(url: URL): Response {
    const prefix = url.searchParams.get("prefix") ?? "";
    const after = url.searchParams.get("continuation-token") ?? "";
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, fake.pageKeys);
    const more = keys.length > page.length;
    const contents = page.map(
      (key) => `<Contents><Key>${encodeURIComponent(key)}</Key><Size>${objects.get(key)?.length}</Size></Contents>`,
    );
    const token = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    return new Response(
      `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${more}</IsTruncated>${token}${contents.join("")}</ListBucketResult>`,
    );
  }

  const fake: FakeServer = {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${server.port}`,
    objects,
    log,
    lie: undefined,
    ignoresConditions: false,
    pageKeys: 1000,
    stop: () => void server.stop(true),
  };
  return fake;
}

export function etagOf(bytes: Uint8Array): string {
  return `"${new Bun.CryptoHasher("md5").update(bytes).digest("hex")}"`;
}

/** A bucket of that server, which waits for nothing between tries. */
export function bucketOf(server: Pick<FakeServer, "url">, address = "s3://bucket/prefix"): Bucket {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret", sessionToken: undefined, until: undefined };
  const parsed = parseAddress(address);
  const place = {
    bucket: parsed.bucket,
    endpoint: new URL(server.url),
    isPathStyle: true,
    region: "default",
    authorities: undefined,
  };
  return new Bucket(
    new S3Client(
      place,
      async () => credentials,
      async () => undefined,
    ),
    parsed,
  );
}

/** The code of the error that the task throws. */
export async function codeOf(task: () => Promise<unknown>): Promise<string> {
  try {
    await task();
  } catch (error) {
    if (error instanceof GaitError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}
