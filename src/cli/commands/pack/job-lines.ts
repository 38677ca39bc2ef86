/** A job as a person reads it: where it stands, and what happened, with who approved what. */
import type { Inspection } from "../../../core/inspect.ts";
import type { JobEvent, JobState } from "../../../schema/job.ts";
import type { Terminal } from "../../command.ts";
import { paint, printable, rows } from "../../output.ts";

export function jobLines(inspection: Inspection, state: JobState | undefined, terminal: Terminal): string {
  const { jobPayload, jobLineage, jobTimeline } = inspection;
  if (jobPayload === undefined || jobLineage === undefined) return "";
  const head = rows(
    [
      ["submitted at", jobPayload.created_at],
      ["status", `${jobPayload.status} (${jobPayload.status_reason_code})`],
      ["stop reason", jobPayload.stop_reason],
      ["environment", jobPayload.environment_fingerprint],
      ["events", String(jobLineage.event_count)],
      ["checkpoints", String(jobPayload.checkpoint_count)],
      ["approvals", String(jobPayload.approval_count)],
    ],
    terminal,
    "  ",
  );
  const events = jobTimeline ?? [];
  const earlier = jobLineage.event_count - events.length;
  const left = earlier > 0 ? `  … ${earlier} earlier events: read ${printable("job_events.jsonl")} for all\n` : "";
  const lines = events.map((event) => eventLine(event, state, terminal)).join("");
  const title = events.length > 0 ? `${paint("timeline", "strong", terminal)}\n` : "";
  return `${paint("job", "strong", terminal)}\n${head}${title}${left}${lines}`;
}

function eventLine(event: JobEvent, state: JobState | undefined, terminal: Terminal): string {
  const { created_at, revision, type, actor, reason_code } = event;
  const approval = type === "approved";
  const what = approval ? paint(`approved by ${actor ?? "nobody named"}`, "good", terminal) : printable(type);
  const who = approval || actor === undefined ? "" : `  by ${printable(actor)}`;
  const code = reason_code === undefined || reason_code === type ? "" : `  ${printable(reason_code)}`;
  const detail = detailOf(event, state);
  const tail = detail === "" ? "" : `\n${" ".repeat(8)}${printable(detail)}`;
  return `${String(revision).padStart(6)}  ${printable(created_at)}  ${what}${who}${code}${tail}\n`;
}

/** What the event says beyond its code: a checkpoint's summary and required action, the reason of an approval. */
function detailOf({ payload, type }: JobEvent, state: JobState | undefined): string {
  const text = (name: string): string => {
    const value = payload?.[name];
    return typeof value === "string" ? value : "";
  };
  if (type !== "checkpoint_added") return text("reason");
  const id = text("checkpoint_id");
  const stored = state?.checkpoints.find(({ checkpoint_id }) => checkpoint_id === id);
  const action = text("required_action");
  const summary = `${id}: ${stored?.summary ?? text("summary")}`;
  return action === "" ? summary : `${summary} (to decide: ${action})`;
}
