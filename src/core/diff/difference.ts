/** The semantic difference between two verified artifacts: in the evidence, not only in bytes. */
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { Difference, FileChange } from "../../schema/account/difference.ts";
import type { ContentFile } from "../../schema/account/parts.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { runpackIn, type Verified } from "../verify/verified.ts";
import { jobDifference } from "./job.ts";
import { changesOf, type Member, matched } from "./match.ts";
import { withPayloads } from "./payload.ts";
import { runDifference } from "./run.ts";

/** One side of a comparison. */
export interface Side {
  readonly verified: Verified;
  readonly account: Account;
}

/** Deterministic. Only the payloads of calls that differ are read again. */
export async function differenceBetween(left: Side, right: Side): Promise<Difference> {
  const difference = differenceOf(left.account, right.account);
  const { run } = difference;
  if (run === undefined) return difference;
  const from = await runpackIn(left.verified);
  const to = await runpackIn(right.verified);
  if (from === undefined || to === undefined) return difference;
  return { ...difference, run: await withPayloads(run, from, to) };
}

/** From the accounts alone, without differences inside payloads. */
export function differenceOf(left: Account, right: Account): Difference {
  return {
    identity: changesOf([
      ["format", left.format, right.format],
      ["about", left.about, right.about],
      ["source_ref", left.source_ref, right.source_ref],
      ["case_id", left.evidence?.case_id, right.evidence?.case_id],
      ["template_id", left.evidence?.template_id, right.evidence?.template_id],
      ["window", windowOf(left.evidence), windowOf(right.evidence)],
    ]),
    provenance: changesOf(provenanceMembers(left, right)),
    files: fileChanges(left.contents.files, right.contents.files),
    ...(left.run === undefined || right.run === undefined ? {} : { run: runDifference(left.run, right.run) }),
    ...(left.job === undefined || right.job === undefined ? {} : { job: jobDifference(left.job, right.job) }),
    ...(left.evidence === undefined || right.evidence === undefined
      ? {}
      : { controls: controlChanges(left.evidence, right.evidence) }),
  };
}

function provenanceMembers({ provenance: left }: Account, { provenance: right }: Account): Member[] {
  const keys = ({ signatures }: Account["provenance"]): string | undefined =>
    signatures.length === 0 ? undefined : signatures.map(({ key_id }) => key_id).join(", ");
  return [
    ["recorded_at", left.recorded_at, right.recorded_at],
    ["producer", left.producer, right.producer],
    ["packed_by", left.packed_by, right.packed_by],
    ["capture_mode", left.capture_mode, right.capture_mode],
    ["environment.os", left.environment?.os, right.environment?.os],
    ["environment.arch", left.environment?.arch, right.environment?.arch],
    ["environment.runtime", left.environment?.runtime, right.environment?.runtime],
    ["environment_fingerprint", left.environment_fingerprint, right.environment_fingerprint],
    ["source.manifest_digest", left.source?.manifest_digest, right.source?.manifest_digest],
    ["context.set_digest", left.context?.set_digest, right.context?.set_digest],
    ["context.evidence_mode", left.context?.evidence_mode, right.context?.evidence_mode],
    ["signature_status", left.signature_status, right.signature_status],
    ["signatures", keys(left), keys(right)],
  ];
}

function fileChanges(left: readonly ContentFile[], right: readonly ContentFile[]): FileChange[] {
  const content = ({ role }: ContentFile): boolean => role === "content";
  const files = matched(left.filter(content), right.filter(content), ({ archive = "", path }) =>
    JSON.stringify([archive, path]),
  );
  const changes = [
    ...files.removed.map((file) => fileChange("removed", file, undefined)),
    ...files.added.map((file) => fileChange("added", undefined, file)),
    ...files.pairs
      .filter(([from, to]) => from.sha256 !== to.sha256)
      .map(([from, to]) => fileChange("changed", from, to)),
  ];
  return changes.sort(
    (one, other) => compareUtf8(one.archive ?? "", other.archive ?? "") || compareUtf8(one.path, other.path),
  );
}

function fileChange(
  change: FileChange["change"],
  left: ContentFile | undefined,
  right: ContentFile | undefined,
): FileChange {
  const { path = "", archive } = left ?? right ?? {};
  return {
    path,
    ...(archive === undefined ? {} : { archive }),
    change,
    ...(left?.size === undefined ? {} : { left_size: left.size }),
    ...(right?.size === undefined ? {} : { right_size: right.size }),
    ...(left?.sha256 === undefined ? {} : { left_sha256: left.sha256 }),
    ...(right?.sha256 === undefined ? {} : { right_sha256: right.sha256 }),
  };
}

function controlChanges(left: EvidenceAccount, right: EvidenceAccount): NonNullable<Difference["controls"]> {
  const controls = matched(left.controls, right.controls, ({ control_id }) => control_id);
  const paths = ({ evidence }: EvidenceAccount["controls"][number]): string[] => evidence.map(({ path }) => path);
  return [
    ...controls.removed.map((each) => {
      const removed = paths(each);
      return { control_id: each.control_id, change: "removed" as const, added: [], removed };
    }),
    ...controls.added.map((each) => {
      const added = paths(each);
      return { control_id: each.control_id, change: "added" as const, added, removed: [] };
    }),
    ...controls.pairs.flatMap(([from, to]) => {
      const { added, removed } = matched(paths(from), paths(to), (path) => path);
      const { control_id } = from;
      return added.length + removed.length === 0 ? [] : [{ control_id, change: "changed" as const, added, removed }];
    }),
  ];
}

function windowOf(evidence: EvidenceAccount | undefined): string | undefined {
  const window = evidence?.window;
  return window === undefined ? undefined : `${window.from} to ${window.to}`;
}
