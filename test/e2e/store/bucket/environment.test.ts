/** What the environment can't do: lead credentials or packs by way of a proxy in clear text, or turn off the check of a certificate. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { TLSSocket } from "node:tls";
import { type FakeServer, fakeServer } from "../../../net/s3/fake-server.ts";
import { exampleFolder, type Scene } from "../../folder.ts";
import { gaitMeanwhile } from "../../gait.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
const CREDENTIALS = { AccessKeyId: "key", SecretAccessKey: "secret" };

let scene: Scene;
let tls: { key: string; cert: string };
beforeAll(() => {
  scene = exampleFolder();
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const paths = ["-keyout", scene.at("server.key"), "-out", scene.at("server.pem")];
  expect(Bun.spawnSync(["openssl", ...made, ...paths, ...subject], { stderr: "ignore" }).exitCode).toBe(0);
  tls = { key: readFileSync(scene.at("server.key"), "utf8"), cert: readFileSync(scene.at("server.pem"), "utf8") };
  writeFileSync(scene.at("token"), "the token\n");
});
afterAll(() => scene.remove());

/** Servers of one test, and what they heard. */
let stops: (() => void)[] = [];
let heard: string[] = [];
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});
beforeEach(() => {
  heard = [];
});

function bucket(options?: Bun.TLSOptions): FakeServer {
  const server = fakeServer(options);
  stops.push(server.stop);
  return server;
}

function serve(answer: (request: Request) => Response, options?: Bun.TLSOptions): string {
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, ...(options === undefined ? {} : { tls: options }) },
    fetch(request: Request) {
      heard.push(`${request.method} ${request.url}`);
      return answer(request);
    },
  });
  stops.push(() => void server.stop(true));
  return `${options === undefined ? "http" : "https"}://127.0.0.1:${server.port}`;
}

const run = (args: readonly string[], env: Record<string, string>) => gaitMeanwhile(args, { cwd: scene.path, env });

const init = (env: Record<string, string>) => run(["store", "init", "s3://bucket/store"], env);

/** A proxy that hears all, and answers nothing of use. */
function proxies(): Record<string, string> {
  const proxy = serve(() => new Response("by the proxy", { status: 502 }));
  return { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, https_proxy: proxy };
}

describe("a proxy hears nothing that is not encrypted", () => {
  test("packs and signatures", async () => {
    const server = bucket();
    const { exit } = await init({ ...KEYS, ...proxies(), AWS_ENDPOINT_URL_S3: server.url });
    expect([exit, heard]).toEqual([0, []]);
    expect(server.objects.has("store/gait-store.json")).toBe(true);
  });

  test("the token of a container, and the keys that come for it", async () => {
    const server = bucket();
    const traps = proxies();
    const agent = serve(() => Response.json(CREDENTIALS));
    const { exit } = await init({
      ...{ ...traps, AWS_ENDPOINT_URL_S3: server.url, AWS_CONTAINER_AUTHORIZATION_TOKEN: "the token" },
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent}/creds`,
    });
    expect([exit, heard]).toEqual([0, [`GET ${agent}/creds`]]);
  });

  test("a web identity", async () => {
    const server = bucket();
    const traps = proxies();
    const sts = serve(
      () =>
        new Response(
          "<R><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey></Credentials></AssumeRoleWithWebIdentityResult></R>",
        ),
    );
    const { exit } = await init({
      ...{ ...traps, AWS_ENDPOINT_URL_S3: server.url, AWS_ENDPOINT_URL_STS: sts },
      ...{ AWS_WEB_IDENTITY_TOKEN_FILE: "token", AWS_ROLE_ARN: "arn:aws:iam::1:role/r" },
    });
    expect([exit, heard]).toEqual([0, [`POST ${sts}/`]]);
  });
});

describe("NODE_TLS_REJECT_UNAUTHORIZED=0 turns nothing off", () => {
  const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };

  test("of a bucket: a certificate that nobody vouches for, and with AWS_CA_BUNDLE the one", async () => {
    const server = bucket(tls);
    const env = { ...KEYS, ...OFF, AWS_ENDPOINT_URL_S3: server.url };
    const refused = await init(env);
    expect([refused.exit, server.log]).toEqual([6, []]);
    expect(refused.stderr).toContain("self signed certificate");
    expect((await init({ ...env, AWS_CA_BUNDLE: "server.pem" })).exit).toBe(0);
  });

  test("of another authority", async () => {
    const other = scene.at("other.pem");
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other"];
    Bun.spawnSync(["openssl", ...made, "-keyout", scene.at("other.key"), "-out", other], { stderr: "ignore" });
    const server = bucket(tls);
    const { exit } = await init({ ...KEYS, ...OFF, AWS_ENDPOINT_URL_S3: server.url, AWS_CA_BUNDLE: other });
    expect([exit, server.log]).toEqual([6, []]);
  });

  test("of the agent of a container, which AWS_CA_BUNDLE is for too", async () => {
    const server = bucket();
    const agent = serve(() => Response.json(CREDENTIALS), tls);
    const env = { ...OFF, AWS_ENDPOINT_URL_S3: server.url, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent}/creds` };
    const refused = await init(env);
    expect([refused.exit, heard]).toEqual([6, []]);
    expect(refused.stderr).toContain("credentials can't be asked for");
    expect((await init({ ...env, AWS_CA_BUNDLE: "server.pem" })).exit).toBe(0);
    expect(heard).toEqual([`GET ${agent}/creds`]);
  });

  test("of PostgreSQL, where the address asks for the check", async () => {
    const passwords: string[] = [];
    const server: Server = createServer((socket) => {
      socket.on("error", () => undefined);
      // SSLRequest is answered by S, and TLS begins.
      socket.once("data", () => {
        socket.write("S");
        const secure = new TLSSocket(socket, { isServer: true, ...tls });
        secure.on("error", () => undefined);
        secure.on("data", (bytes) => {
          passwords.push(bytes.toString("latin1"));
          // ErrorResponse: nobody of that name.
          const fields = "SFATAL\0C28000\0Mnobody of that name\0\0";
          const length = Buffer.alloc(4);
          length.writeInt32BE(4 + fields.length);
          secure.end(`E${length.toString("latin1")}${fields}`, "latin1");
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const query = (mode: string) =>
      run(["catalog", "query", "--db", `postgres://u:p@127.0.0.1:${port}/d?sslmode=${mode}`], OFF);
    expect((await query("verify-full")).exit).toBe(6);
    expect((await query("verify-ca")).exit).toBe(6);
    expect(passwords).toEqual([]);
    // What is not to be checked goes on to say who asks.
    expect((await query("require")).exit).toBe(6);
    expect(passwords.join()).toContain("user");
  });
});

test("BUN_CONFIG_VERBOSE_FETCH prints no keys", async () => {
  const server = bucket();
  const env = { ...KEYS, AWS_SESSION_TOKEN: "the token", AWS_ENDPOINT_URL_S3: server.url };
  const { exit, stderr } = await init({ ...env, BUN_CONFIG_VERBOSE_FETCH: "curl" });
  expect([exit, stderr]).toEqual([0, ""]);
});

test("AWS_CA_BUNDLE without a certificate in it is said", async () => {
  const { exit, stderr } = await init({ ...KEYS, AWS_ENDPOINT_URL_S3: "https://127.0.0.1:9", AWS_CA_BUNDLE: "token" });
  expect([exit, stderr]).toEqual([6, expect.stringContaining("in which there is no certificate")]);
});
