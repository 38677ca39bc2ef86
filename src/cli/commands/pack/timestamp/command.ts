/** `gait pack timestamp …`: ask a timestamp authority (RFC 3161), and keep its answer beside a pack (contract 11.7). */
import type {
  PackFailure,
  PackTimestampAttachOutput,
  PackTimestampRequestOutput,
} from "../../../../schema/answer/pack.ts";
import type { CommandSpec } from "../../../command/command.ts";
import { TRUST_FLAGS } from "../../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../../flags/limits.ts";

const noun = "pack";
const schemaId = "gait.pack.output";

const REQUEST: CommandSpec<PackTimestampRequestOutput, PackFailure> = {
  noun,
  verb: "timestamp request",
  schemaId,
  summary: "Write a request for a timestamp, which a machine with a network sends",
  description:
    "A timestamp over a signature proves that it is older than the end of its key; one over the pack does so for the pack and the\n" +
    "signatures inside it. gait opens no connection: it prints the line that sends the request.",
  positionals: [{ name: "file", required: true }],
  options: [
    {
      flag: "--of",
      value: "WHAT",
      choices: ["pack", "signatures"],
      default: "signatures",
      description: "What is to be stamped",
    },
    {
      flag: "--hash",
      value: "HASH",
      choices: ["sha256", "sha384", "sha512"],
      default: "sha256",
      description: "Hash of the request",
    },
    { flag: "--out-dir", value: "DIR", output: true, description: "Folder for the requests, instead of the pack's" },
    ...LIMIT_FLAGS,
  ],
  examples: [{ command: "gait pack timestamp request pack.zip", note: "A request for each signature beside it" }],
  async run(call) {
    const { requestTimestamps } = await import("./request.ts");
    return requestTimestamps(call);
  },
};

const ATTACH: CommandSpec<PackTimestampAttachOutput, PackFailure> = {
  noun,
  verb: "timestamp attach",
  schemaId,
  summary: "Put the answer of a timestamp authority beside a pack",
  description:
    "Finds by its digest what each answer stamps. Its nonce is compared with the request (F.tsq of F.tsr). With --trust it has to be\n" +
    "trusted; without one it is kept, and not verified.",
  positionals: [{ name: "file", required: true }],
  options: [
    { flag: "--response", value: "FILE", repeatable: true, description: "Answer of the authority" },
    ...TRUST_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    {
      command: "gait pack timestamp attach pack.zip --response pack.zip.sigs.jsonl.1.tsr --trust trust.json",
      note: "Verified, and kept",
    },
  ],
  async run(call) {
    const { attachTimestamps } = await import("./attach.ts");
    return attachTimestamps(call);
  },
};

export const PACK_TIMESTAMP_COMMANDS: readonly CommandSpec[] = [REQUEST, ATTACH];
