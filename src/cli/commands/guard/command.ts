/** `gait guard …`: evidence packs, the older format for audit and incident evidence. */

import type { GuardFailure, GuardPackOutput, GuardVerifyOutput } from "../../../schema/answer/guard.ts";
import type { CommandSpec, Flag, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, PUBLIC_KEY_FLAGS, SIGNING_FLAGS, VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { GUARD_STORAGE_COMMANDS } from "./storage-commands.ts";

const noun = "guard";
const schemaId = "gait.guard.output";

function files(flag: Flag, what: string): OptionSpec {
  return { flag, value: "FILE,…", repeatable: true, description: what };
}

const PACK: CommandSpec<GuardPackOutput, GuardFailure> = {
  noun,
  verb: "pack",
  schemaId,
  summary: "Build an evidence pack from a recorded run and the evidence around it",
  description:
    "The same run and evidence give the same bytes, in any folder. The pack is written next to the run as\n" +
    "evidence_pack_<pack id>.zip unless --out is given, and verified before it gets that name.\n" +
    "Approval audits and credential evidence that are not named are looked up next to the run\n" +
    "(approval_audit_*.json, credential_evidence_*.json): those of this run, or of a trace in the pack, are " +
    "included.\n" +
    "With --window, traces (trace_*.json) and regress results (regress*.json) are looked up too, and everything\n" +
    "found must have been written within that time before or after the run.\n" +
    "A signed trace must be what was signed; with --public-key every trace must have a signature of such a key. One that\n" +
    "is named and does not is exit 2; one that was only found is left out.",
  positionals: [{ name: "id-or-file", required: false }],
  options: [
    { flag: "--run", value: "ID|FILE", description: "Id of a run, or path of a runpack or of a pack of a run" },
    { flag: "--from", value: "ID|FILE", description: "The same as --run" },
    { flag: "--out", value: "FILE", output: true, description: "The evidence pack to write" },
    { flag: "--case-id", value: "ID", description: "Id of the case that the pack is for" },
    {
      flag: "--template",
      value: "NAME",
      choices: ["soc2", "pci", "incident_response"],
      description: "The controls to cover (default: soc2, or incident_response with --window)",
    },
    files("--inventory", "Inventory snapshots"),
    files("--trace", "Traces of decisions"),
    files("--regress", "Results of regression runs"),
    files("--approval-audit", "Approval audits"),
    files("--credential-evidence", "Credential evidence"),
    { flag: "--window", value: "48h", description: "Include evidence from this long before and after the run" },
    { flag: "--render-pdf", description: "Add summary.pdf, a readable page" },
    ...PUBLIC_KEY_FLAGS,
    ...SIGNING_FLAGS,
    FORCE_FLAG,
  ],
  examples: [
    { command: "gait guard pack --run run_42 --template soc2", note: "From ./gait-out/runpack_run_42.zip" },
    {
      command: "gait guard pack --run run_42 --trace trace_1.json,trace_2.json --render-pdf --case-id AUDIT-7",
      note: "With traces and a readable page",
    },
    { command: "gait guard pack --window 48h --from run_42 --case-id INC-1", note: "Two days around an incident" },
  ],
  async run(call) {
    const { packEvidence } = await import("./pack.ts");
    return packEvidence(call);
  },
};

const VERIFY: CommandSpec<GuardVerifyOutput> = {
  noun,
  verb: "verify",
  schemaId,
  summary: "Check that an evidence pack is whole, unchanged and, with a key, authentic",
  description:
    "The id, the controls and the pointers are recomputed from the pack's content. The verdict is\n" +
    "  authentic  everything agrees, and it is signed by a given key\n" +
    "  intact     everything agrees, but it is unsigned or no key was given\n" +
    "  failed     something does not agree; every finding is listed",
  positionals: [{ name: "file", required: true }],
  options: [...VERIFYING_FLAGS, ...LIMIT_FLAGS],
  examples: [
    { command: "gait guard verify evidence_pack.zip", note: "Whole and unchanged?" },
    {
      command: "gait guard verify evidence_pack.zip --public-key gait_public.key --require-signature",
      note: "And who signed it?",
    },
  ],
  async run(call) {
    const { verifyEvidence } = await import("./verify.ts");
    return verifyEvidence(call);
  },
};

export const GUARD_COMMANDS: readonly CommandSpec[] = [PACK, VERIFY, ...GUARD_STORAGE_COMMANDS];
