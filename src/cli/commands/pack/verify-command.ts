/** `gait pack verify`, and its short form `gait verify`. */
import type { PackFailure, PackVerifyOutput } from "../../../schema/answer/pack.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "pack";
const schemaId = "gait.pack.output";

const VERIFIED =
  "Reads packs, runpacks and evidence packs. The verdict is\n" +
  "  authentic  everything agrees, and it is signed by a given key, or as a trust file asks\n" +
  "  intact     everything agrees, but it is unsigned or no key was given\n" +
  "  failed     something does not agree; every finding is listed";

const MANY =
  "For many packs (several paths, a folder with --recursive, a quoted pattern, --files-from), prints the results " +
  "in list\n" +
  "order, then a summary. A folder's packs are the files whose names end in .zip, in name order; links to folders " +
  "are\n" +
  "not followed. The exit code is 2 if any pack is bad, else 6 if any could not be read.";

/** How many packs are verified, and reported. */
export const MANY_FORMAT_FLAGS: readonly OptionSpec[] = [
  { flag: "--jobs", value: "N", description: "Maximum number of threads (default: the number of processors)" },
  {
    flag: "--format",
    value: "FORMAT",
    choices: ["text", "json", "ndjson", "junit", "sarif", "markdown", "github"],
    description: "Output format, for a list also of one pack",
  },
  {
    flag: "--account",
    description: "With --format ndjson: a receipt per pack, with its size, calls, tools and signers",
  },
  {
    flag: "--out",
    value: "FILE",
    output: true,
    description: "Write the format to a file, and text for people to the standard output",
  },
  FORCE_FLAG,
  {
    flag: "--base-dir",
    value: "DIR",
    description: "Folder that paths in reports are relative to",
  },
  { flag: "--fail-fast", description: "Stop after the first bad or unreadable pack" },
  {
    flag: "--shard",
    value: "I/N",
    description: "Verify only part I of N, counted from 0, split by a hash of each path: for many machines",
  },
];

const MANY_FLAGS: readonly OptionSpec[] = [
  { flag: "--recursive", description: "Include the packs in folders and their subfolders" },
  {
    flag: "--files-from",
    value: "FILE",
    standardInput: true,
    description: "Read paths from a list, separated by NUL or newlines; - is stdin",
  },
  ...MANY_FORMAT_FLAGS,
];

const VERIFY_PROGRESS: readonly OptionSpec[] = PROGRESS_FLAGS.map((flag) =>
  flag.flag === "--quiet" ? { ...flag, description: `${flag.description}; one line on one pack` } : flag,
);

export const VERIFY: CommandSpec<PackVerifyOutput, PackFailure> = {
  noun,
  verb: "verify",
  schemaId,
  summary: "Check that a pack is whole, unchanged and, with a key, authentic",
  description: `${VERIFIED}\n${MANY}`,
  positionals: [{ name: "path", required: false, repeatable: true }],
  options: [...VERIFYING_FLAGS, ...MANY_FLAGS, ...VERIFY_PROGRESS, ...LIMIT_FLAGS],
  examples: [
    { command: "gait pack verify pack.zip", note: "Whole and unchanged?" },
    {
      command: "gait pack verify pack.zip --public-key gait_public.key --require-signature",
      note: "And who signed it?",
    },
    { command: "gait pack verify pack.zip --trust trust.json", note: "And have those signed who must?" },
    { command: "gait pack verify pack.zip --json", note: "For programs: exit 0 or 2, findings as data" },
    {
      command: "gait pack verify evidence --recursive --format junit --out gait.xml",
      note: "Every pack in a folder, for a CI system",
    },
    { command: "find . -name '*.zip' -print0 | gait pack verify --files-from -", note: "A list from another program" },
  ],
  async run(call) {
    const { verifyPack } = await import("./verify.ts");
    return verifyPack(call);
  },
};

/** `gait verify`: also takes the id of a run (contract 1.5). */
export const VERIFY_SHORT: CommandSpec<PackVerifyOutput, PackFailure> = {
  verb: "verify",
  schemaId,
  summary: "Short form of gait pack verify; also takes the id of a run",
  description: `An id is looked up in ./gait-out, then in ~/.gait/runpacks.\n${VERIFIED}\n${MANY}`,
  positionals: [{ name: "id-or-file", required: false, repeatable: true }],
  options: [...VERIFYING_FLAGS, ...MANY_FLAGS, ...VERIFY_PROGRESS, ...LIMIT_FLAGS],
  examples: [
    { command: "gait verify run_42", note: "The runpack of a run" },
    { command: "gait verify pack.zip --public-key gait_public.key", note: "A file, and who signed it" },
  ],
  async run(call) {
    const { verifyByIdOrPath } = await import("./verify.ts");
    return verifyByIdOrPath(call);
  },
};
