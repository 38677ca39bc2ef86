/** The rows of a store in a bucket: of Ceph's gateway on this machine, near and as if far away. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { type Ceph, hasCeph, startCeph } from "../../test/e2e/store/bucket/ceph.ts";
import { type Command, compare, type Row, run, secondsText, shown, times } from "./measure.ts";
import type { Scene } from "./scene.ts";

/** Each direction: 50 ms there and back. */
const DELAY_MS = 25;

export async function bucketStore(scene: Scene): Promise<readonly Row[]> {
  if (!hasCeph() || Bun.which("rclone") === null) return [];
  const ceph = await startCeph();
  try {
    await ceph.makeBucket("evidence");
    return await rows(scene, ceph);
  } finally {
    ceph.stop();
  }
}

async function rows(scene: Scene, ceph: Ceph): Promise<Row[]> {
  const { gait, folder, sizes } = scene;
  const url = ceph.env["AWS_ENDPOINT_URL_S3"] ?? "";
  const near = withEnv(ceph.env);
  run(near(gait, "store", "init", "s3://evidence/s"), folder);
  recordPacks(scene, sizes.storePacks);
  run(near(gait, "store", "put", "in", "--recursive", "--to", "s3://evidence/s", "--quiet"), folder);
  const verify = [gait, "store", "verify", "s3://evidence/s", "--quiet"] as const;
  const rclone = withEnv({
    ...{ RCLONE_CONFIG_R_TYPE: "s3", RCLONE_CONFIG_R_PROVIDER: "Ceph", RCLONE_CONFIG_R_ENDPOINT: url },
    RCLONE_CONFIG_R_ACCESS_KEY_ID: ceph.env["AWS_ACCESS_KEY_ID"] ?? "",
    RCLONE_CONFIG_R_SECRET_ACCESS_KEY: ceph.env["AWS_SECRET_ACCESS_KEY"] ?? "",
    // It does not take one here, whatever the environment says.
    AWS_CA_BUNDLE: "",
  });
  const copy = rclone("rclone", "--config", "/dev/null", "copy", "--transfers", "64", "R:evidence/s/packs", "copied");
  const copied = compare(near(...verify), copy, folder, sizes.runs, () => scene.remove("copied"));
  const relayed = await throughRelay(url, (far) =>
    compare(withEnv({ ...ceph.env, AWS_ENDPOINT_URL_S3: far })(...verify), near(...verify), folder, sizes.runs),
  );
  const all = [
    {
      work: `verify a store of ${sizes.storePacks} runpacks in a bucket (Ceph, this machine)`,
      own: shown(copied.own),
      peer: `\`rclone copy --transfers 64\` of them: ${secondsText(copied.peer.seconds)}`,
      result: `${times(1 / copied.ratio)} its time`,
      goal: "<= 1.2x its time",
      isMet: 1 / copied.ratio <= 1.2,
    },
    {
      work: `the same, ${2 * DELAY_MS} ms away`,
      own: shown(relayed.own),
      peer: `itself, on this machine: ${secondsText(relayed.peer.seconds)}`,
      result: `${times(1 / relayed.ratio)} its time`,
      goal: "<= 1.5x its time",
      isMet: 1 / relayed.ratio <= 1.5,
    },
    await largeObject(scene, ceph, near),
  ];
  scene.remove("in", "copied");
  return all;
}

/** One stored entry, against whatever fetches and hashes it. */
async function largeObject(scene: Scene, ceph: Ceph, near: ReturnType<typeof withEnv>): Promise<Row> {
  const { gait, folder, sizes } = scene;
  run(near(gait, "store", "init", "s3://evidence/large"), folder);
  scene.make("pack", scene.smallPack, "large.zip", 1, sizes.storedBytes);
  run(near(gait, "store", "put", "large.zip", "--to", "s3://evidence/large", "--quiet"), folder);
  const [key = ""] = run(near(gait, "store", "ls", "s3://evidence/large"), folder, "pipe").text.split("  ");
  const credentials = {
    accessKeyId: ceph.env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: ceph.env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new AwsClient({ ...credentials, service: "s3", region: "default" });
  const object = `${ceph.env["AWS_ENDPOINT_URL_S3"]}/evidence/large/${key}`;
  const { url } = await client.sign(object, { aws: { signQuery: true } });
  const peer = ["sh", "-c", `curl -sf '${url}' | openssl dgst -sha256`];
  const own = near(gait, "store", "verify", "s3://evidence/large", "--quiet");
  const compared = compare(own, peer, folder, sizes.runs);
  const local = run([gait, "verify", "./large.zip"], folder);
  scene.remove("large.zip");
  const more = compared.own.megabytes - local.megabytes;
  return {
    work: `verify one stored pack of ${sizes.storedBytes / 2 ** 20} MiB in a bucket`,
    own: shown(compared.own),
    peer: `\`curl\` of it to \`openssl dgst -sha256\`: ${secondsText(compared.peer.seconds)}; the file itself: ${shown(local)}`,
    result: `${times(1 / compared.ratio)} its time, ${more.toFixed(0)} MB more than the file`,
    goal: "<= 1.25x its time; within 120 MB of the file's memory",
    isMet: 1 / compared.ratio <= 1.25 && more <= 120,
  };
}

/** Runpacks of 3 KB that differ, each recorded by a process of its own. */
function recordPacks(scene: Scene, count: number): void {
  const { gait, folder } = scene;
  const input = JSON.parse(run([gait, "schema", "show", "runpack/record", "--example"], folder, "pipe").text) as {
    run: { run_id: string };
  };
  mkdirSync(scene.at("in"));
  for (let number = 0; number < count; number += 1) {
    input.run.run_id = `run_${number}`;
    writeFileSync(scene.at("in/run.json"), JSON.stringify(input));
    run([gait, "run", "record", "--input", "in/run.json", "--out-dir", "in"], folder);
  }
}

function withEnv(env: Readonly<Record<string, string>>): (...command: string[]) => Command {
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return (...command) => ["env", ...words, ...command];
}

async function throughRelay<T>(url: string, use: (far: string) => T): Promise<T> {
  const port = 20_000 + (process.pid % 20_000);
  const relay = Bun.spawn([
    process.execPath,
    join(import.meta.dir, "relay.ts"),
    String(port),
    new URL(url).port,
    String(DELAY_MS),
  ]);
  try {
    const far = `http://127.0.0.1:${port}`;
    for (let tries = 0; (await fetch(far).catch(() => undefined)) === undefined; tries += 1) {
      if (tries === 100) throw new Error("the relay does not start");
      await Bun.sleep(50);
    }
    return use(far);
  } finally {
    relay.kill();
  }
}
