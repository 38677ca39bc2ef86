/** A job as a person reads it: where it stands, and what happened, with who approved what. */
import type { Account } from "../../../schema/account.ts";
import type { JobAccount, JobStep } from "../../../schema/job-account.ts";
import type { Terminal } from "../../command.ts";
import { paint, printable, rows } from "../../output.ts";

/** A log may have a million events; a screen is for a glance. */
const SHOWN_STEPS = 200;

export function jobLines({ job, provenance }: Account, terminal: Terminal): string {
  if (job === undefined) return "";
  const head = rows(
    [
      ["submitted at", job.submitted_at],
      ["status", `${job.status} (${job.status_reason_code})`],
      ["stop reason", job.stop_reason],
      ["environment", provenance.environment_fingerprint],
      ["events", String(job.totals.events)],
      ["checkpoints", String(job.totals.checkpoints)],
      ["approvals", String(job.totals.approvals)],
    ],
    terminal,
    "  ",
  );
  const steps = job.steps.slice(-SHOWN_STEPS);
  const earlier = job.steps.length - steps.length;
  const left = earlier > 0 ? `  … ${earlier} earlier events: read ${printable("job_events.jsonl")} for all\n` : "";
  const lines = steps.map((step) => stepLine(step, job, terminal)).join("");
  const title = steps.length > 0 ? `${paint("timeline", "strong", terminal)}\n` : "";
  return `${paint("job", "strong", terminal)}\n${head}${title}${left}${lines}`;
}

function stepLine(step: JobStep, job: JobAccount, terminal: Terminal): string {
  const { at, revision, type, actor, reason_code } = step;
  const approval = type === "approved";
  const what = approval ? paint(`approved by ${actor ?? "nobody named"}`, "good", terminal) : printable(type);
  const who = approval || actor === undefined ? "" : `  by ${printable(actor)}`;
  const code = reason_code === undefined || reason_code === type ? "" : `  ${printable(reason_code)}`;
  const detail = detailOf(step, job);
  const tail = detail === "" ? "" : `\n${" ".repeat(8)}${printable(detail)}`;
  return `${String(revision).padStart(6)}  ${printable(at)}  ${what}${who}${code}${tail}\n`;
}

/** What the event says beyond its code: a checkpoint's summary and required action, the reason of an approval. */
function detailOf({ type, checkpoint_id, reason }: JobStep, job: JobAccount): string {
  if (type !== "checkpoint_added") return reason ?? "";
  const checkpoint = job.checkpoints.find((each) => each.checkpoint_id === checkpoint_id);
  const summary = `${checkpoint_id}: ${checkpoint?.summary ?? ""}`;
  return checkpoint?.required_action === undefined ? summary : `${summary} (to decide: ${checkpoint.required_action})`;
}
