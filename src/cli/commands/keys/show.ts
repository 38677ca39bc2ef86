/** The work of `gait keys show`. */
import { GaitError } from "../../../core/finding/error.ts";
import type { VerificationKey } from "../../../core/trust/key/public.ts";
import { loadPackSigner, loadVerificationKey } from "../../../host/pack-signer.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { KeysShowOutput } from "../../../schema/answer/answer.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { keyNamesShown, keyRows } from "../../show/key.ts";
import { warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";

export async function showKey(call: Call): Promise<Answer<KeysShowOutput>> {
  const [path = ""] = call.positionals;
  const { key, isPrivate, warnings } = await anyKey(path);
  const names = keyNamesShown(key);
  const text = rows(
    [["file", isPrivate ? `${path}, a private key: these are the names of its public half` : path], ...keyRows(key)],
    call.stdout,
  );
  const json = { path, ...names, is_private: isPrivate, ...(warnings.length > 0 ? { warnings: [...warnings] } : {}) };
  return { exit: EXIT.ok, json, text, notes: warningLines(warnings, call.stderr) };
}

interface AnyKey {
  readonly key: VerificationKey;
  readonly isPrivate: boolean;
  readonly warnings: readonly string[];
}

async function anyKey(path: string): Promise<AnyKey> {
  try {
    return { key: await loadVerificationKey({ path }, hostPlatform), isPrivate: false, warnings: [] };
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "invalid_key" || !error.message.includes("is a private key"))
      throw error;
  }
  const { signer, warning } = await loadPackSigner({ path }, hostPlatform);
  return { key: signer.publicKey, isPrivate: true, warnings: warning === undefined ? [] : [warning] };
}
