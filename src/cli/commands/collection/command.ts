/** `gait collection …`: a log of packs that shows what was taken away (contract 14.3). */
import type { PackFailure } from "../../../schema/answer/pack.ts";
import type {
  CollectionAppendOutput,
  CollectionCheckpointOutput,
  CollectionCosignOutput,
  CollectionInitOutput,
  CollectionProveOutput,
  CollectionVerifyOutput,
} from "../../../schema/answer/store/log.ts";
import type { CommandSpec, OptionSpec, PositionalSpec } from "../../command/command.ts";
import { FORCE_FLAG } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { NET_FLAGS } from "../../flags/net.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "collection";
const schemaId = "gait.collection.output";

const STORE: PositionalSpec = { name: "store", kind: "folder", required: true };
const NAME: OptionSpec = { flag: "--name", value: "NAME", description: "The collection" };
const LOG_KEY: OptionSpec = {
  flag: "--log-key",
  value: "FILE",
  description: "The log's private key, as gait keys init makes one: used for nothing else",
};

const INIT: CommandSpec<CollectionInitOutput> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Begin a collection: a log that every pack of a store is entered in",
  description:
    "Prints the log's key as one word, for --log-vkey. Give it to those who verify by another way than the store: a key\n" +
    "that comes with the evidence proves nothing.",
  positionals: [STORE],
  options: [
    NAME,
    { flag: "--origin", value: "NAME", description: "The log's own name in the world: example.org/evidence" },
    LOG_KEY,
    ...NET_FLAGS,
  ],
  examples: [
    {
      command: "gait collection init evidence --name agents --origin example.org/agents --log-key keys/log_private.key",
      note: "Prints the key for --log-vkey",
    },
  ],
  async run(call) {
    const { initCollection } = await import("./init.ts");
    return initCollection(call);
  },
};

const APPEND: CommandSpec<CollectionAppendOutput> = {
  noun,
  verb: "append",
  schemaId,
  summary: "Enter packs in the log, or that some were removed lawfully",
  description:
    "Needs no key and no lock: any number of machines may append at once. A list has a line for each: the path of a pack, or\n" +
    "an entry in JSON. --removed has a SHA-256 in each line.",
  positionals: [STORE],
  options: [
    NAME,
    { flag: "--new", description: "The packs of the store that are not in the log" },
    {
      flag: "--files-from",
      value: "FILE",
      standardInput: true,
      description: "A list of packs, or of entries; - is stdin",
    },
    { flag: "--removed", value: "FILE", description: "A list of packs that were removed" },
    {
      flag: "--reason",
      value: "WORD",
      kind: "text",
      choices: ["retention", "erasure", "legal"],
      description: "Why (with --removed)",
    },
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [{ command: "gait collection append evidence --name agents --new", note: "Every minute, say" }],
  async run(call) {
    const { appendToCollection } = await import("./append.ts");
    return appendToCollection(call);
  },
};

const CHECKPOINT: CommandSpec<CollectionCheckpointOutput> = {
  noun,
  verb: "checkpoint",
  schemaId,
  summary: "Sign the log as it is: how many entries, and the root of their tree",
  description:
    "Reads every entry first, and holds the head before against them; what does not agree is not signed, and the exit is 2.",
  positionals: [STORE],
  options: [NAME, LOG_KEY, ...PROGRESS_FLAGS, ...NET_FLAGS],
  examples: [
    {
      command: "gait collection checkpoint evidence --name agents --log-key keys/log_private.key",
      note: "Every hour, say, where the key is",
    },
  ],
  async run(call) {
    const { checkpointCollection } = await import("./checkpoint.ts");
    return checkpointCollection(call);
  },
};

const PROVE: CommandSpec<CollectionProveOutput> = {
  noun,
  verb: "prove",
  schemaId,
  summary: "Write the proof that a pack is in the log, to go beside the pack",
  description: "The proof has all that a verifier needs besides the log's key: PACK.tlog-proof (C2SP tlog-proof).",
  positionals: [STORE, { name: "pack-or-sha256", kind: "file", required: true, repeatable: true }],
  options: [
    NAME,
    { flag: "--out-dir", value: "DIR", output: true, description: "Folder for the proofs (default: beside the pack)" },
    {
      flag: "--db",
      value: "FILE",
      description: "A catalogue that knows the log, which then is not read; or postgres://…",
    },
    FORCE_FLAG,
    ...LIMIT_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [{ command: "gait collection prove evidence --name agents pack.zip", note: "Writes pack.zip.tlog-proof" }],
  async run(call) {
    const { provePacks } = await import("./prove.ts");
    return provePacks(call);
  },
};

const VERIFY: CommandSpec<CollectionVerifyOutput, PackFailure> = {
  noun,
  verb: "verify",
  schemaId,
  summary: "Check a log, and with --packs that nothing was taken away; or one pack with its proof",
  description:
    "Offline, from a folder or a stick. Without --since it says that the log agrees with itself; with the head of an\n" +
    "earlier visit, that nothing which was there then is missing or other now. --remember keeps the head for next time.\n" +
    "A log shows what was taken away after it was entered. It says nothing of a run that nobody recorded.",
  positionals: [{ name: "store-or-pack", kind: "file", required: true }],
  options: [
    { ...NAME, description: "The collection; without it a pack is verified with its proof" },
    {
      flag: "--log-vkey",
      value: "VKEY",
      kind: "text",
      description: "The log's key, as gait collection init printed it",
    },
    { flag: "--since", value: "FILE", description: "A head of the log from before" },
    {
      flag: "--remember",
      value: "FILE",
      output: true,
      description: "The head of the last visit: compared, then renewed",
    },
    { flag: "--packs", value: "DIR", description: "The store, or a folder with the packs, that the log speaks of" },
    {
      flag: "--witness",
      value: "VKEY",
      kind: "text",
      repeatable: true,
      description: "The key of a witness, who has to have signed the head too",
    },
    { flag: "--at-least", value: "N", description: "How many of the witnesses (default: all of them)" },
    { flag: "--proof", value: "FILE", description: "The proof of the pack (default: PACK.tlog-proof)" },
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [
    {
      command: "gait collection verify evidence --name agents --log-vkey VKEY --packs evidence --remember last.note",
      note: "Is everything there that ever was?",
    },
    { command: "gait collection verify pack.zip --log-vkey VKEY", note: "Is this pack in the log?" },
  ],
  async run(call) {
    const { verifyCollection } = await import("./verify.ts");
    return verifyCollection(call);
  },
};

const COSIGN: CommandSpec<CollectionCosignOutput> = {
  noun,
  verb: "cosign",
  schemaId,
  summary: "As a witness, sign that the log has only grown since one last looked",
  description:
    "Verifies the log, holds it against the head in --state, signs (C2SP tlog-cosignature), and keeps the new head there. Whoever\n" +
    "owns the disk can put it back to an older state, but not the witness's file. The signature goes into the store, or to --out.",
  positionals: [STORE],
  options: [
    NAME,
    {
      flag: "--log-vkey",
      value: "VKEY",
      kind: "text",
      description: "The log's key, as gait collection init printed it",
    },
    { flag: "--witness-key", value: "FILE", description: "The witness's private key, as gait keys init makes one" },
    { flag: "--witness-name", value: "NAME", description: "The witness's own name in the world: example.org/auditor" },
    {
      flag: "--state",
      value: "FILE",
      output: true,
      description: "The head that was signed last: compared, then renewed",
    },
    { flag: "--out", value: "FILE", output: true, description: "Write the signed head here, and nothing to the store" },
    ...PROGRESS_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [
    {
      command:
        "gait collection cosign stick --name c --log-vkey VKEY --witness-key my.key --witness-name org/me --state my.note",
      note: "Prints the witness's key for --witness",
    },
  ],
  async run(call) {
    const { cosignCollection } = await import("./cosign.ts");
    return cosignCollection(call);
  },
};

export const COLLECTION_COMMANDS: readonly CommandSpec[] = [INIT, APPEND, CHECKPOINT, PROVE, VERIFY, COSIGN];
