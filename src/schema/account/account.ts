/**
 * The account of one artifact: what a person wants to know about it, as data, for every view (a terminal, a report, a
 * browser). It is a member of the answer of `gait pack inspect`. Texts are the producer's own: show them escaped. Times
 * are shown as stored in the evidence; in one that failed verification they may be anything.
 */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, text } from "../document/primitives.ts";
import { VerdictSchema } from "../document/verdict.ts";
import { AuthorizationAccountSchema, SpokenCallAccountSchema } from "./decision.ts";
import { findings } from "./finding.ts";
import { JobAccountSchema } from "./job.ts";
import { ContentAccountSchema, ProvenanceSchema } from "./parts.ts";
import { RunAccountSchema } from "./run.ts";
import { TrustReportSchema } from "./trust.ts";

/** A control with its evidence, in every answer that shows controls. */
export const EvidenceControlSchema = Type.Object(
  {
    control_id: text("The control's id in its template, `CC6.6` for example."),
    title: text("The control's title."),
    evidence: Type.Array(
      Type.Object(
        {
          path: Type.String(),
          type: Type.Optional(Type.String()),
          sha256: Type.Optional(Type.String()),
          is_empty: Type.Optional(
            Type.Literal(true, {
              description: "It is there, and its list has nothing in it: no evidence of anything.",
            }),
          ),
          is_rendered: Type.Optional(
            Type.Literal(true, {
              description: "It was made for reading from the rest of the pack: no evidence of its own.",
            }),
          ),
        },
        CLOSED,
      ),
      { description: "The entries that are evidence for the control; for one missing from the pack, only its path." },
    ),
    has_evidence: Type.Boolean({
      description: "Whether there is anything to show: an entry that is neither empty nor rendered.",
    }),
  },
  CLOSED,
);

export const EvidenceAccountSchema = Type.Object(
  {
    run_id: text("The run that the evidence is about."),
    case_id: Type.Optional(text("The case that the pack was made for.")),
    template_id: text("Template of the controls."),
    recorded_at: text("When the run was recorded."),
    window: Type.Optional(
      Type.Object({ from: Type.String(), to: Type.String(), seconds: count("To either end.") }, CLOSED),
    ),
    runpack: Type.Optional(
      Type.Object(
        {
          manifest_digest: text("`manifest_digest` of the runpack that the pack was made from."),
          capture_mode: text("`reference` or `raw`."),
          intents: count("Intents in it."),
          results: count("Results in it."),
          receipts: count("Receipts in it."),
        },
        CLOSED,
      ),
    ),
    controls: Type.Array(EvidenceControlSchema, { description: "In the order of the template." }),
  },
  CLOSED,
);
export type EvidenceAccount = Frozen<Static<typeof EvidenceAccountSchema>>;

export const ApproverSchema = Type.Object(
  {
    signer: text("Id of the trust file's signer whose countersignature counts in the role `approver`."),
    time: Type.Optional(text("Earliest trusted time at which the signature existed.")),
  },
  CLOSED,
);
export type Approver = Frozen<Static<typeof ApproverSchema>>;

export const AccountSchema = Type.Object(
  {
    format: Type.Enum(["pack", "runpack", "evidence_pack", "unknown"], {
      description: "pack: PackSpec v1; unknown: the file could not be read far enough.",
    }),
    about: Type.Enum(["run", "job", "call", "authorization", "evidence", "unknown"], {
      description: "The subject of the evidence.",
    }),
    pack_id: Type.Optional(text("`pack_id`; for a runpack its `manifest_digest`.")),
    source_ref: Type.Optional(text("Run id or job id.")),
    verdict: VerdictSchema,
    verified: Type.Boolean({
      description: "Whether the artifact verified; otherwise the rest is only what it claims.",
    }),
    reason: text("Why the verdict is not better, or which key made it `authentic`."),
    findings: findings("All findings."),
    trust: Type.Optional(TrustReportSchema),
    approvers: Type.Optional(
      Type.Array(ApproverSchema, {
        description: "Of a job or evidence: who approved, as signatures prove that count by the trust file.",
      }),
    ),
    warnings: Type.Array(Type.String(), { description: "Things worth knowing that don't make the evidence bad." }),
    provenance: ProvenanceSchema,
    contents: ContentAccountSchema,
    run: Type.Optional(RunAccountSchema),
    job: Type.Optional(JobAccountSchema),
    call: Type.Optional(SpokenCallAccountSchema),
    authorization: Type.Optional(AuthorizationAccountSchema),
    evidence: Type.Optional(EvidenceAccountSchema),
  },
  { ...CLOSED, description: "What the artifact is, its producer, and what happened." },
);
export type Account = Frozen<Static<typeof AccountSchema>>;
