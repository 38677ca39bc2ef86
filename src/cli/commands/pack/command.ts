/** `gait pack …`: build, verify, inspect, query and compare packs. */

import type {
  PackBuildOutput,
  PackDiffOutput,
  PackFailure,
  PackInspectOutput,
  PackNormalizeOutput,
  PackQueryOutput,
  PackReportOutput,
} from "../../../schema/answer/pack.ts";
import type { CommandSpec } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { FORCE_FLAG, PUBLIC_KEY_FLAGS, SIGNING_FLAGS, VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";
import { PACK_EXPORT } from "./export/command.ts";
import { PACK_SIGNING_COMMANDS } from "./sign/command.ts";
import { PACK_TIMESTAMP_COMMANDS } from "./timestamp/command.ts";
import { VERIFY } from "./verify-command.ts";

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
    {
      flag: "--type",
      value: "TYPE",
      choices: ["run", "job", "call", "authorization"],
      default: "run",
      description: "What the source is",
    },
    {
      flag: "--from",
      value: "ID|PATH",
      description: "Id of the run or job, path of the runpack or of the job's folder",
    },
    {
      flag: "--root",
      formerly: ["--job-root"],
      value: "DIR",
      default: "./gait-out/jobs",
      description: "Folder with one subfolder per job",
    },
    { flag: "--out", value: "FILE", output: true, description: "The pack to write" },
    {
      flag: "--attach",
      value: "FILE",
      repeatable: true,
      description: "A file to go with it, as attachments/<name>: declared, and verified like all else",
    },
    { flag: "--proof-records", description: "Add proof_records.jsonl: a chain of records over the other entries" },
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

const QUERY: CommandSpec<PackQueryOutput, PackFailure> = {
  noun,
  verb: "query",
  schemaId,
  summary: "Verify a pack of a run and print the calls that a question means",
  description:
    "Terms are FIELD OPERATOR VALUE, without blanks: tool=shell.exec, status!=ok, seconds>10, args.command~rm. Terms side by\n" +
    "side are all meant; or, not and parentheses as usual; a value with blanks, or that begins with one of =!~<>, stands in double quotes.\n" +
    "  fields     id, tool, status, outcome (ok, unstated, failed, blocked, open), verdict, reason, violation, approver,\n" +
    "             index, seconds, started, ended; where they were kept: args, args.NAME, result, result.NAME\n" +
    "  operators  = and != (* for any characters), ~ and !~ (contains, in any letter case), < <= > >=\n" +
    "What a call does not have, or the pack did not keep, fits no = ~ < >, and every != and !~.",
  positionals: [
    { name: "file", required: true },
    { name: "query", kind: "text", required: true, repeatable: true },
  ],
  options: [
    {
      flag: "--format",
      value: "FORMAT",
      choices: ["table", "ndjson"],
      description: "ndjson: a line of JSON for each call",
    },
    { flag: "--with-payloads", description: "The whole arguments and results, where they were kept" },
    { flag: "--force", description: "Ask a bad pack what can be read of it, marked as unverified" },
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait pack query pack.zip 'tool=shell.exec status!=ok'", note: "What went wrong in the shell?" },
    { command: "gait pack query pack.zip 'args.command~\"rm -rf\" or outcome=blocked'", note: "And what was stopped?" },
    { command: "gait pack query pack.zip 'seconds>60' --format ndjson --with-payloads", note: "For jq" },
  ],
  async run(call) {
    const { queryPack } = await import("./query.ts");
    return queryPack(call);
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
    "including by a signature that no given key verifies: that is exit 2 whatever --exit-code says, and with --json the\n" +
    "answer has findings, where one of packs that differ has diff.",
  positionals: [
    { name: "left", required: true },
    { name: "right", required: true },
  ],
  options: [
    {
      flag: "--out",
      formerly: ["--output"],
      value: "FILE",
      output: true,
      description: "Also write the result to a file, as canonical JSON",
    },
    {
      flag: "--exit-code",
      value: "N",
      kind: "number",
      default: String(EXIT.failed),
      description: "Exit when both packs are good and differ: 0, 2, or 10 to 125",
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
    { command: "gait pack diff before.zip after.zip --out diff.json", note: "And keep the result in a file" },
    { command: "gait pack diff before.zip after.zip --exit-code 10", note: "10: different; 2: one of them is bad" },
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
  summary: "Write a report for people: one self-contained HTML file, or a PDF",
  description:
    "Verifies each file, and shows the verdict, what happened and the contents; for two files, also what differs. " +
    "The page\n" +
    "loads nothing and sends nothing. The same files give the same bytes. A bad pack gets a report too, marked as " +
    "failed;\n" +
    "the exit code is then 2.",
  positionals: [{ name: "file", required: true, repeatable: true }],
  options: [
    { flag: "--out", value: "FILE", output: true, description: "The report to write" },
    {
      flag: "--format",
      value: "FORMAT",
      choices: ["html", "pdf"],
      description: "Default: pdf where --out ends in .pdf, else html",
    },
    {
      flag: "--certificate",
      description: "PDF: a worksheet too, to be signed: digests, program, key, time, host",
    },
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
    { command: "gait pack report pack.zip --out report.pdf --certificate", note: "To print, sign and file" },
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

export const PACK_COMMANDS: readonly CommandSpec[] = [
  ...[BUILD, VERIFY, INSPECT, QUERY, DIFF, REPORT, NORMALIZE, PACK_EXPORT],
  ...PACK_SIGNING_COMMANDS,
  ...PACK_TIMESTAMP_COMMANDS,
];
