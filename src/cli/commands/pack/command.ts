/** `gait pack …`: build, verify, inspect and compare packs. `gait verify` is the short form of `gait pack verify`. */

import type {
  PackBuildOutput,
  PackDiffOutput,
  PackFailure,
  PackInspectOutput,
  PackReportOutput,
  PackVerifyOutput,
} from "../../../schema/answer/pack.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, SIGNING_FLAGS, VERIFYING_FLAGS } from "../../flags/keys.ts";
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
    "The same source gives the same bytes, on every machine. The pack is written beside the runpack (a job's to\n" +
    "./gait-out) as pack_<pack id>.zip, unless --out says otherwise, and verified before it gets that name.",
  positionals: [{ name: "id-or-path", required: false }],
  options: [
    { flag: "--type", value: "TYPE", choices: ["run", "job"], default: "run", description: "What the source is" },
    {
      flag: "--from",
      value: "ID|PATH",
      description: "Id of the run or job, path of the runpack or of the job's folder",
    },
    { flag: "--job-root", value: "DIR", default: "./gait-out/jobs", description: "Folder of the jobs" },
    { flag: "--out", value: "FILE", description: "The pack to write" },
    ...SIGNING_FLAGS,
    FORCE_FLAG,
    ...PROGRESS_FLAGS,
  ],
  examples: [
    { command: "gait pack build --type run --from run_42", note: "From ./gait-out/runpack_run_42.zip" },
    {
      command: "gait pack build --from run_42 --out run_42.zip --private-key keys/gait_private.key",
      note: "Signed, to a name of your own",
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
  "  authentic  everything agrees, and a given key signed it\n" +
  "  intact     everything agrees, but nobody vouched: it is unsigned, or no key was given\n" +
  "  failed     something does not agree; every finding is listed";

const MANY =
  "Of many packs (several paths, a folder with --recursive, a pattern in quotes, --files-from) the results come in the\n" +
  "order of the list, then a summary. A folder's packs are the files whose names end in .zip, in the order of the names;\n" +
  "links to folders are not followed. The exit is 2 if any is bad, else 6 if any could not be read.";

const MANY_FLAGS: readonly OptionSpec[] = [
  { flag: "--recursive", description: "Take the packs in folders, and in the folders in them" },
  { flag: "--files-from", value: "FILE", description: "Take paths from a list, ended by NUL or line ends; - is stdin" },
  { flag: "--jobs", value: "N", description: "Threads at the most; without it as many as there are processors" },
  {
    flag: "--format",
    value: "FORMAT",
    choices: ["text", "json", "ndjson", "junit", "sarif"],
    description: "How the results are told; with it one pack is a list too",
  },
  { flag: "--fail-fast", description: "Stop after the first result that is not fine" },
  {
    flag: "--shard",
    value: "I/N",
    description: "Take only the Ith of N parts, from 0, by a hash of each path: for many machines",
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
    { command: "gait pack verify pack.zip --public-key gait_public.key --require-signature", note: "And from whom?" },
    { command: "gait pack verify pack.zip --json", note: "For a program: exit 0 or 2, findings as data" },
    {
      command: "gait pack verify evidence --recursive --format junit",
      note: "Every pack in a folder, for a CI system",
    },
    { command: "find . -name '*.zip' -print0 | gait pack verify --files-from -", note: "A list from elsewhere" },
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
  description: `An id is looked for in ./gait-out, then in ~/.gait/runpacks.\n${VERIFIED}\n${MANY}`,
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
  summary: "Show what is in a pack, after it was verified",
  description:
    "First what it is, whose, from when, how big and whether it is authentic; then the run, what was not ok in front,\n" +
    "or the job as its states over time, with who approved what; then the contents. Long lists are cut, and say so:\n" +
    "--timeline and --contents show one part, whole. With --json everything is there, whatever else is asked for.",
  positionals: [{ name: "file", required: true }],
  options: [
    { flag: "--timeline", description: "What happened alone, and all of it" },
    { flag: "--contents", description: "The contents alone, and all of them" },
    { flag: "--intent", value: "ID", description: "One call in full: its records, and whatever speaks of it" },
    { flag: "--force", description: "Show what can be shown of a bad pack, marked as unverified" },
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack inspect pack.zip", note: "For a person" },
    { command: "gait pack inspect pack.zip --public-key gait_public.key", note: "And is it authentic?" },
    { command: "gait pack inspect pack.zip --intent call_06", note: "One call with its arguments and result" },
    { command: "gait pack inspect pack.zip --force --json", note: "Of a pack that does not verify" },
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
  summary: "Compare two packs, after both were verified; exit 2 when they differ",
  description:
    "Says what differs in what the two are evidence of, and the verdict on each. Nothing is compared if one fails\n" +
    "verification: by a signature that no given key verifies, too.",
  positionals: [
    { name: "left", required: true },
    { name: "right", required: true },
  ],
  options: [
    { flag: "--output", value: "FILE", description: "Write the result there too, as canonical JSON" },
    FORCE_FLAG,
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack diff before.zip after.zip", note: "What was added, removed and changed" },
    { command: "gait pack diff before.zip after.zip --public-key gait_public.key", note: "And are both authentic?" },
    { command: "gait pack diff before.zip after.zip --output diff.json", note: "And a file to keep" },
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
  summary: "Write a report on packs for people: one HTML file that needs nothing else",
  description:
    "Verifies each file, and shows the verdict, what happened and what is in it; of two files also what differs. The\n" +
    "page loads nothing and sends nothing. The same files give the same bytes. A bad pack gets its report too, marked\n" +
    "as failed, and the exit is 2 then.",
  positionals: [{ name: "file", required: true, repeatable: true }],
  options: [
    { flag: "--out", value: "FILE", description: "The report to write" },
    FORCE_FLAG,
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack report pack.zip --out report.html", note: "For whoever reads with their eyes" },
    { command: "gait pack report pack.zip --public-key gait_public.key --out report.html", note: "And who vouches" },
    { command: "gait pack report before.zip after.zip --out report.html", note: "Two, and what differs" },
  ],
  async run(call) {
    const { reportOnPacks } = await import("./report.ts");
    return reportOnPacks(call);
  },
};

export const PACK_COMMANDS: readonly CommandSpec[] = [BUILD, VERIFY, INSPECT, DIFF, REPORT];
