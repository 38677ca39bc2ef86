/** The row of catalogues: receipts loaded, beside `sqlite3` that imports the same rows and makes the same indexes; and a question. */
import { appendFileSync, writeFileSync } from "node:fs";
import { INDEXES, TABLES } from "../../src/host/catalog/tables.ts";
import { measure, type Row, run, secondsText, shown, times } from "./measure.ts";
import type { Scene } from "./scene.ts";

const PART = 10_000;
const TOOLS = 40;
const SIGNERS = 20;
const TRUST = "7".repeat(64);

/** Files of rows, by the tables of the catalogue. */
const ROWS = ["pack", "tool", "pack_tool", "signer", "pack_signer", "trust", "verification"];

export function catalog(scene: Scene): Row[] {
  const { gait, folder, sizes } = scene;
  writeReceipts(scene.at("receipts.ndjson"), sizes.receipts);
  const build = [gait, "catalog", "build", "receipts.ndjson", "--into", "own.sqlite"];
  const pairs = Array.from({ length: Math.min(3, sizes.runs) }, () => {
    scene.remove("own.sqlite", "peer.sqlite");
    const own = run(build, folder);
    writeRows(scene);
    return { own, peer: run(["sqlite3", "-batch", "peer.sqlite", ".read peer.sql"], folder) };
  }).sort((left, right) => left.own.seconds / left.peer.seconds - right.own.seconds / right.peer.seconds);
  const { own, peer } = pairs[Math.floor(pairs.length / 2)] as (typeof pairs)[number];
  const asked = [
    gait,
    "catalog",
    "query",
    "--db",
    "own.sqlite",
    "--tool",
    "tool.3",
    "--failed",
    "--since",
    "2026-11-22",
  ];
  const question = measure([...asked, "--not-verified-with", "8".repeat(64)], folder, sizes.runs);
  scene.remove(
    "receipts.ndjson",
    "own.sqlite",
    "peer.sqlite",
    "peer.sql",
    "rows.sql",
    ...ROWS.map((name) => `${name}.csv`),
  );
  const ratio = own.seconds / peer.seconds;
  return [
    {
      work: `load ${sizes.receipts} receipts into a catalogue`,
      own: shown(own),
      peer: `\`sqlite3 .import\` of the same rows (digests as text), then the same indexes: ${secondsText(peer.seconds)}`,
      result: `${times(ratio)} its time`,
      goal: "<= 2x its time",
      isMet: ratio <= 2,
    },
    {
      work: "ask it: failed runs of a tool since a day, not verified with a trust",
      own: shown(question),
      peer: "",
      result: `${Math.round(question.seconds * 1000)} ms, start included`,
      goal: "< 100 ms",
      isMet: question.seconds < 0.1,
    },
  ];
}

/** What the catalogue holds, and what `sqlite3` is told to make of it, with the same settings. */
function writeRows(scene: Scene): void {
  const out = ROWS.map((name) => {
    const columns =
      name === "pack"
        ? "id, hex(sha256), size, location, pack_id, pack_type, source_ref, first_at, last_at, calls, not_ok"
        : "*";
    return `.once ${name}.csv\nselect ${columns} from ${name};\n`;
  });
  writeFileSync(scene.at("rows.sql"), `.mode csv\n${out.join("")}`);
  run(["sqlite3", "-batch", "own.sqlite", ".read rows.sql"], scene.folder);
  const settings = "pragma journal_mode = off;\npragma synchronous = off;\npragma cache_size = -262144;\n";
  const imported = ROWS.map((name) => `.import ${name}.csv ${name}\n`).join("");
  // `.import` gives every value as text, which a strict table has no place for.
  const tables = TABLES.replaceAll("STRICT, ", "").replaceAll(" STRICT", "");
  writeFileSync(scene.at("peer.sql"), `.mode csv\n${settings}${tables}begin;\n${imported}${INDEXES}commit;\n`);
}

/** Five rows a pack: the pack, three tools, a signer; and its verification. */
function writeReceipts(path: string, count: number): void {
  writeFileSync(path, "");
  const hash = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");
  for (let from = 0; from < count; from += PART) {
    let text = "";
    for (let at = from; at < Math.min(count, from + PART); at += 1) text += `${receipt(at, hash)}\n`;
    appendFileSync(path, text);
  }
  const summary = {
    listed: count,
    checked: count,
    authentic: count,
    intact: 0,
    failed: 0,
    unreadable: 0,
    broken: 0,
    stopped: false,
  };
  const head = { schema_id: "gait.packs.output", schema_version: "1.0.0", ok: true, operation: "verify" };
  appendFileSync(path, `${JSON.stringify({ ...head, summary })}\n`);
}

function receipt(at: number, hash: (text: string) => string): string {
  const sha256 = hash(`pack ${at}`);
  const day = String(1 + (at % 28)).padStart(2, "0");
  const tools = [0, 1, 2].map((more) => ({
    ...{
      name: `tool.${(at * 7 + more * 13) % TOOLS}`,
      calls: 1 + ((at + more) % 9),
      not_ok: more === 0 && at % 11 === 0 ? 1 : 0,
    },
  }));
  const sum = (member: "calls" | "not_ok"): number => tools.reduce((total, tool) => total + tool[member], 0);
  const key = hash(`key ${at % SIGNERS}`);
  return JSON.stringify({
    ...{
      schema_id: "gait.receipt",
      schema_version: "1.0.0",
      location: `evidence/packs/2026/11/${day}/${sha256}.zip`,
      sha256,
    },
    ...{ size: 3609, verdict: "authentic", reason: `signed with key ${key}`, findings: [], trust_id: TRUST },
    ...{
      verified_at: "2026-11-27T18:07:53.112Z",
      gait: "1.0.0",
      pack_id: hash(sha256),
      pack_type: "run",
      source_ref: `run_${at}`,
    },
    ...{
      signers: [{ key_id: key, status: "verified" }],
      first_at: `2026-11-${day}T09:00:00Z`,
      last_at: `2026-11-${day}T09:01:42Z`,
    },
    ...{ calls: sum("calls"), not_ok: sum("not_ok"), tools },
  });
}
