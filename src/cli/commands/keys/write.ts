/** The work of `gait keys init` and `gait keys rotate`. */
import { generateKeyPair, rotatedPrefix, writeKeyPair } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { KeysInitOutput, KeysRotateOutput } from "../../../schema/answer/answer.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

export async function initKeys(call: Call): Promise<Answer<KeysInitOutput>> {
  return writeKeys(call, call.option("--prefix") ?? "", call.has("--force"));
}

export async function rotateKeys(call: Call): Promise<Answer<KeysRotateOutput>> {
  return writeKeys(call, rotatedPrefix(call.option("--prefix") ?? "", new Date(call.now())), false);
}

async function writeKeys(
  call: Call,
  prefix: string,
  force: boolean,
): Promise<Answer<KeysInitOutput | KeysRotateOutput>> {
  const pair = await generateKeyPair(hostPlatform);
  const directory = call.option("--out-dir") ?? "";
  const { privateKeyPath, publicKeyPath } = writeKeyPair(pair, { directory, prefix, force });
  const lines = rows(
    [
      ["key id", pair.publicKey.id],
      ["private key", `${privateKeyPath} (keep it secret)`],
      ["public key", `${publicKeyPath} (give it to those who verify)`],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      prefix,
      key_id: pair.publicKey.id,
      private_key_path: privateKeyPath,
      public_key_path: publicKeyPath,
    },
    text: `a new key pair\n${lines}`,
  };
}
