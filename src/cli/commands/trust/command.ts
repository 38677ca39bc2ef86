/** `gait trust …`: write, check and read trust files (contract 11.1). */
import type {
  TrustCheckOutput,
  TrustFailure,
  TrustInitOutput,
  TrustShowOutput,
} from "../../../schema/answer/trust-file.ts";
import type { CommandSpec } from "../../command/command.ts";
import { FORCE_FLAG, TRUST_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";

const noun = "trust";
const schemaId = "gait.trust.output";

const INIT: CommandSpec<TrustInitOutput> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Write a trust file: who may vouch for packs, and how many must",
  description:
    "A first one, to be edited: each signer by id and public key (of gait, OpenSSH, OpenSSL, minisign, or a JWK), and one rule\n" +
    "for packs of every kind. Several keys with one id are keys of one person, who counts once.",
  positionals: [],
  options: [
    {
      flag: "--signer",
      value: "ID=FILE",
      repeatable: true,
      kind: "text",
      description: "A person or machine, and the file of a public key",
    },
    { flag: "--at-least", value: "N", default: "1", description: "How many persons must have signed" },
    { flag: "--role", value: "ROLE", default: "approver", description: "What they sign as" },
    { flag: "--tsa", value: "FILE", description: "Certificates of a timestamp authority, in PEM" },
    { flag: "--name", value: "NAME", default: "Trust file", description: "Shown in every answer" },
    { flag: "--out", value: "FILE", output: true, description: "The trust file to write" },
    FORCE_FLAG,
  ],
  examples: [
    {
      command: "gait trust init --signer alice=alice.pub --signer bob=bob.pub --at-least 2 --out trust.json",
      note: "Both have to sign",
    },
  ],
  async run(call) {
    const { initTrust } = await import("./init.ts");
    return initTrust(call);
  },
};

const CHECK: CommandSpec<TrustCheckOutput, TrustFailure> = {
  noun,
  verb: "check",
  schemaId,
  summary: "Say all that is wrong with a trust file",
  description:
    "Also what is allowed and probably not meant, and with --previous what changes: the version has to rise.",
  positionals: [{ name: "file", required: true }],
  options: [{ flag: "--previous", value: "FILE", description: "The trust file that it replaces" }],
  examples: [{ command: "gait trust check trust.json --previous trust-v6.json", note: "Before it is handed out" }],
  async run(call) {
    const { checkTrust } = await import("./check.ts");
    return checkTrust(call);
  },
};

const SHOW: CommandSpec<TrustShowOutput, TrustFailure> = {
  noun,
  verb: "show",
  schemaId,
  summary: "Show a trust file in words, and who is missing for a pack",
  description: "Each rule as a sentence, and each key with all its names, so that it can be compared by phone.",
  positionals: [
    { name: "file", required: true },
    { name: "pack", kind: "file", required: false },
  ],
  options: [...TRUST_FLAGS.filter(({ flag }) => flag !== "--trust"), ...LIMIT_FLAGS],
  examples: [{ command: "gait trust show trust.json pack.zip", note: "Who has to sign still?" }],
  async run(call) {
    const { showTrust } = await import("./show.ts");
    return showTrust(call);
  },
};

export const TRUST_COMMANDS: readonly CommandSpec[] = [INIT, CHECK, SHOW];
