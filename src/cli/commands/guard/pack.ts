/** The work of `gait guard pack`. */

import { dirname } from "node:path";
import { controlAccounts } from "../../../core/account/account.ts";
import { PACK_MANIFEST } from "../../../core/contents/manifest.ts";
import { buildEvidencePack, type EvidencePackBuilt } from "../../../core/evidence/build-evidence-pack.ts";
import { templateOf } from "../../../core/evidence/control.ts";
import { incidentWindow } from "../../../core/evidence/incident-window.ts";
import type { Evidence } from "../../../core/evidence/input.ts";
import type { EvidencePage } from "../../../core/evidence/summary-page.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { RunpackReport } from "../../../core/run/verify-runpack.ts";
import { assertIdentifier } from "../../../core/text/identifier.ts";
import { parseDuration } from "../../../core/time/go-duration.ts";
import { toUtcWherePossible } from "../../../core/time/timestamp.ts";
import { runpackOf } from "../../../core/verify/verified.ts";
import type { VerifyOptions } from "../../../core/verify/verify.ts";
import { type OutputPath, writeAtomically } from "../../../host/files/output.ts";
import { assertHoldsRun, locateRun } from "../../../host/job/locate.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";

import type { EvidenceAccount } from "../../../schema/account/account.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type { GuardFailure, GuardPackOutput } from "../../../schema/answer/guard.ts";
import type { IncidentWindow } from "../../../schema/document/evidence-pack.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call, Flag } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { type Signing, signingOf } from "../../flags/signing.ts";
import { publicKeysOf } from "../../flags/trust.ts";
import { controlLines } from "../../show/evidence.ts";
import { refusal } from "../../show/refusal.ts";
import { warningLines } from "../../show/verdict.ts";
import { type LabelledRow, rows } from "../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../artifact.ts";
import { evidenceFor } from "./evidence.ts";

interface PackedEvidence {
  readonly path: string;
  readonly built: EvidencePackBuilt;
  readonly evidence: Evidence;
  readonly window: IncidentWindow | undefined;
  readonly existed: boolean;
  readonly publicKey: string | undefined;
  readonly warnings: readonly string[];
}

export async function packEvidence(call: Call): Promise<Answer<GuardPackOutput | GuardFailure>> {
  const caseId = call.option("--case-id")?.trim();
  if (caseId !== undefined) assertIdentifier(caseId, "case id");
  const signing = await signingOf(call);
  const argument = runArgument(call);
  const path = locateRun(argument, { cwd: call.cwd, home: call.env["HOME"] });
  return withVerified(path, UNKEYED, async (verified, { assertUnchanged }) => {
    if (verified.verdict === "failed")
      return refusal(call, "the run does not verify", [{ path, verification: verified }]);
    assertHoldsRun(argument, path, verified);
    const runpack = runpackOf(verified);
    if (runpack === undefined) {
      throw new GaitError("invalid_input", `${path} contains no run; an evidence pack is built from one`, {
        hint: "Give a runpack, as gait run record and gait run import write it, or a pack built from one.",
      });
    }
    const window = windowOf(call, runpack);
    const directory = dirname(path);
    const keys = await publicKeysOf(call);
    const { evidence, files, warnings, refused } = await evidenceFor(call, runpack.runId, directory, window, keys);
    const [bad, ...others] = refused.map(({ path: trace, findings }) => ({
      path: trace,
      verification: { verdict: "failed" as const, reason: "its signature is not what it must be", findings },
    }));
    if (bad !== undefined) return refusal(call, "a trace does not verify", [bad, ...others]);
    const written = await writeAtomically(
      targetOf(call, directory),
      async (sink) => {
        const built = await buildEvidencePack(runpack, evidence, sink, {
          platform: hostPlatform,
          producerVersion: BUILD.version,
          signer: signing.signer,
          template: templateOf(call.option("--template") ?? (window === undefined ? "soc2" : "incident_response")),
          caseId,
          window,
          render: call.has("--render-pdf") ? renderPage : undefined,
        });
        assertUnchanged();
        return built;
      },
      {
        force: call.has("--force"),
        inputs: [...call.inputs, ...files, path],
        verify: (output) => assertVerifies(output, trustedBy(signing)),
      },
    );
    return packedAnswer(call, {
      path: written.path,
      built: written.value,
      evidence,
      window,
      existed: written.outcome === "unchanged",
      publicKey: signing.publicKey,
      warnings: [...signing.warnings, ...verified.warnings, ...warnings, ...written.value.warnings],
    });
  });
}

function runArgument(call: Call): string {
  const [positional] = call.positionals;
  const given = [
    ["--run", call.option("--run")],
    ["--from", call.option("--from")],
    ["the argument", positional],
  ].filter(([, value]) => value !== undefined);
  const [first, second] = given;
  if (first?.[1] === undefined) {
    throw new GaitError("invalid_input", "the run is missing", { hint: "Give it with --run ID|FILE." });
  }
  if (second !== undefined) {
    throw new GaitError("invalid_input", `the run is given twice, by ${first[0]} and ${second[0]}`, {
      hint: "Give one run.",
    });
  }
  return first[1];
}

function windowOf(call: Call, { runId, run }: RunpackReport): IncidentWindow | undefined {
  const flag: Flag = "--window";
  const text = call.option(flag);
  if (text === undefined) return undefined;
  const nanoseconds = parseDuration(text.trim());
  if (nanoseconds === undefined || run === undefined) {
    throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
      hint: "Give a duration such as 48h, 90m or 1h30m.",
    });
  }
  return incidentWindow(runId, toUtcWherePossible(run.created_at), nanoseconds);
}

/** The PDF needs fonts and a library that nothing else uses, so it is loaded lazily. */
async function renderPage(page: EvidencePage): Promise<Uint8Array> {
  const { summaryPdf } = await import("../../../host/pdf/summary.ts");
  return summaryPdf(page);
}

function targetOf(call: Call, directory: string): OutputPath<EvidencePackBuilt> {
  return call.option("--out") ?? { directory, name: ({ packId }) => `evidence_pack_${packId}.zip` };
}

/** The verdict that a pack needs before it gets its name: authentic if it was signed. */
function trustedBy({ signer }: Signing): VerifyOptions {
  return { ...UNKEYED, keys: signer === undefined ? [] : [signer.publicKey], requireSignature: signer !== undefined };
}

function packedAnswer(call: Call, packed: PackedEvidence): Answer<GuardPackOutput> {
  const { path, built, evidence, window, publicKey, warnings } = packed;
  const { signature } = built;
  const taken: LabelledRow[] = (
    [
      ["traces", evidence.trace],
      ["regress results", evidence.regress],
      ["inventories", evidence.inventory],
      ["approval audits", evidence.approvalAudit],
      ["credentials", evidence.credential],
    ] as const
  ).map(([label, given]) => [label, given.length === 0 ? undefined : String(given.length)]);
  const lines = rows(
    [
      ["pack id", built.packId],
      ["run", built.runId],
      ["case", built.caseId],
      ["template", built.templateId],
      ["window", window === undefined ? undefined : `${window.from} to ${window.to}`],
      ...taken,
      ["rendered", built.rendered[0]?.path],
      ["signed with", signature?.key_id ?? "no key: unsigned"],
      ["public key", publicKey],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: { ...packedJson(packed), ...(warnings.length > 0 ? { warnings } : {}) },
    text: `${packed.existed ? "already there, unchanged" : "packed"}  ${path}\n${lines}${controlLines(controlsOf(built), call.stdout)}`,
    notes: warningLines(warnings, call.stderr),
  };
}

/** As a reader of the pack will find them. */
function controlsOf({
  controls,
  emptyEntries,
  rendered,
  contents,
}: PackedEvidence["built"]): EvidenceAccount["controls"] {
  return controlAccounts(controls, { contents, emptyEntries, rendered });
}

function packedJson({ path, built, evidence, window, publicKey }: PackedEvidence): OwnMembers<GuardPackOutput> {
  const { controls, rendered, policyDigests, signature } = built;
  return {
    pack_path: path,
    pack_id: built.packId,
    run_id: built.runId,
    ...(built.caseId === undefined ? {} : { case_id: built.caseId }),
    template_id: built.templateId,
    controls: controls.length,
    controls_without_evidence: controlsOf(built)
      .filter(({ has_evidence: hasEvidence }) => !hasEvidence)
      .map(({ control_id }) => control_id),
    ...(rendered.length > 0 ? { rendered_artifacts: rendered.length } : {}),
    manifest_path: `${path}#${PACK_MANIFEST}`,
    inventory_count: evidence.inventory.length,
    trace_count: evidence.trace.length,
    regress_count: evidence.regress.length,
    approval_audit_count: evidence.approvalAudit.length,
    credential_evidence_count: evidence.credential.length,
    ...(policyDigests === undefined ? {} : { policy_digests: policyDigests }),
    ...(window === undefined ? {} : { window_from: window.from, window_to: window.to }),
    signature_status: signature === undefined ? "missing" : "signed",
    ...(signature === undefined ? {} : { signature_key_id: signature.key_id }),
    ...(publicKey === undefined ? {} : { public_key: publicKey }),
  };
}
