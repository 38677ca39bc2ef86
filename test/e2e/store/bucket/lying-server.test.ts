/** Servers that are not what they say: the executable names what is wrong, with the exit that its users rely on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { keyPath, vectorPath } from "../../../go-vectors.ts";
import { type FakeServer, fakeServer } from "../../../net/s3/fake-server.ts";
import { exampleFolder, type Scene } from "../../folder.ts";
import { gaitMeanwhile } from "../../gait.ts";

const KEY = keyPath("test", "private");
const PACKS = ["packs/pack_run_alpha_signed.zip", "packs/pack_run_golf.zip"].map(vectorPath);
const missing = (): Response => new Response("<Error><Code>NoSuchKey</Code></Error>", { status: 404 });

let scene: Scene;
let server: FakeServer;
beforeAll(() => {
  scene = exampleFolder();
  const digest = "1".repeat(64);
  writeFileSync(scene.at("list"), `{"pack_id":"${digest}","sha256":"${digest}","size":1,"type":"pack"}\n`);
});
afterAll(() => scene.remove());
beforeEach(() => {
  server = fakeServer();
});
afterEach(() => server.stop());

function run(...args: string[]) {
  const env = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL_S3: server.url };
  return gaitMeanwhile(args, { cwd: scene.path, env });
}

const STORE = "s3://bucket/a+b=c";
const collection = (what: string, ...more: string[]) => run("collection", what, STORE, "--name", "c", ...more);

/** A store of two packs, both in a log with a head. */
async function begin(): Promise<void> {
  for (const args of [
    ["store", "init", STORE],
    ["store", "put", ...PACKS, "--to", STORE],
    ["collection", "init", STORE, "--name", "c", "--origin", "example.org/c", "--log-key", KEY],
    ["collection", "append", STORE, "--name", "c", "--new"],
    ["collection", "checkpoint", STORE, "--name", "c", "--log-key", KEY],
  ]) {
    const { exit, stderr } = await run(...args);
    expect([exit, stderr]).toEqual([0, expect.any(String)]);
  }
}

test("a prefix with a plus is one like others", async () => {
  await begin();
  expect([...server.objects.keys()].filter((key) => !key.startsWith("a+b=c/"))).toEqual([]);
  expect(await run("store", "verify", STORE)).toMatchObject({ exit: 0 });
});

test("a pack that is listed and not there is missing", async () => {
  await begin();
  const name = [...server.objects.keys()].find((key) => key.startsWith("a+b=c/packs/"));
  server.lie = (_, key) => (key === name ? missing() : undefined);
  const { exit, stdout } = await collection("verify", "--packs", STORE, "--json");
  const { findings, warnings } = JSON.parse(stdout);
  expect([exit, findings.map((each: { code: string }) => each.code)]).toEqual([2, ["pack_missing"]]);
  expect(warnings).toEqual([expect.stringContaining("it is listed, and not there")]);
});

test("a commit that can't be read, and is taken when it is written", async () => {
  await begin();
  server.lie = (request, key) => {
    if (!key.includes("/commits/000000000001")) return undefined;
    return request.method === "PUT" ? new Response("", { status: 412 }) : missing();
  };
  const { exit, stderr } = await collection("append", "--files-from", "list");
  expect([exit, stderr]).toEqual([6, expect.stringContaining("is taken, and can't be read")]);
});

test("in a bucket with locks everything is put with one: packs, the log, and receipts", async () => {
  const unlocked: string[] = [];
  server.lie = (request, key) => {
    if (new URL(request.url).searchParams.has("object-lock"))
      return new Response(
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>",
      );
    const until = Date.parse(request.headers.get("x-amz-object-lock-retain-until-date") ?? "");
    const isLocked =
      request.headers.get("x-amz-object-lock-mode") === "GOVERNANCE" && until > Date.now() + 182 * 86_400_000;
    if (request.method === "PUT" && !isLocked) unlocked.push(key.replace(/^a\+b=c\//, ""));
    return undefined;
  };
  await begin();
  expect((await run("store", "verify", STORE, "--receipts", "--run", "w48")).exit).toBe(0);
  const isTrial = (name: string) => name.startsWith(".gait-probe/");
  // What the store says of itself, which decides how long; and what is replaced.
  expect(unlocked.filter((name) => !isTrial(name))).toEqual(["gait-store.json", "collections/c/checkpoint"]);
  expect([...server.objects.keys()].filter((key) => key.includes("/receipts/"))).toHaveLength(1);
});

describe("append holds the log against its signed head", () => {
  const commits = () => [...server.objects.keys()].filter((key) => key.includes("/commits/"));

  test("a commit that is not there for a moment: nothing is appended", async () => {
    await begin();
    server.lie = (request, key) => (request.method === "GET" && key.includes("/commits/") ? missing() : undefined);
    const { exit, stderr } = await collection("append", "--files-from", "list");
    expect([exit, stderr]).toEqual([2, expect.stringContaining("fewer entries than the head before")]);
    expect(commits()).toHaveLength(1);
  });

  test("a damaged commit: nothing is appended", async () => {
    await begin();
    const [name = ""] = commits();
    const bytes = server.objects.get(name)?.slice() ?? new Uint8Array(0);
    bytes[bytes.length - 1] = 0;
    server.objects.set(name, bytes);
    const { exit } = await collection("append", "--files-from", "list");
    expect([exit, commits()]).toEqual([2, [name]]);
  });

  test("a head of somebody else holds up nobody, and is told", async () => {
    await begin();
    server.objects.set("a+b=c/collections/c/checkpoints/0000000000000999", new TextEncoder().encode("garbage"));
    const { exit, stderr } = await collection("append", "--files-from", "list");
    expect([exit, stderr]).toEqual([0, expect.stringContaining("the log has not signed it, and it was passed over")]);
    expect(commits()).toHaveLength(2);
  });
});
