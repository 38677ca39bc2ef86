/** One artifact as lines of telemetry (contract 7.3): a span, an event and six metrics. Not OTLP. */
import { type Hashing, isSha256Hex, sha256OfText } from "../signature/digest.ts";
import { nanosecondsBetween } from "../time/timestamp.ts";
import type { ExportRecord } from "./exported.ts";

/** A number with more digits than a double has. */
type Member = string | number | boolean | bigint | Members;
interface Members {
  readonly [name: string]: Member;
}

/** Eight lines, each with its LF; `isIntact`: the whole verification found nothing. */
export function otelLines(record: ExportRecord, isIntact: boolean, hashing: Hashing): string {
  const { metrics } = record;
  const time = nanosecondsBetween("1970-01-01T00:00:00Z", record.created_at);
  const { traceId, spanId } = traceOf(record, hashing);
  const attributes: Members = {
    "gait.pack_id": record.pack_id,
    "gait.pack_type": record.pack_type,
    "gait.source_ref": record.source_ref,
    "gait.manifest_digest": record.manifest_digest,
    "gait.files_checked": record.files_checked,
    "gait.hash_mismatches": record.hash_mismatches,
    "gait.missing_files": record.missing_files,
    "gait.undeclared_files": record.undeclared_files,
    "gait.signature_status": record.signature_status,
    "gait.signatures_total": record.signatures_total,
    "gait.signatures_valid": record.signatures_valid,
    "gait.integrity_ok": isIntact,
    "gait.tool_calls_total": metrics.tool_calls_total,
    "gait.tool_calls_ok": metrics.tool_calls_success,
    "gait.policy_blocked": metrics.policy_blocked,
    "gait.approval_required": metrics.approval_required,
    "gait.regress_failures": metrics.regress_failures,
  };
  const metric = (name: string, unit: string, value: Members): Members => ({
    ...{ record_type: "metric", name: `gait.pack.${name}`, time_unix_nano: time, unit, attributes },
    ...value,
  });
  const counted = (name: string, count: number): Members => metric(name, "1", { value_int: count });
  const lines: readonly Members[] = [
    {
      record_type: "span",
      name: "gait.pack.verify",
      trace_id: traceId,
      span_id: spanId,
      start_time_unix_nano: time,
      end_time_unix_nano: time,
      status: { code: isIntact ? "ok" : "error" },
      instrumentation_scope: "gait.pack.export",
      attributes,
    },
    {
      record_type: "event",
      trace_id: traceId,
      span_id: spanId,
      time_unix_nano: time,
      severity_text: "INFO",
      body: "gait.pack.export.metadata",
      attributes,
    },
    counted("tool_calls_total", metrics.tool_calls_total),
    counted("tool_calls_success_total", metrics.tool_calls_success),
    metric("tool_calls_success_rate", "ratio", { value_double: metrics.tool_calls_success_rate }),
    counted("policy_blocked_total", metrics.policy_blocked),
    counted("approval_required_total", metrics.approval_required),
    counted("regress_failures_total", metrics.regress_failures),
  ];
  return lines.map((line) => `${sorted(line)}\n`).join("");
}

/** Of the pack id; where that is no digest, of the manifest's. */
function traceOf(record: ExportRecord, hashing: Hashing): { readonly traceId: string; readonly spanId: string } {
  const known = [record.pack_id, record.manifest_digest].find(isSha256Hex);
  const digest = (known ?? sha256OfText(hashing, `${record.pack_type}|${record.source_ref}`)).toLowerCase();
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** JSON as Go writes it: members sorted by name, and what HTML knows escaped. */
function sorted(value: Member): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return escaped(JSON.stringify(value));
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join(",")}}`;
}

function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
