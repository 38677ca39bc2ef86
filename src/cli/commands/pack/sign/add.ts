/** `gait pack sign --add`: what ssh-keygen, minisign or cosign signed is put beside the pack, checked as far as can be. */
import { basename, dirname, join } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { printable } from "../../../../core/text/printable.ts";
import { checkCountersignature, hintText, Keyring } from "../../../../core/trust/check-signature.ts";
import { digestFile } from "../../../../core/trust/file-digests.ts";
import {
  type Countersignature,
  isReadable,
  type ReadableSignature,
} from "../../../../core/trust/format/countersignature.ts";
import { MAX_SIGNATURE_FILE_BYTES, readSignatureFile } from "../../../../core/trust/format/read-file.ts";
import type { VerificationKey } from "../../../../core/trust/key/public.ts";
import type { TrustPolicy } from "../../../../core/trust/policy/policy.ts";
import { readInput } from "../../../../host/files/input.ts";
import { withArtifact } from "../../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { addLines, type SidecarWritten, writeBeside, writeNamed } from "../../../../host/signing/sidecar-file.ts";
import type { PackSignOutput } from "../../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { paint } from "../../../terminal/style.ts";
import type { PackToSign } from "./opened-pack.ts";
import { publicKeyFor } from "./way.ts";

interface Added {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly signatures: readonly ReadableSignature[];
}

export async function addSignatures(call: Call, pack: PackToSign): Promise<Answer<PackSignOutput>> {
  const key = call.has("--public-key") ? await publicKeyFor(call) : undefined;
  const added: Added[] = [];
  for (const path of call.options("--add")) added.push(await readAdded(path));
  const digests = await withArtifact(pack.path, ({ source }) =>
    digestFile(source, ["sha512", "blake2b512"], hostPlatform),
  );
  if (digests.file.sha256 !== pack.subject.sha256)
    throw new GaitError("input_changed", `${pack.path} changed while it was read`);
  const judged = { sha256: pack.subject.sha256, digests: digests.digests, pack: pack.identity };
  const unchecked: string[] = [];
  for (const { signatures } of added) {
    for (const signature of signatures) {
      if (!(await isChecked(signature, key, judged))) unchecked.push(signature.from);
    }
  }
  // Everything is checked before anything is written.
  const files: SidecarWritten[] = [];
  for (const each of added) files.push(await write(call, pack, each, added.length));
  const warnings = unchecked.map((from) => `${from} is not checked: no --public-key was given that it could be of`);
  const formats = new Set(added.flatMap(({ signatures }) => signatures.map(({ format }) => format)));
  const [format = "dsse", ...others] = formats;
  const json = {
    ...pack.members,
    ...(key === undefined ? {} : { key_id: key.id }),
    ...(others.length > 0 ? {} : { format: format === "sshsig" ? ("ssh" as const) : format }),
    files,
    ...(unchecked.length === 0 ? {} : { unchecked, warnings }),
  };
  const lines = rows(
    files.map(
      ({ path, outcome }) => ["file", outcome === "unchanged" ? `${path}, where it was already` : path] as const,
    ),
    call.stdout,
    "  ",
  );
  const text = `${paint("added", "good", call.stdout)}  ${printable(pack.path)}\n${lines}`;
  return { exit: EXIT.ok, json, text, notes: warningLines(warnings, call.stderr) };
}

async function readAdded(path: string): Promise<Added> {
  const bytes = await readInput(path, { limit: MAX_SIGNATURE_FILE_BYTES });
  const { signatures, token } = readSignatureFile({ name: path, bytes }, hostPlatform);
  if (token !== undefined) {
    throw new GaitError("invalid_signature", `${path} is a timestamp, not a signature`, {
      hint: "Use `gait pack timestamp attach`.",
    });
  }
  const readable = signatures.map((signature) => (isReadable(signature) ? signature : refuse(signature)));
  if (readable.length === 0) throw new GaitError("invalid_signature", `${path} holds no signature`);
  return { path, bytes, signatures: readable };
}

function refuse({ from, note }: Exclude<Countersignature, ReadableSignature>): never {
  throw new GaitError("invalid_signature", `${from} can't be added: ${note}`, {
    hint: "Give a signature of ssh-keygen, minisign (0.10 or newer), cosign or gait.",
  });
}

/** Whether the signature was checked. @throws GaitError `invalid_signature` for one that is not over this pack */
async function isChecked(
  signature: ReadableSignature,
  given: VerificationKey | undefined,
  judged: Parameters<typeof checkCountersignature>[2],
): Promise<boolean> {
  // An SSHSIG brings its key: whose it is, the trust file says.
  const key = given ?? (signature.hint.kind === "key" ? signature.key : undefined);
  if (key === undefined) return false;
  const keyring = new Keyring(policyOf(key), hostPlatform);
  const checked = await checkCountersignature(signature, keyring, judged, hostPlatform);
  if (checked.state === "verified") return true;
  const id = hintText(signature.hint);
  const note =
    checked.state === "unknown_key"
      ? `it is not by the given key${id === undefined ? "" : ` (it names ${id})`}`
      : checked.note;
  throw new GaitError("invalid_signature", `${signature.from} can't be added: ${note ?? "it does not verify"}`);
}

/** A policy of one key, to find it by what signatures say. */
function policyOf(key: VerificationKey): TrustPolicy {
  const signers = [{ id: "given", keys: [{ key, namespaces: [] }] }];
  return { form: "gait.trust", name: "", version: 1, sha256: "", signers, rules: [], authorities: [] };
}

async function write(
  call: Call,
  pack: PackToSign,
  { bytes, signatures, path }: Added,
  count: number,
): Promise<SidecarWritten> {
  const inputs = [...call.inputs, pack.path];
  const [first] = signatures;
  const out = call.option("--out");
  if (out !== undefined && count > 1)
    throw new GaitError("invalid_input", "--out is given with several --add", { hint: "Leave it out." });
  if (first === undefined || first.format === "dsse") {
    const text = Buffer.from(bytes).toString("latin1");
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const isPretty = lines.length > 1 && signatures.every(({ from }) => from === path);
    const whole = isPretty ? [JSON.stringify(JSON.parse(Buffer.from(bytes).toString("utf8")))] : lines;
    return addLines(
      out ?? `${pack.path}.sigs.jsonl`,
      whole.map((line) => (isPretty ? Buffer.from(line).toString("latin1") : line)),
      inputs,
    );
  }
  const label = first.format === "sshsig" ? (hintText(first.hint) ?? "").slice(0, 16) : hintText(first.hint);
  if (out !== undefined) return writeNamed(out, bytes, inputs);
  const target = join(dirname(pack.path), `${basename(pack.path)}.${label}`);
  return writeBeside(target, first.format === "sshsig" ? "sig" : "minisig", bytes, inputs);
}
