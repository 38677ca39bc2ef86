/** `gait keys …`: make signing keys and check them. */

import type {
  KeysInitOutput,
  KeysRotateOutput,
  KeysShowOutput,
  KeysVerifyOutput,
} from "../../../schema/answer/answer.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, PRIVATE_KEY_ENV } from "../../flags/keys.ts";

const noun = "keys";
const schemaId = "gait.keys.output";

const OUT_DIR: OptionSpec = {
  flag: "--out-dir",
  value: "DIR",
  output: true,
  default: "gait-out/keys",
  description: "Folder for the key files",
};
const PREFIX: OptionSpec = {
  flag: "--prefix",
  value: "NAME",
  default: "gait",
  description: "Prefix of the file names: <prefix>_private.key, <prefix>_public.key",
};

const INIT: CommandSpec<KeysInitOutput> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Make a signing key pair",
  description: "Only you can read the two files (0600). Give the public key to those who verify.",
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
  summary: "Make a new key pair next to the old one",
  description: "The files are named <prefix>_<UTC time>_private.key and …_public.key; the old ones stay as they are.",
  positionals: [],
  options: [OUT_DIR, PREFIX],
  examples: [
    {
      command: "gait keys rotate --out-dir keys",
      note: "The old public key still verifies what the old key signed",
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
  summary: "Check that a private key is usable and that a public key matches it",
  positionals: [],
  options: [
    { flag: "--private-key", value: "FILE", description: "The private key" },
    PRIVATE_KEY_ENV,
    {
      flag: "--public-key",
      value: "FILE",
      description: "The public key; without it, only the private key is checked",
    },
    { flag: "--public-key-env", value: "VAR", description: "Environment variable that holds the public key" },
  ],
  examples: [
    {
      command: "gait keys verify --private-key keys/gait_private.key --public-key keys/gait_public.key",
      note: "Do they match?",
    },
  ],
  async run(call) {
    const { verifyKeys } = await import("./verify.ts");
    return verifyKeys(call);
  },
};

const SHOW: CommandSpec<KeysShowOutput> = {
  noun,
  verb: "show",
  schemaId,
  summary: "Show all names of a key, to compare it by phone",
  description:
    "Reads keys of gait, OpenSSH, OpenSSL, minisign and signify, and JWKs; of a private key it shows the public half's names.",
  positionals: [{ name: "file", required: true }],
  options: [],
  examples: [{ command: "gait keys show ~/.ssh/id_ed25519.pub", note: "Its id here, and what ssh-keygen -lf shows" }],
  async run(call) {
    const { showKey } = await import("./show.ts");
    return showKey(call);
  },
};

export const KEYS_COMMANDS: readonly CommandSpec[] = [INIT, ROTATE, VERIFY, SHOW];
