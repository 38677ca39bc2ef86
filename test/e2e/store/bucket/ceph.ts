/** Ceph's object gateway on loopback, in memory: the one server of the S3 API that Debian has whole. Up in some ten seconds. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";

const TOOLS = ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "ceph-authtool", "monmaptool"];
const KEYS = { accessKeyId: "TESTONLYACCESSKEY", secretAccessKey: "TEST-ONLY-secret-key" };
const START_MS = 60_000;

export interface Ceph {
  /** For a program that is to find it. */
  readonly env: Record<string, string>;
  /** `locks`: with Object Lock, and so with versions. */
  makeBucket(name: string, options?: { readonly locks: boolean }): Promise<void>;
  /** As anybody with the keys could; no command does it. */
  put(bucket: string, key: string, content: string | Uint8Array<ArrayBuffer>): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  stop(): void;
}

/** Whether it is installed. Where the tests have to be complete, it must be. */
export function hasCeph(): boolean {
  const missing = TOOLS.find((tool) => Bun.which(tool) === null);
  if (missing === undefined) return true;
  if (process.env["CI"] === "true") throw new Error(`${missing} is needed (scripts/ci-packages.txt)`);
  return false;
}

export async function startCeph(): Promise<Ceph> {
  const folder = mkdtempSync(join(tmpdir(), "gait-ceph-"));
  const [monitor, gateway] = await freePorts();
  for (const each of ["mon", "osd", "run"]) mkdirSync(join(folder, each));
  const conf = join(folder, "ceph.conf");
  writeFileSync(conf, configuration(folder, monitor, gateway));
  const [keyring, map] = [join(folder, "keyring"), join(folder, "monmap")];
  const run = (...command: string[]): void => {
    const { exitCode, stderr } = Bun.spawnSync(command, { stdin: "ignore", timeout: START_MS });
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString().slice(-2000)}`);
  };
  const grant = (name: string, ...caps: string[]): void =>
    run(
      "ceph-authtool",
      ...(name === "mon." ? ["--create-keyring"] : []),
      keyring,
      "--gen-key",
      "-n",
      name,
      ...caps.flatMap((each) => ["--cap", ...each.split("=")]),
    );
  const stop = (): void => {
    for (const daemon of ["client.rgw", "osd.0", "mon.a"]) {
      try {
        process.kill(Number(readFileSync(join(folder, "run", `${daemon}.pid`), "utf8")), "SIGKILL");
      } catch {
        // It did not come so far.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    grant("mon.", "mon=allow *");
    grant("client.admin", "mon=allow *", "osd=allow *");
    grant("osd.0", "mon=allow profile osd", "osd=allow *");
    grant("client.rgw", "mon=allow rwx", "osd=allow rwx");
    run("monmaptool", "--create", "--addv", "a", `[v2:127.0.0.1:${monitor}]`, "--fsid", FSID, map);
    run("ceph-mon", "--mkfs", "-i", "a", "--monmap", map, "--keyring", keyring, "-c", conf);
    run("ceph-mon", "-i", "a", "-c", conf);
    const osd = crypto.randomUUID();
    run("ceph", "-c", conf, "-n", "client.admin", "osd", "new", osd, "0");
    run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd, "-c", conf);
    run("ceph-osd", "-i", "0", "-c", conf);
    const { accessKeyId, secretAccessKey } = KEYS;
    const user = [
      "--uid=test",
      "--display-name=test",
      `--access-key=${accessKeyId}`,
      `--secret-key=${secretAccessKey}`,
    ];
    run("radosgw-admin", "-c", conf, "-n", "client.rgw", "user", "create", ...user);
    run("radosgw", "-n", "client.rgw", "-c", conf);
    const url = `http://127.0.0.1:${gateway}`;
    await answers(url);
    return { ...client(url), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

function client(url: string): Omit<Ceph, "stop"> {
  const s3 = new AwsClient({ ...KEYS, service: "s3", region: "default" });
  const send = async (path: string, init: RequestInit): Promise<void> => {
    const { ok, status } = await s3.fetch(`${url}/${path}`, init);
    if (!ok) throw new Error(`${init.method} ${path}: ${status}`);
  };
  return {
    env: {
      ...{ AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey },
      ...{ AWS_ENDPOINT_URL_S3: url, AWS_REGION: "default" },
    },
    makeBucket: (name, { locks } = { locks: false }) =>
      send(name, { method: "PUT", headers: locks ? { "x-amz-bucket-object-lock-enabled": "true" } : {} }),
    put: (bucket, key, content) => send(`${bucket}/${key}`, { method: "PUT", body: content }),
    remove: (bucket, key) => send(`${bucket}/${key}`, { method: "DELETE" }),
  };
}

async function answers(url: string): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > end) throw new Error(`${url} gives no answer`);
    await Bun.sleep(200);
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  );
  for (const server of servers) server.close();
  return ports as [number, number];
}

const FSID = "5f3c1f9e-6c0c-4d0e-8f65-000000000001";

function configuration(folder: string, monitor: number, gateway: number): string {
  const options = {
    fsid: FSID,
    "mon host": `[v2:127.0.0.1:${monitor}]`,
    "mon initial members": "a",
    "auth cluster required": "cephx",
    "auth service required": "cephx",
    "auth client required": "cephx",
    keyring: join(folder, "keyring"),
    "osd pool default size": 1,
    "osd pool default min size": 1,
    "osd pool default pg num": 8,
    "osd pool default pgp num": 8,
    "osd crush chooseleaf type": 0,
    "mon allow pool size one": true,
    "mon data avail crit": 1,
    "mon data avail warn": 1,
    "osd objectstore": "memstore",
    "memstore device bytes": 2 ** 31,
    "run dir": join(folder, "run"),
    "log file": join(folder, "$name.log"),
    "admin socket": join(folder, "run", "$name.asok"),
    "pid file": join(folder, "run", "$name.pid"),
    "ms bind ipv6": false,
    "rgw frontends": `beast endpoint=127.0.0.1:${gateway}`,
    "rgw thread pool size": 64,
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}`);
  return `[global]\n${lines.join("\n")}\n[mon.a]\nmon data = ${join(folder, "mon")}\n[osd.0]\nosd data = ${join(folder, "osd")}\npublic addr = 127.0.0.1\ncluster addr = 127.0.0.1\n`;
}
