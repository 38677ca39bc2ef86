/** `gait pack sign` and `gait pack attest`: vouch for a pack that was built, in a file beside it (contract 11). */
import type { PackAttestOutput, PackFailure, PackSignOutput } from "../../../../schema/answer/pack.ts";
import type { CommandSpec, OptionSpec } from "../../../command/command.ts";
import { PRIVATE_KEY_ENV, TRUST_FLAGS } from "../../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../../flags/progress.ts";

const noun = "pack";
const schemaId = "gait.pack.output";

/** The ways to sign: exactly one of them. */
const WAYS: readonly OptionSpec[] = [
  { flag: "--private-key", value: "FILE", description: "Sign with this key: of gait, OpenSSL (PKCS#8) or OpenSSH" },
  PRIVATE_KEY_ENV,
  { flag: "--ssh-agent", description: "Sign with a key of the ssh-agent" },
  {
    flag: "--signer",
    value: "COMMAND",
    description: "Sign with a command that gets the bytes on stdin and writes the signature to stdout; no shell",
  },
  {
    flag: "--to-sign",
    value: "FILE",
    output: true,
    description: "Only write the bytes to be signed elsewhere (HSM, KMS, card)",
  },
  { flag: "--signed", value: "FILE", description: "The bytes that --to-sign wrote, now signed" },
  { flag: "--signature", value: "FILE", description: "Their signature: raw, r||s, DER or base64 (with --signed)" },
  { flag: "--public-key", value: "FILE", description: "Public half of the key that signs" },
];

const OUT: OptionSpec = {
  flag: "--out",
  value: "FILE",
  output: true,
  description: "File to write, instead of one beside the pack",
};

const SIGN: CommandSpec<PackSignOutput, PackFailure> = {
  noun,
  verb: "sign",
  schemaId,
  summary: "Vouch for a pack in a file beside it; the pack stays as it is",
  description:
    "Verifies the pack, and refuses one that fails. Adds a line to PACK.sigs.jsonl: a Sigstore bundle with a statement about\n" +
    "the SHA-256 of the file. With --format ssh writes PACK.<key>.sig, as `ssh-keygen -Y sign` does. Whose signature counts\n" +
    "for what is said by the trust file of those who verify.",
  positionals: [{ name: "file", required: true }],
  options: [
    ...WAYS,
    {
      flag: "--add",
      value: "FILE",
      repeatable: true,
      description: "Put a signature beside the pack that ssh-keygen, minisign or cosign made",
    },
    { flag: "--role", value: "ROLE", description: "Sign for this role only" },
    { flag: "--comment", value: "TEXT", description: "Words to sign with it" },
    {
      flag: "--format",
      value: "FORMAT",
      choices: ["dsse", "ssh"],
      description: "dsse: a statement (default); ssh: SSHSIG (default of --ssh-agent)",
    },
    { flag: "--namespace", value: "NAME", default: "file", description: "Namespace of --format ssh" },
    OUT,
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack sign pack.zip --private-key ~/.ssh/id_ed25519 --role approver", note: "With an SSH key" },
    { command: "gait pack sign pack.zip --ssh-agent", note: "With the agent, in OpenSSH's own form" },
    {
      command: "gait pack sign pack.zip --public-key kms.pem --to-sign pack.pae",
      note: "For a KMS: what it has to sign",
    },
    {
      command: "gait pack sign pack.zip --public-key kms.pem --signed pack.pae --signature pack.sig",
      note: "And its answer",
    },
    {
      command: "gait pack sign pack.zip --add pack.zip.minisig --public-key minisign.pub",
      note: "Signed by minisign, checked",
    },
  ],
  async run(call) {
    const { signPack } = await import("./sign.ts");
    return signPack(call);
  },
};

const ATTEST: CommandSpec<PackAttestOutput, PackFailure> = {
  noun,
  verb: "attest",
  schemaId,
  summary: "Sign what the verification of a pack found, or a statement of your own about it",
  description:
    "Without --predicate a Simple Verification Result (in-toto SVR): GAIT_INTACT, and with --trust GAIT_AUTHENTIC and the roles\n" +
    "that are filled. Refused for a pack that fails. Adds a line to PACK.sigs.jsonl.",
  positionals: [{ name: "file", required: true }],
  options: [
    ...WAYS,
    ...TRUST_FLAGS,
    { flag: "--contents", description: "Also about each file in the pack" },
    { flag: "--predicate", value: "FILE", description: "A JSON object to state instead" },
    { flag: "--predicate-type", value: "URI", description: "What kind of statement that is" },
    OUT,
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack attest pack.zip --trust trust.json --private-key ci.key", note: "What CI verified" },
    {
      command:
        "gait pack attest pack.zip --predicate review.json --predicate-type https://example.com/review/v1 --private-key ci.key",
      note: "A statement of your own",
    },
  ],
  async run(call) {
    const { attestPack } = await import("./attest.ts");
    return attestPack(call);
  },
};

export const PACK_SIGNING_COMMANDS: readonly CommandSpec[] = [SIGN, ATTEST];
