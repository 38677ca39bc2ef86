/** The work of `gait keys verify`. */
import { GaitError } from "../../../core/finding/error.ts";
import { loadPrivateKey, loadPublicKey } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { KeysVerifyOutput } from "../../../schema/answer/answer.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { privateKeySource, publicKeySources } from "../../flags/keys.ts";
import { rows } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

export async function verifyKeys(call: Call): Promise<Answer<KeysVerifyOutput>> {
  const privateSource = privateKeySource(call);
  if (privateSource === undefined) {
    throw new GaitError("invalid_input", "no private key is given", {
      hint: "Name one with --private-key FILE or --private-key-env VAR.",
    });
  }
  const [publicSource] = publicKeySources(call);
  const { signer, warning } = await loadPrivateKey(privateSource, hostPlatform);
  const derived = signer.publicKey;
  const given = publicSource === undefined ? undefined : await loadPublicKey(publicSource, hostPlatform);
  if (given !== undefined && given.id !== derived.id) {
    throw new GaitError("invalid_key", `the public key (id ${given.id}) is not the private key's (id ${derived.id})`, {
      hint: "Use two files of the same key pair.",
    });
  }
  const publicName = given?.source ?? "derived";
  const privateName = derived.source ?? "";
  const lines = rows(
    [
      ["key id", derived.id],
      ["private key", privateName],
      ["public key", publicName],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      key_id: derived.id,
      private_key_source: privateName,
      public_key_source: publicName,
      ...(warning === undefined ? {} : { warnings: [warning] }),
    },
    text: `${given === undefined ? "a usable private key" : "a key pair"}\n${lines}`,
    notes: warning === undefined ? "" : `${paint("warning", "warn", call.stderr)}: ${warning}\n`,
  };
}
