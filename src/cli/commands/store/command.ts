/** `gait store …`: packs of many machines in one place, each under the name of its content (contract 14.1). */
import type { PackFailure } from "../../../schema/answer/pack.ts";
import type { PacksReport } from "../../../schema/answer/packs.ts";
import type {
  StoreGetOutput,
  StoreInitOutput,
  StoreLockOutput,
  StoreLsOutput,
  StorePutOutput,
} from "../../../schema/answer/store/objects.ts";
import type { CommandSpec, OptionSpec, PositionalSpec } from "../../command/command.ts";
import { FORCE_FLAG, VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { NET_FLAGS } from "../../flags/net.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";
import { MANY_FORMAT_FLAGS } from "../pack/verify-command.ts";

const noun = "store";
const schemaId = "gait.store.output";

export const STORE: PositionalSpec = { name: "store", kind: "folder", required: true };

const PREFIX: OptionSpec = {
  flag: "--prefix",
  value: "PREFIX",
  kind: "text",
  default: "packs/",
  description: "Only what begins with it: packs/2026/11/ is a month",
};

const INIT: CommandSpec<StoreInitOutput> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Make a store: a folder of packs under the names of their content",
  description:
    "A store is a folder, or s3://bucket/prefix; a copy of it is the same store, also on a USB stick or a network share. Nothing in\n" +
    "it is ever replaced, and no command here removes anything. The retention is what `verify` will hold the store to.",
  positionals: [STORE],
  options: [
    { flag: "--retain", value: "DAYS", kind: "text", default: "183d", description: "How long packs are kept" },
    {
      flag: "--mode",
      value: "MODE",
      choices: ["governance", "compliance"],
      default: "governance",
      description: "As in S3 Object Lock",
    },
    { flag: "--force", description: "Allow fewer than 183 days" },
    ...NET_FLAGS,
  ],
  examples: [{ command: "gait store init evidence", note: "Packs are kept for six months or more" }],
  async run(call) {
    const { initStore } = await import("./init.ts");
    return initStore(call);
  },
};

const PUT: CommandSpec<StorePutOutput> = {
  noun,
  verb: "put",
  schemaId,
  summary: "Verify packs and put them into a store, with what lies beside them",
  description:
    "A pack lies at packs/YYYY/MM/DD/<sha256>.zip, by the day in UTC on which it was put. A pack that fails is not put, and\n" +
    "the exit is 2. What is there stays as it is: putting a pack twice is no error.",
  positionals: [{ name: "pack", kind: "file", required: false, repeatable: true }],
  options: [
    { flag: "--to", value: "STORE", kind: "folder", description: "The store" },
    {
      flag: "--files-from",
      value: "FILE",
      standardInput: true,
      description: "Read paths from a list, separated by NUL or newlines; - is stdin",
    },
    { flag: "--recursive", description: "Include the packs in folders and their subfolders" },
    {
      flag: "--retain-until",
      value: "TIME",
      kind: "text",
      description: "In a bucket with Object Lock: until when at least (default: the store's retention)",
    },
    { flag: "--legal-hold", description: "The same: with a hold that somebody has to take away" },
    ...VERIFYING_FLAGS,
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [{ command: "gait store put pack_*.zip --to evidence", note: "Each is verified first" }],
  async run(call) {
    const { putPacks } = await import("./put.ts");
    return putPacks(call);
  },
};

const GET: CommandSpec<StoreGetOutput> = {
  noun,
  verb: "get",
  schemaId,
  summary: "Copy packs out of a store, with what lies beside them",
  description: "By SHA-256 or by name in the store. The SHA-256 is checked before the file has its name.",
  positionals: [STORE, { name: "sha256-or-key", kind: "text", required: true, repeatable: true }],
  options: [
    { flag: "--out-dir", value: "DIR", output: true, default: ".", description: "Folder for the files" },
    FORCE_FLAG,
    ...NET_FLAGS,
  ],
  examples: [
    {
      command: "gait store get evidence packs/2026/11/25/HEX.zip --out-dir out",
      note: "One pack, and its signatures",
    },
  ],
  async run(call) {
    const { getPacks } = await import("./get.ts");
    return getPacks(call);
  },
};

const LS: CommandSpec<StoreLsOutput> = {
  noun,
  verb: "ls",
  schemaId,
  summary: "List the packs in a store",
  positionals: [STORE],
  options: [
    PREFIX,
    { flag: "--format", value: "FORMAT", choices: ["text", "ndjson"], default: "text", description: "Output format" },
    { flag: "--retention", description: "Of a bucket: with the lock of each pack, one request each" },
    ...NET_FLAGS,
  ],
  examples: [{ command: "gait store ls evidence --prefix packs/2026/11/", note: "Those of one month" }],
  async run(call) {
    const { listStore } = await import("./ls.ts");
    return listStore(call);
  },
};

const VERIFY: CommandSpec<PacksReport, PackFailure> = {
  noun,
  verb: "verify",
  schemaId: "gait.packs.output",
  failureSchemaId: schemaId,
  summary: "Verify every pack in a store, and that each has the SHA-256 of its name",
  description:
    "As gait pack verify of many packs, with the same formats, exits and answers. It says nothing of a pack that was\n" +
    "removed: that is what `gait collection verify` is for.",
  positionals: [STORE],
  options: [
    PREFIX,
    { flag: "--receipts", description: "Put the receipts into the store, for gait catalog build STORE --receipts" },
    {
      flag: "--run",
      value: "NAME",
      kind: "text",
      description: "With --receipts: the name of this verification, the same for all its shards (default: of the time)",
    },
    {
      flag: "--require-retention",
      description: "Of a bucket: a pack that is not locked as long as the store says fails",
    },
    ...VERIFYING_FLAGS,
    ...MANY_FORMAT_FLAGS,
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [
    { command: "gait store verify evidence --trust trust.json", note: "All of it" },
    { command: "gait store verify evidence --receipts", note: "And keep what was found, for a catalogue" },
    { command: "gait store verify evidence --shard 3/32 --receipts --run 2026-w48", note: "One of 32 machines" },
  ],
  async run(call) {
    const { verifyStore } = await import("./verify.ts");
    return verifyStore(call);
  },
};

const PACKS: PositionalSpec = { name: "sha256", kind: "text", required: true, repeatable: true };
const LOCKED =
  "Of packs in a bucket with Object Lock, by their SHA-256 or name, with what lies beside each. A folder locks nothing.";

const HOLD_ADD: CommandSpec<StoreLockOutput> = {
  noun,
  verb: "hold add",
  schemaId,
  summary: "Hold packs in a bucket: they can't be deleted until the hold is taken away",
  description: LOCKED,
  positionals: [STORE, PACKS],
  options: [...NET_FLAGS],
  examples: [{ command: "gait store hold add s3://evidence/prod 89cc0f46…", note: "For a case that is open" }],
  async run(call) {
    const { holdPacks } = await import("./locked.ts");
    return holdPacks(call, true);
  },
};

const HOLD_REMOVE: CommandSpec<StoreLockOutput> = {
  noun,
  verb: "hold remove",
  schemaId,
  summary: "Take the hold of packs in a bucket away; a retention stays",
  description: LOCKED,
  positionals: [STORE, PACKS],
  options: [...NET_FLAGS],
  examples: [{ command: "gait store hold remove s3://evidence/prod 89cc0f46…", note: "The case is closed" }],
  async run(call) {
    const { holdPacks } = await import("./locked.ts");
    return holdPacks(call, false);
  },
};

const RETAIN: CommandSpec<StoreLockOutput> = {
  noun,
  verb: "retain",
  schemaId,
  summary: "Keep packs in a bucket longer; nothing makes a retention shorter",
  description: LOCKED,
  positionals: [STORE, PACKS],
  options: [
    { flag: "--until", value: "TIME", kind: "text", description: "Until when: 2027-06-01T00:00:00Z" },
    ...NET_FLAGS,
  ],
  examples: [
    { command: "gait store retain s3://evidence/prod 89cc0f46… --until 2030-01-01T00:00:00Z", note: "For years" },
  ],
  async run(call) {
    const { retainPacks } = await import("./locked.ts");
    return retainPacks(call);
  },
};

export const STORE_COMMANDS: readonly CommandSpec[] = [INIT, PUT, GET, LS, VERIFY, HOLD_ADD, HOLD_REMOVE, RETAIN];
