/** The work of `gait guard encrypt` and `gait guard decrypt`. */
import { GaitError } from "../../../core/finding/error.ts";
import { canonicalBytes } from "../../../core/json/jcs.ts";
import { utcTimestamp } from "../../../core/time/timestamp.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { type ContentKeySource, contentKey } from "../../../host/guard/content-key.ts";
import { decrypted, encrypted, MAX_ENCRYPTED_BYTES, MAX_PLAIN_BYTES } from "../../../host/guard/encryption.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { GuardFailure } from "../../../schema/answer/guard.ts";
import type { GuardDecryptOutput, GuardEncryptOutput } from "../../../schema/answer/guard-storage.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { refusal } from "../../show/refusal.ts";
import { warningLines } from "../../show/verdict.ts";

export async function encryptFile(call: Call): Promise<Answer<GuardEncryptOutput>> {
  const path = inputOf(call);
  const source = keySourceOf(call);
  const key = await contentKey(source, call.env);
  const plain = await readInput(path, { limit: MAX_PLAIN_BYTES });
  const ref = source.mode === "env" ? source.name : source.command;
  const now = call.now();
  const artifact = encrypted(plain, {
    key,
    keySource: source.mode === "env" ? { mode: "env", ref } : { mode: "command", command: ref },
    createdAt: utcTimestamp(Math.floor(now / 1000), Math.floor(now % 1000) * 1_000_000),
    producerVersion: BUILD.version,
    hashing: hostPlatform,
  });
  const out = call.option("--out") ?? `${path}.gaitenc`;
  await write(call, path, out, canonicalBytes(artifact as unknown as JsonObject));
  const { algorithm, plain_sha256, plain_size = 0 } = artifact;
  return {
    exit: EXIT.ok,
    json: {
      path: out,
      algorithm: algorithm as "aes-256-gcm",
      plain_sha256,
      plain_size,
      key_mode: source.mode,
      key_ref: ref,
    },
    text: `encrypted  ${out}\n`,
  };
}

export async function decryptFile(call: Call): Promise<Answer<GuardDecryptOutput | GuardFailure>> {
  const path = inputOf(call);
  const key = await contentKey(keySourceOf(call), call.env);
  const bytes = await readInput(path, { limit: MAX_ENCRYPTED_BYTES });
  const { plain, sha256, findings, warnings } = decrypted(bytes, path, key, hostPlatform);
  if (findings.length > 0) {
    const verification = { verdict: "failed", reason: "its content is not what it says", findings } as const;
    return refusal(call, "not written", [{ path, verification }]);
  }
  const out = call.option("--out") ?? (/.\.gaitenc$/.test(path) ? path.slice(0, -".gaitenc".length) : `${path}.plain`);
  await write(call, path, out, plain);
  return {
    exit: EXIT.ok,
    json: {
      path: out,
      plain_sha256: sha256,
      plain_size: plain.length,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `decrypted  ${out}\n`,
    notes: warningLines(warnings, call.stderr),
  };
}

function inputOf(call: Call): string {
  const path = call.option("--in");
  if (path !== undefined) return path;
  throw new GaitError("invalid_input", "--in is missing: it names the file", { hint: "Give --in FILE." });
}

function keySourceOf(call: Call): ContentKeySource {
  const [name, command] = [call.option("--key-env")?.trim(), call.option("--key-command")?.trim()];
  const args = call.option("--key-command-args");
  if (name !== undefined && name !== "" && command === undefined && args === undefined) return { mode: "env", name };
  if (name === undefined && command !== undefined && command !== "") {
    const words = (args ?? "").split(",").map((word) => word.trim());
    return { mode: "command", command, args: words.filter((word) => word !== "") };
  }
  throw new GaitError("invalid_input", "the key is not given in one way", {
    hint: "Give --key-env NAME, or --key-command PROGRAM with --key-command-args.",
  });
}

async function write(call: Call, path: string, out: string, bytes: Uint8Array): Promise<void> {
  const options = { force: call.has("--force"), inputs: [...call.inputs, path] };
  await writeAtomically(out, async (sink) => sink.write(bytes), options);
}
