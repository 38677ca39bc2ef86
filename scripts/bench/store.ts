/** The rows of stores and collections: a log of a million entries, and packs in a store. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare, type Row, run, secondsText, shown, times } from "./measure.ts";
import type { Scene } from "./scene.ts";

const KEYS = join(import.meta.dir, "../../test/vectors/keys");
const LOG_KEY = ["--log-key", join(KEYS, "test_private.key")];
const LOG = ["--name", "c"];

/** Go's own library, in the place that Debian's package has it. */
const GO = { GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "" };

export function collection(scene: Scene): Row[] {
  const { gait, folder, sizes } = scene;
  writeEntries(scene.at("entries"), sizes.entries);
  run([gait, "store", "init", "store"], folder);
  const init = [gait, "collection", "init", "store", ...LOG, "--origin", "example.org/bench", ...LOG_KEY];
  const vkey = run(init, folder, "pipe").text.trim();
  const appended = run([gait, "collection", "append", "store", ...LOG, "--files-from", "entries"], folder);
  const signed = run([gait, "collection", "checkpoint", "store", ...LOG, ...LOG_KEY], folder);
  const log = "store/collections/c";
  const digest = ["sh", "-c", `find ${log}/tile/entries -type f -exec cat {} + | sha256sum`];
  const peer = Math.min(...Array.from({ length: sizes.runs }, () => run(digest, folder).seconds));
  const seconds = appended.seconds + signed.seconds;
  const megabytes = Math.max(appended.megabytes, signed.megabytes);
  const each = sizes.entries / appended.seconds;
  const write: Row = {
    work: `append ${sizes.entries} entries from a list to a collection, and sign`,
    own: `${shown({ seconds, megabytes })}; ${Math.round(each / 1000)},000 appended a second`,
    peer: `\`sha256sum\` of the bundles: ${secondsText(peer)}`,
    result: `${times(seconds / peer)} its time`,
    goal: "<= 12x its time; >= 100,000 a second; under 200 MB",
    isMet: seconds / peer <= 12 && each >= 100_000 && megabytes < 200,
  };
  const audit = audited(scene, [gait, "collection", "verify", "store", ...LOG, "--log-vkey", vkey], log);
  scene.remove("entries", "store", "log_audit");
  return [write, audit];
}

function audited({ folder, sizes }: Scene, command: readonly string[], log: string): Row {
  const source = join(import.meta.dir, "log_audit.go");
  const env = { ...process.env, ...GO, GOCACHE: join(folder, "go-cache") };
  const built = Bun.spawnSync(["go", "build", "-o", join(folder, "log_audit"), source], { env, stderr: "pipe" });
  if (built.exitCode !== 0) throw new Error(`go build: ${built.stderr}`);
  const { own, peer, ratio } = compare(command, [join(folder, "log_audit"), log], folder, sizes.runs);
  return {
    work: `audit a log of ${sizes.entries} entries`,
    own: shown(own),
    peer: `Go's sumdb over the same bundles, no tiles, no signature: ${secondsText(peer.seconds)}`,
    result: `${times(1 / ratio)} its time`,
    goal: "<= 2x its time, under 150 MB",
    isMet: 1 / ratio <= 2 && own.megabytes < 150,
  };
}

/** In parts: a child's peak memory begins at what this process has. */
function writeEntries(path: string, count: number): void {
  writeFileSync(path, "");
  for (let from = 0; from < count; from += 10_000) {
    let text = "";
    for (let at = from; at < Math.min(count, from + 10_000); at += 1) {
      const digest = (at * 7919 + 1).toString(16).padStart(64, "0");
      text += `{"pack_id":"${digest}","sha256":"${digest}","size":${3000 + (at % 500)},"type":"pack"}\n`;
    }
    appendFileSync(path, text);
  }
}

/** As `gait pack verify` of the same files does, which does not ask for their names. */
export function storedPacks(scene: Scene): Row {
  const { gait, folder, sizes } = scene;
  const input = JSON.parse(run([gait, "schema", "show", "runpack/record", "--example"], folder, "pipe").text) as {
    run: { run_id: string };
  };
  mkdirSync(scene.at("in"));
  run([gait, "store", "init", "store"], folder);
  for (let at = 0; at < sizes.storePacks; at += 1) {
    input.run.run_id = `run_${at}`;
    writeFileSync(scene.at("in/run.json"), JSON.stringify(input));
    run([gait, "run", "record", "--input", "in/run.json", "--out-dir", "in"], folder);
  }
  run([gait, "store", "put", "in", "--recursive", "--to", "store", "--quiet"], folder);
  const own = [gait, "store", "verify", "store"];
  const peer = [gait, "pack", "verify", "store/packs", "--recursive"];
  const compared = compare(own, peer, folder, sizes.runs);
  scene.remove("in", "store");
  return {
    work: `verify a store of ${sizes.storePacks} runpacks`,
    own: shown(compared.own),
    peer: `\`gait pack verify\` of its folder: ${secondsText(compared.peer.seconds)}`,
    result: `${times(1 / compared.ratio)} its time`,
    goal: "<= 1.05x its time",
    isMet: 1 / compared.ratio <= 1.05,
  };
}
