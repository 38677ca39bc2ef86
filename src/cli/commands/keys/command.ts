/** `gait keys …`: make signing keys and check them. */

import type { KeysInitOutput, KeysRotateOutput, KeysVerifyOutput } from "../../../schema/answer/answer.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, PRIVATE_KEY_ENV } from "../../flags/keys.ts";

const noun = "keys";
const schemaId = "gait.keys.output";

const OUT_DIR: OptionSpec = {
  flag: "--out-dir",
  value: "DIR",
  default: "gait-out/keys",
  description: "Folder for the key files",
};
const PREFIX: OptionSpec = {
  flag: "--prefix",
  value: "NAME",
  default: "gait",
  description: "Beginning of the file names: <prefix>_private.key, <prefix>_public.key",
};

const INIT: CommandSpec<KeysInitOutput> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Make a key pair to sign with",
  description: "Both files are readable by you alone (0600). Give the public one to whoever verifies.",
  positionals: [],
  options: [OUT_DIR, PREFIX, FORCE_FLAG],
  examples: [
    { command: "gait keys init --out-dir keys", note: "Writes keys/gait_private.key and keys/gait_public.key" },
  ],
  async run(call) {
    const { initKeys } = await import("./write.ts");
    return initKeys(call);
  },
};

const ROTATE: CommandSpec<KeysRotateOutput> = {
  noun,
  verb: "rotate",
  schemaId,
  summary: "Make the next key pair beside the old one",
  description: "The files are named <prefix>_<UTC time>_private.key and …_public.key; the old ones stay as they are.",
  positionals: [],
  options: [OUT_DIR, PREFIX],
  examples: [
    {
      command: "gait keys rotate --out-dir keys",
      note: "What the old key signed stays verifiable with its public half",
    },
  ],
  async run(call) {
    const { rotateKeys } = await import("./write.ts");
    return rotateKeys(call);
  },
};

const VERIFY: CommandSpec<KeysVerifyOutput> = {
  noun,
  verb: "verify",
  schemaId,
  summary: "Check that a private key is usable and a public key is its other half",
  positionals: [],
  options: [
    { flag: "--private-key", value: "FILE", description: "The private key" },
    PRIVATE_KEY_ENV,
    {
      flag: "--public-key",
      value: "FILE",
      description: "The public key; without one the private key alone is checked",
    },
    { flag: "--public-key-env", value: "VAR", description: "Environment variable that holds the public key" },
  ],
  examples: [
    {
      command: "gait keys verify --private-key keys/gait_private.key --public-key keys/gait_public.key",
      note: "A pair?",
    },
  ],
  async run(call) {
    const { verifyKeys } = await import("./verify.ts");
    return verifyKeys(call);
  },
};

export const KEYS_COMMANDS: readonly CommandSpec[] = [INIT, ROTATE, VERIFY];
