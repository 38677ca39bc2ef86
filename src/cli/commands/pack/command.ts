/** `gait pack …`: build, verify, inspect and compare packs. `gait verify` is the short form of `gait pack verify`. */

import type {
  PackBuildOutput,
  PackDiffOutput,
  PackFailure,
  PackInspectOutput,
  PackNormalizeOutput,
  PackReportOutput,
  PackVerifyOutput,
} from "../../../schema/answer/pack.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, PUBLIC_KEY_FLAGS, SIGNING_FLAGS, VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "pack";
const schemaId = "gait.pack.output";

const BUILD: CommandSpec<PackBuildOutput, PackFailure> = {
  noun,
  verb: "build",
  schemaId,
  summary: "Build a pack from a recorded run or from a job",
  description:
    "The same source gives the same bytes on every machine. The pack is written next to the runpack (a job's to\n" +
    "./gait-out) as pack_<pack id>.zip unless --out is given, and verified before it gets that name.",
  positionals: [{ name: "id-or-path", required: false }],
  options: [
    { flag: "--type", value: "TYPE", choices: ["run", "job"], default: "run", description: "What the source is" },
    {
      flag: "--from",
      value: "ID|PATH",
      description: "Id of the run or job, path of the runpack or of the job's folder",
    },
    { flag: "--job-root", value: "DIR", default: "./gait-out/jobs", description: "Folder of the jobs" },
    { flag: "--out", value: "FILE", output: true, description: "The pack to write" },
    {
      flag: "--attach",
      value: "FILE",
      repeatable: true,
      description: "A file to go with it, as attachments/<name>: declared, and verified like all else",
    },
    ...SIGNING_FLAGS,
    ...PUBLIC_KEY_FLAGS.map((flag) => ({ ...flag, description: `${flag.description}, for the log of a job` })),
    FORCE_FLAG,
    ...PROGRESS_FLAGS,
  ],
  examples: [
    { command: "gait pack build --type run --from run_42", note: "From ./gait-out/runpack_run_42.zip" },
    {
      command: "gait pack build --from run_42 --out run_42.zip --private-key keys/gait_private.key",
      note: "Signed, with a chosen file name",
    },
    { command: "gait pack build --type job --from job_7", note: "From ./gait-out/jobs/job_7" },
  ],
  async run(call) {
    const { buildPack } = await import("./build.ts");
    return buildPack(call);
  },
};

const VERIFIED =
  "Reads packs, runpacks and evidence packs. The verdict is\n" +
  "  authentic  everything agrees, and it is signed by a given key\n" +
  "  intact     everything agrees, but it is unsigned or no key was given\n" +
  "  failed     something does not agree; every finding is listed";

const MANY =
  "For many packs (several paths, a folder with --recursive, a quoted pattern, --files-from), prints the results " +
  "in list\n" +
  "order, then a summary. A folder's packs are the files whose names end in .zip, in name order; links to folders " +
  "are\n" +
  "not followed. The exit code is 2 if any pack is bad, else 6 if any could not be read.";

const MANY_FLAGS: readonly OptionSpec[] = [
  { flag: "--recursive", description: "Include the packs in folders and their subfolders" },
  {
    flag: "--files-from",
    value: "FILE",
    standardInput: true,
    description: "Read paths from a list, separated by NUL or newlines; - is stdin",
  },
  { flag: "--jobs", value: "N", description: "Maximum number of threads (default: the number of processors)" },
  {
    flag: "--format",
    value: "FORMAT",
    choices: ["text", "json", "ndjson", "junit", "sarif"],
    description: "Output format; also turns a single pack into a list",
  },
  { flag: "--fail-fast", description: "Stop after the first bad or unreadable pack" },
  {
    flag: "--shard",
    value: "I/N",
    description: "Verify only part I of N, counted from 0, split by a hash of each path: for many machines",
  },
];

const VERIFY: CommandSpec<PackVerifyOutput, PackFailure> = {
  noun,
  verb: "verify",
  schemaId,
  summary: "Check that a pack is whole, unchanged and, with a key, authentic",
  description: `${VERIFIED}\n${MANY}`,
  positionals: [{ name: "path", required: false, repeatable: true }],
  options: [...VERIFYING_FLAGS, ...MANY_FLAGS, ...PROGRESS_FLAGS, ...LIMIT_FLAGS],
  examples: [
    { command: "gait pack verify pack.zip", note: "Whole and unchanged?" },
    {
      command: "gait pack verify pack.zip --public-key gait_public.key --require-signature",
      note: "And who signed it?",
    },
    { command: "gait pack verify pack.zip --json", note: "For programs: exit 0 or 2, findings as data" },
    {
      command: "gait pack verify evidence --recursive --format junit",
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
  options: [...VERIFYING_FLAGS, ...MANY_FLAGS, ...PROGRESS_FLAGS, ...LIMIT_FLAGS],
  examples: [
    { command: "gait verify run_42", note: "The runpack of a run" },
    { command: "gait verify pack.zip --public-key gait_public.key", note: "A file, and who signed it" },
  ],
  async run(call) {
    const { verifyByIdOrPath } = await import("./verify.ts");
    return verifyByIdOrPath(call);
  },
};

const INSPECT: CommandSpec<PackInspectOutput, PackFailure> = {
  noun,
  verb: "inspect",
  schemaId,
  summary: "Verify a pack and show what is in it",
  description:
    "Shows what the pack is, its producer, date, size and verdict; then the run, failures first, or the job's " +
    "states over\n" +
    "time and its approvals; then the contents. Long lists are cut, and say so: --timeline and --contents show " +
    "one part\n" +
    "in full. --json always has everything.",
  positionals: [{ name: "file", required: true }],
  options: [
    { flag: "--timeline", description: "Only what happened, in full" },
    { flag: "--contents", description: "Only the contents, in full" },
    { flag: "--with-arguments", description: "The start of each call's arguments, where they are kept" },
    { flag: "--intent", value: "ID", description: "One call in full: its records, and everything that refers to it" },
    { flag: "--force", description: "Show what can be read of a bad pack, marked as unverified" },
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack inspect pack.zip", note: "For people" },
    { command: "gait pack inspect pack.zip --public-key gait_public.key", note: "And whether it is authentic" },
    { command: "gait pack inspect pack.zip --intent call_06", note: "One call with its arguments and result" },
    { command: "gait pack inspect pack.zip --force --json", note: "For a pack that does not verify" },
  ],
  async run(call) {
    const { inspectPack } = await import("./inspect.ts");
    return inspectPack(call);
  },
};

const DIFF: CommandSpec<PackDiffOutput, PackFailure> = {
  noun,
  verb: "diff",
  schemaId,
  summary: "Verify two packs and compare them; exit 2 when they differ",
  description:
    "Shows what differs in the evidence, and the verdict on each pack. Nothing is compared if either fails " +
    "verification,\n" +
    "including by a signature that no given key verifies.",
  positionals: [
    { name: "left", required: true },
    { name: "right", required: true },
  ],
  options: [
    {
      flag: "--output",
      value: "FILE",
      output: true,
      description: "Also write the result to a file, as canonical JSON",
    },
    FORCE_FLAG,
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack diff before.zip after.zip", note: "What was added, removed and changed" },
    {
      command: "gait pack diff before.zip after.zip --public-key gait_public.key",
      note: "And whether both are authentic",
    },
    { command: "gait pack diff before.zip after.zip --output diff.json", note: "And keep the result in a file" },
  ],
  async run(call) {
    const { diffPacks } = await import("./diff.ts");
    return diffPacks(call);
  },
};

const REPORT: CommandSpec<PackReportOutput> = {
  noun,
  verb: "report",
  schemaId,
  summary: "Write a report for people: one self-contained HTML file",
  description:
    "Verifies each file, and shows the verdict, what happened and the contents; for two files, also what differs. " +
    "The page\n" +
    "loads nothing and sends nothing. The same files give the same bytes. A bad pack gets a report too, marked as " +
    "failed;\n" +
    "the exit code is then 2.",
  positionals: [{ name: "file", required: true, repeatable: true }],
  options: [
    { flag: "--out", value: "FILE", output: true, description: "The report to write" },
    FORCE_FLAG,
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack report pack.zip --out report.html", note: "For people" },
    {
      command: "gait pack report pack.zip --public-key gait_public.key --out report.html",
      note: "With a key to verify the signature",
    },
    { command: "gait pack report before.zip after.zip --out report.html", note: "Two packs, and what differs" },
  ],
  async run(call) {
    const { reportOnPacks } = await import("./report.ts");
    return reportOnPacks(call);
  },
};

const NORMALIZE: CommandSpec<PackNormalizeOutput, PackFailure> = {
  noun,
  verb: "normalize",
  schemaId,
  summary: "Restore a pack that another ZIP program repacked",
  description:
    "For a pack that a Finder, a CI system or a mail gateway packed again: out of its folder or another ZIP, " +
    "without what\n" +
    "macOS added, with the bytes that gait gives it. Ids, digests and the signatures in the pack stay the same. A " +
    "pack that\n" +
    "gait built comes back byte for byte. Refused if two readings of the archive are possible, or if the pack " +
    "does not verify.",
  positionals: [{ name: "file", required: true }],
  options: [
    { flag: "--out", value: "FILE", output: true, description: "The pack to write" },
    FORCE_FLAG,
    ...PROGRESS_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack normalize finder.zip --out pack.zip", note: "Out of the folder that was zipped" },
    { command: "gait pack normalize artifact.zip --out pack.zip --json", note: "What was around it, for programs" },
  ],
  async run(call) {
    const { normalizePack } = await import("./normalize.ts");
    return normalizePack(call);
  },
};

export const PACK_COMMANDS: readonly CommandSpec[] = [BUILD, VERIFY, INSPECT, DIFF, REPORT, NORMALIZE];
