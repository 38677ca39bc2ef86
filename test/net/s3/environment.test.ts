/** What addresses and the environment say of a bucket, its server and its keys. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../../../src/net/s3/address.ts";
import { credentialsOf } from "../../../src/net/s3/credentials.ts";
import { openBucket } from "../../../src/net/s3/open-bucket.ts";
import { codeOf } from "./fake-server.ts";

describe("an address", () => {
  for (const [text, bucket, prefix, shown] of [
    ["s3://evidence", "evidence", "", "s3://evidence"],
    ["s3://evidence/", "evidence", "", "s3://evidence"],
    ["s3://a.b-c/prod/eu_1//", "a.b-c", "prod/eu_1/", "s3://a.b-c/prod/eu_1"],
  ] as const) {
    test(text, () => expect(parseAddress(text)).toEqual({ bucket, prefix, text: shown }));
  }
  for (const text of [
    ...["s3://", "s3:///a", "s3://ab", "s3://Evidence", "s3://a_b_c", "s3://evidence/../x", "s3://evidence/./x"],
    ...[
      "s3://evidence//x",
      "s3://evidence/a b",
      "s3://evidence/a?x",
      "s3://evidence/a#x",
      "s3://evidence/é",
      "s3://user@evidence/x",
    ],
    ...["s3://evidence:80/x", `s3://evidence/${"x/".repeat(300)}x`],
  ]) {
    test(`${text.slice(0, 40)} is none`, () => expect(() => parseAddress(text)).toThrow());
  }
});

describe("a server", () => {
  const keys = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  const code = (env: Record<string, string>, allowHttp = false): Promise<string> =>
    codeOf(async () => openBucket("s3://evidence/x", { env: { ...keys, ...env }, allowHttp }));
  const none = "nothing was thrown";

  test("of AWS, of one's own by https, and on this machine", async () => {
    for (const env of [
      {},
      { AWS_REGION: "eu-central-1" },
      { AWS_ENDPOINT_URL_S3: "https://rgw.example:7443/s3" },
      { AWS_ENDPOINT_URL: "http://127.0.0.1:9000" },
      { AWS_ENDPOINT_URL_S3: "http://localhost:9000" },
    ] as Record<string, string>[])
      expect(await code(env)).toBe(none);
  });

  test("without TLS on another machine: only where it is allowed", async () => {
    const env = { AWS_ENDPOINT_URL_S3: "http://rgw.example" };
    expect([await code(env), await code(env, true)]).toEqual(["invalid_input", none]);
  });

  for (const [name, env] of Object.entries({
    "a region that is none": { AWS_REGION: "eu central" },
    "no address": { AWS_ENDPOINT_URL_S3: "rgw.example" },
    "another protocol": { AWS_ENDPOINT_URL_S3: "ftp://rgw.example" },
    "credentials in it": { AWS_ENDPOINT_URL_S3: "https://key:secret@rgw.example" },
    "a query": { AWS_ENDPOINT_URL_S3: "https://rgw.example/?a=b" },
  })) {
    test(name, async () => expect(await code(env)).toBe("invalid_input"));
  }

  test("authorities that can't be read", async () => {
    expect(await code({ AWS_CA_BUNDLE: "/nowhere/ca.pem" })).toBe("not_readable");
    expect(await code({ AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1", AWS_CA_BUNDLE: "/nowhere/ca.pem" })).toBe(none);
  });
});

describe("credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "gait-credentials-"));
  const token = join(folder, "token");
  let asked: { url: string; authorization: string | null; body: string }[] = [];
  let answer: () => Response = () => new Response("");
  let server: Bun.Server<undefined>;
  beforeAll(() => {
    writeFileSync(token, "the token\n");
    server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        const { pathname, search } = new URL(request.url);
        const authorization = request.headers.get("authorization");
        asked.push({ url: pathname + search, authorization, body: await request.text() });
        return answer();
      },
    });
  });
  afterAll(() => {
    void server.stop(true);
    rmSync(folder, { recursive: true });
  });
  const soon = new Date(Date.now() + 60_000).toISOString();
  const later = new Date(Date.now() + 3_600_000).toISOString();

  test("the keys themselves", async () => {
    const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
    expect(await credentialsOf(env, "r")()).toEqual({
      accessKeyId: "a",
      secretAccessKey: "b",
      sessionToken: "c",
      until: undefined,
    });
  });

  test("one of two, or nothing", async () => {
    for (const env of [
      { AWS_ACCESS_KEY_ID: "a" },
      { AWS_SECRET_ACCESS_KEY: "b" },
      {},
      { AWS_PROFILE: "default", HOME: "/root" },
    ])
      expect(await codeOf(async () => credentialsOf(env, "r"))).toBe("invalid_input");
  });

  test("the agent of a container: asked once while they last, and again before they end", async () => {
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/creds?x=1`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
    };
    answer = () => Response.json({ AccessKeyId: "a", SecretAccessKey: "b", Token: "c", Expiration: later });
    asked = [];
    const credentials = credentialsOf(env, "r");
    expect(await credentials()).toMatchObject({ accessKeyId: "a", sessionToken: "c" });
    await credentials();
    expect(asked).toEqual([{ url: "/creds?x=1", authorization: "the token", body: "" }]);
    answer = () => Response.json({ AccessKeyId: "a", SecretAccessKey: "b", Token: "c", Expiration: soon });
    const brief = credentialsOf(env, "r");
    await brief();
    await brief();
    expect(asked).toHaveLength(3);
  });

  test("a web identity", async () => {
    const env = {
      ...{ AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: "arn:aws:iam::1:role/r" },
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${server.port}`,
    };
    answer = () =>
      new Response(
        `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b&amp;</SecretAccessKey><SessionToken>c</SessionToken><Expiration>${later}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
    asked = [];
    expect(await credentialsOf(env, "r")()).toMatchObject({
      accessKeyId: "a",
      secretAccessKey: "b&",
      sessionToken: "c",
    });
    expect(new URLSearchParams(asked[0]?.body).get("WebIdentityToken")).toBe("the token");
    expect(new URLSearchParams(asked[0]?.body).get("RoleArn")).toBe("arn:aws:iam::1:role/r");
  });

  test("answers that have none, and no answer", async () => {
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/` };
    for (const bad of [
      new Response("no", { status: 500 }),
      Response.json({}),
      new Response("not JSON"),
      Response.redirect("http://127.0.0.1:1/"),
    ]) {
      answer = () => bad;
      expect(await codeOf(credentialsOf(env, "r"))).toBe("store_refused");
    }
    const nobody = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/" };
    expect(await codeOf(credentialsOf(nobody, "r"))).toBe("store_unreachable");
  });

  test("an answer without an end is not read to it", async () => {
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.port}/` };
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      },
    });
    answer = () => new Response(endless);
    expect(await codeOf(credentialsOf(env, "r"))).toBe("store_refused");
    expect(sent).toBeLessThan(1000);
  });

  test("a web identity is given to nobody on the way", async () => {
    const identity = { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: "arn:aws:iam::1:role/r" };
    for (const address of ["http://sts.example", "ftp://sts.example", "sts.example", "https://a:b@sts.example"])
      expect(await codeOf(credentialsOf({ ...identity, AWS_ENDPOINT_URL_STS: address }, "r"))).toBe("invalid_input");
  });

  test("an agent that is somewhere else, without TLS; a token that is not there", async () => {
    const far = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://agent.example/" };
    expect(await codeOf(credentialsOf(far, "r"))).toBe("invalid_input");
    const lost = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "nothing"), AWS_ROLE_ARN: "x" };
    expect(await codeOf(credentialsOf(lost, "r"))).toBe("not_readable");
  });
});
