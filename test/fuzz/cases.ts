/**
 * Valid artifacts of every kind, changed in their bytes and fields, records, documents and embedded runpack; then made
 * consistent with the change again, to a random depth. A seed and a case number reproduce each.
 */
import type { JsonValue } from "../../src/schema/document/primitives.ts";
import { archive, type EntrySpec, extra, u64 } from "../core/zip/archive/builder.ts";
import { vectorBytes } from "../go-vectors.ts";
import { changeBytes, changeField } from "./bytes.ts";
import { changeText, changeValue } from "./json-text.ts";
import { SeededRandom } from "./random.ts";
import {
  FORMS,
  type Members,
  manifestNameOf,
  objectOf,
  readMembers,
  type Seal,
  sealed,
  writeMembers,
} from "./sealing.ts";

const FILES = [
  "packs/raw/pack_run_alpha.zip",
  "packs/pack_job_resumed_signed.zip",
  "packs/pack_job_completed.zip",
  "runpacks/raw/runpack_run_alpha.zip",
  "runpacks/raw/runpack_run_bravo.zip",
  "guard/guard_soc2_min.zip",
  "guard/guard_ir_full.zip",
  "guard/guard_pci_full_pdf.zip",
  "later/pack_run_ctx.zip",
];

export interface Sound {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly members: Members;
}

/** Each signed by the test key, so that no change goes unnoticed. */
export const SOUND: readonly Sound[] = FILES.map((file) => {
  const members = sealed(readMembers(vectorBytes(file)) ?? [], "signature");
  return { file, members, bytes: writeMembers(members) };
});

export interface Case {
  readonly sound: Sound;
  readonly bytes: Uint8Array;
  /** Hashes, digests or signature were recomputed: its contents may differ then, as long as they are consistent. */
  readonly resealed: boolean;
}

export function caseOf(seed: number, nth: number): Case {
  const random = new SeededRandom(seed, nth);
  const sound = random.pick(SOUND);
  let seal: Seal = random.pick(["none", "hashes", "signature", "signature"]);
  if (random.once(3)) {
    seal = "none";
    let { bytes } = sound;
    for (let left = 1 + random.below(3); left > 0; left -= 1) {
      bytes = bytes.length === 0 ? bytes : random.pick([changeField, changeField, changeBytes])(bytes, random);
    }
    return { sound, bytes, resealed: false };
  }
  let members: Members = sound.members.map(([name, content]) => [name, content]);
  for (let left = random.once(3) ? 2 : 1; left > 0; left -= 1) members = changeMembers(members, seal, random);
  return { sound, bytes: written(sealed(members, seal), random), resealed: seal !== "none" };
}

/** Changes one document, record, file or name. */
function changeMembers(members: Members, seal: Seal, random: SeededRandom): Members {
  if (members.length === 0) return members;
  const at = random.below(members.length);
  const [name, content] = members[at] as Members[number];
  const put = (...replacing: Members): Members => [...members.slice(0, at), ...replacing, ...members.slice(at + 1)];
  if (name.endsWith(".zip") && !random.once(6))
    return withPayload(put([name, changeArchive(content, seal, random)]), seal);
  const foreign = random.pick(random.pick(SOUND).members);
  return random.pick([
    () => put([name, changeDocument(content, random)]),
    () => put([name, changeDocument(content, random)]),
    () => put([name, changeDocument(content, random)]),
    () => put([name, changeDocument(content, random)]),
    () => put([random.pick(NAMES)(name), content]),
    () => put(),
    () => put([name, content], [name, content]),
    () => declaring(put([name, content], foreign), foreign[0]),
    () => put([name, foreign[1]]),
    () => [...members].reverse(),
  ])();
}

const NAMES: readonly ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => `${name}.`,
  (name) => `./${name}`,
  (name) => `${name}/x`,
  (name) => `${name}\u200d`,
  (name) => `${name}:x`,
  () => "__proto__",
  () => "é.json",
  () => "manifest.json",
];

/** Adds `path` to the manifest of `members`, so that sealing gives it its hash. */
function declaring(members: Members, path: string): Members {
  const name = manifestNameOf(members);
  return members.map(([own, content]) => {
    const manifest = own === name ? objectOf(content) : undefined;
    const list = manifest?.["contents"] ?? manifest?.["files"];
    if (!Array.isArray(list) || typeof list[0] !== "object") return [own, content];
    const ending = /\.(jsonl|json|zip)$/.exec(path)?.[1] ?? "blob";
    list.push({ ...(list[0] as object), path, ...(manifest?.["contents"] === undefined ? {} : { type: ending }) });
    return [own, new TextEncoder().encode(JSON.stringify(manifest))];
  });
}

/** A document, or one line of a file of records. */
function changeDocument(content: Uint8Array, random: SeededRandom): Uint8Array {
  const text = new TextDecoder().decode(content);
  const lines = text.split("\n");
  const at = random.below(lines.length);
  const line = lines[at] ?? "";
  try {
    const value = JSON.parse(line) as JsonValue;
    lines[at] = random.once(3) ? changeText(line, random) : JSON.stringify(changeValue(value, random));
    if (random.once(8)) lines.splice(at, 1);
    if (random.once(8)) lines.splice(random.below(lines.length), 0, line);
    return new TextEncoder().encode(lines.join("\n"));
  } catch {
    return content.length === 0 ? new TextEncoder().encode("{}\n") : changeBytes(content, random);
  }
}

/** The embedded runpack, changed in any of these ways, and sealed. */
function changeArchive(content: Uint8Array, seal: Seal, random: SeededRandom): Uint8Array {
  const inner = readMembers(content);
  if (inner === undefined || random.once(4)) return random.pick([changeField, changeBytes])(content, random);
  return written(sealed(changeMembers(inner, seal, random), seal), random);
}

/** Puts the runpack's new digest into the payload, so that only the change itself can be the reason. */
function withPayload(members: Members, seal: Seal): Members {
  const source = members.find(([name]) => name === "source/runpack.zip")?.[1];
  const inner = source === undefined ? undefined : readMembers(source);
  const manifest = objectOf(inner?.find(([name]) => name === "manifest.json")?.[1]);
  if (seal === "none" || manifest === undefined) return members;
  return members.map(([name, content]) => {
    const payload = name === "run_payload.json" ? objectOf(content) : undefined;
    if (payload === undefined) return [name, content];
    const agreeing = { ...payload, manifest_digest: manifest["manifest_digest"] ?? "" };
    return [name, new TextEncoder().encode(JSON.stringify(agreeing))];
  });
}

const KINDS: readonly ((entry: EntrySpec, random: SeededRandom) => EntrySpec)[] = [
  (entry) => ({ ...entry, descriptor: "signed", deflate: true }),
  (entry) => ({ ...entry, descriptor: "unsigned", deflate: true }),
  (entry) => ({ ...entry, descriptor: "signed64" }),
  (entry) => ({ ...entry, descriptor: "signed" }),
  (entry) => ({ ...entry, hidden: true }),
  (entry) => ({ ...entry, before: "PK" }),
  (entry, random) => ({ ...entry, both: { extra: extra(random.pick([1, 0x5455, 0x7075, 0x000a, 0x9901]), u64(0)) } }),
  (entry, random) => ({ ...entry, both: { externalAttributes: random.pick([0x10, 0xa1ff0000, 0x41ed0000, 0, 0x20]) } }),
  (entry, random) => ({ ...entry, both: { flags: random.pick([0, 1, 6, 8, 0x0800, 0x2000]) } }),
  (entry) => ({ ...entry, local: { name: "other.json" } }),
  (entry) => ({ ...entry, central: { comment: "x" } }),
];

/** As an archive, plain or packed in an equivalent way; occasionally with a bad record. */
function written(members: Members, random: SeededRandom): Uint8Array {
  const how = random.below(4);
  if (how < 2) return writeMembers(members);
  if (how === 2) return writeMembers(members, () => random.pick(FORMS));
  const odd = random.below(members.length);
  const entries = members.map(([name, content], index): EntrySpec => {
    const entry = { name, content };
    return index === odd ? random.pick(KINDS)(entry, random) : entry;
  });
  return archive({
    entries,
    ...random.pick([{}, {}, { zip64: {} }, { suffix: "\n" }, { prefix: "#!" }, { end: { comment: "x" } }]),
  });
}
