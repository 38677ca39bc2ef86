/** No command opens a socket, whatever it does, as the kernel's trace of its calls shows. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, cpSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { trustPath } from "../../trust-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT } from "../gait.ts";
import { prepareWriting, RUNPACK, WRITING, WRITING_IN_STORE } from "./writing.ts";

const TRACE = ["strace", "-f", "-qq", "-e", "trace=%network,execve"];
const works = Bun.which("strace") !== null && Bun.spawnSync([...TRACE, "true"]).success;
if (!works && process.env["CI"] === "true")
  throw new Error("strace is needed (Debian: strace), and may not trace here");

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  prepareWriting(scene);
  for (const name of ["stamped-sshsig", "two-of-three"]) {
    cpSync(trustPath(`scenarios/${name}`), scene.at(name), { recursive: true });
    copyFileSync(vectorPath("packs/pack_run_alpha.zip"), scene.at(`${name}/pack_run_alpha.zip`));
  }
});
afterAll(() => scene.remove());

const PACK = vectorPath("packs/pack_run_alpha_signed.zip");
const KEY = keyPath("test", "public");
const READING: Record<string, string[]> = {
  version: ["version"],
  help: ["--help"],
  "run inspect": ["run", "inspect", `./${RUNPACK}`],
  "run receipt": ["run", "receipt", `./${RUNPACK}`],
  "pack verify": ["pack", "verify", PACK, "--public-key", KEY],
  "pack verify of a job": ["pack", "verify", vectorPath("packs/pack_job_resumed_signed.zip"), "--public-key", KEY],
  "pack verify with a trust file": [
    ...[
      "pack",
      "verify",
      PACK,
      "--trust",
      trustPath("sshsig/allowed_signers"),
      "--bundle",
      trustPath("sshsig/alice.sig"),
    ],
    ...["--bundle", trustPath("dsse/alice.sigstore.json"), "--bundle", trustPath("minisign/good.minisig")],
  ],
  "pack verify with lines, an SSHSIG, timestamps, a list of revoked keys": [
    ...["pack", "verify", "stamped-sshsig/pack_run_alpha.zip", "--trust", "stamped-sshsig/trust.json"],
    ...["--revoked", trustPath("sshsig/revoked_keys.txt")],
    ...["--bundle", trustPath("scenarios/key-ended-stamped/pack_run_alpha.zip.sigs.jsonl")],
  ],
  "pack inspect with a trust file": [
    ...["pack", "inspect", "two-of-three/pack_run_alpha.zip", "--trust", "two-of-three/trust.json"],
  ],
  "many packs with one trust file": [
    ...["pack", "verify", "stamped-sshsig", "two-of-three", "--recursive", "--jobs", "2"],
    ...["--trust", "two-of-three/trust.json", "--json"],
  ],
  "trust check": ["trust", "check", trustPath("scenarios/two-of-three/trust.json")],
  "trust show": ["trust", "show", trustPath("sshsig/allowed_signers"), PACK],
  "keys show": ["keys", "show", trustPath("keys/TEST-ONLY-p256.ssh.pub")],
  "pack verify of nothing": ["pack", "verify", "nothing.zip"],
  "pack inspect": ["pack", "inspect", PACK],
  "pack diff": ["pack", "diff", PACK, PACK],
  "guard verify": ["guard", "verify", vectorPath("guard/guard_pci_full_pdf.zip")],
  "job inspect": ["job", "inspect", "--id", "job_1", "--root", "jobs"],
  "keys verify": ["keys", "verify", "--private-key", keyPath("test", "private")],
  "store verify": ["store", "verify", "store"],
  "store ls": ["store", "ls", "store"],
  "collection verify": ["collection", "verify", "store", "--name", "c", "--packs", "store"],
  "catalog query": ["catalog", "query", "--db", "packs.sqlite", "--sql", "select count(*) as n from pack"],
  "collection verify of a bucket, which is refused": ["collection", "verify", "s3://bucket/prefix", "--name", "c"],
  selftest: ["selftest"],
};

/** The system calls of the network, and the programs started. */
function traced(args: readonly string[], more: Record<string, string> = {}): { sockets: string[]; programs: number } {
  const log = join(mkdtempSync(scene.at("trace-")), "log");
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...more };
  Bun.spawnSync([...TRACE, "-o", log, GAIT, ...args], { cwd: scene.path, env, stdin: "ignore" });
  const calls = readFileSync(log, "utf8").split("\n");
  return {
    sockets: calls.filter((line) => /^\d+ +(socket|connect|bind|listen|accept|send|recv)\w*\(/.test(line)),
    programs: calls.filter((line) => / execve\(/.test(line)).length,
  };
}

describe.skipIf(!works)("no socket, and no other program (strace)", () => {
  for (const [name, args] of Object.entries(READING)) {
    test(`gait ${name}`, () => expect(traced(args)).toEqual({ sockets: [], programs: 1 }));
  }
  for (const [name, args] of Object.entries({ ...WRITING, ...WRITING_IN_STORE })) {
    test(`gait ${name}`, () => {
      expect(traced(args(mkdtempSync(scene.at("out-"))))).toEqual({ sockets: [], programs: 1 });
    });
  }
  /** With all that would lead a program to other machines. */
  const LEADS = {
    ...{ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" },
    ...{ HTTP_PROXY: "http://127.0.0.1:10", http_proxy: "http://127.0.0.1:10", HTTPS_PROXY: "http://127.0.0.1:10" },
    DATABASE_URL: "postgres://127.0.0.1:11/x",
  };
  const OF_FILES: Record<string, string[]> = {
    "pack verify": ["pack", "verify", PACK],
    "pack verify of a bucket, which is refused": ["pack", "verify", "s3://evidence/prod"],
    "pack inspect of a bucket, which is refused": ["pack", "inspect", "s3://evidence/prod"],
    "store verify of a folder": ["store", "verify", "store"],
    "store ls of a bucket that can't be one": ["store", "ls", "s3://e/"],
  };
  for (const [name, args] of Object.entries(OF_FILES)) {
    test(`gait ${name}, whatever the environment names`, () =>
      expect(traced(args, LEADS)).toEqual({ sockets: [], programs: 1 }));
  }

  test.each([
    ["store ls of a bucket", ["store", "ls", "s3://evidence/prod"]],
    ["catalog query of a server", ["catalog", "query", "--db", "postgres://u:p@127.0.0.1:9/x"]],
    [
      "collection prove by a server",
      ["collection", "prove", "store", "--name", "c", PACK, "--out-dir", "no", "--db", "postgres://u:p@127.0.0.1:9/x"],
    ],
    ["catalog build into a server", ["catalog", "build", "receipts.ndjson", "--into", "postgresql://127.0.0.1:9/x"]],
  ])("gait %s connects to it, and to nothing else", (_name, args) => {
    const { sockets, programs } = traced(args, LEADS);
    const connected = sockets.filter((line) => line.includes("connect("));
    expect(connected.length).toBeGreaterThan(0);
    expect(connected.filter((line) => !line.includes('sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")'))).toEqual(
      [],
    );
    expect(sockets.filter((line) => /(bind|listen|accept)\w*\(/.test(line))).toEqual([]);
    expect(programs).toBe(1);
  });

  test("the packs of people are verified, not refused, while that is looked at", () => {
    for (const name of ["stamped-sshsig", "two-of-three"]) {
      const { success } = Bun.spawnSync([GAIT, "pack", "verify", "pack_run_alpha.zip", "--trust", "trust.json"], {
        cwd: scene.at(name),
      });
      expect(success).toBe(true);
    }
  });
  test("a program that does open one is detected", () => {
    const log = scene.at("seen");
    const open = "import socket; socket.socket()";
    Bun.spawnSync([...TRACE, "-o", log, "python3", "-c", open], { stdin: "ignore" });
    expect(readFileSync(log, "utf8")).toContain("socket(");
  });
});

test("one file of the source can listen, and one folder of commands imports it, when it runs", async () => {
  const found: Record<string, string[]> = { listens: [], imports: [] };
  for await (const path of new Glob("**/*.ts").scan("src")) {
    const text = readFileSync(join("src", path), "utf8");
    if (/Bun\.(serve|listen|udpSocket)|createServer|node:(http|https|http2|tls|dgram)"/.test(text))
      found["listens"]?.push(path);
    if (/capture\/otlp\/receiver\.ts"/.test(text)) found["imports"]?.push(path);
  }
  expect(found).toEqual({
    listens: ["host/capture/otlp/receiver.ts"],
    imports: ["cli/commands/capture/otlp.ts"],
  });
});

test("one folder of the source can connect; it is loaded for a place that begins with s3:// or postgres://", async () => {
  const found = { connects: [] as string[], loads: [] as string[], servers: [] as string[] };
  for await (const path of new Glob("{schema,core,net,host,cli}/**/*.ts").scan("src")) {
    const text = readFileSync(join("src", path), "utf8");
    if (
      /(?<![\w.])fetch\(|\b(WebSocket|EventSource|XMLHttpRequest)\b|Bun\.(S3Client|s3|SQL|sql|connect|redis)\b|node:(net|dns)"/.test(
        text,
      )
    )
      found.connects.push(path);
    if (/import\("[./]*net\//.test(text)) found.loads.push(path);
    if (/import\("[./]*(host\/catalog\/)?server-/.test(text)) found.servers.push(path);
  }
  expect({ ...found, connects: found.connects.toSorted(), servers: found.servers.toSorted() }).toEqual({
    connects: ["host/signing/ssh-agent.ts", "net/http/request.ts", "net/postgres/connection.ts"],
    loads: ["host/store/open.ts"],
    servers: ["cli/commands/catalog/build.ts", "host/catalog/source.ts"],
  });
});
