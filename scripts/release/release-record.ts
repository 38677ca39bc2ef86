/** A release build as the record of a run, from which gait makes a pack: each step an intent, its output the result. */
import { createHash } from "node:crypto";

export interface Step {
  readonly id: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
}

/** An input from elsewhere. */
export interface Material {
  readonly id: string;
  /** Package URL. */
  readonly locator: string;
  readonly sha256: string;
}

/** @param release.builtAt RFC 3339; every time in the record is this one */
export function releaseRecord(release: {
  readonly version: string;
  readonly commit: string;
  readonly builtAt: string;
  readonly bunVersion: string;
  readonly steps: readonly Step[];
  readonly materials: readonly Material[];
}): object {
  const created_at = release.builtAt;
  return {
    run: {
      run_id: `release_gait_${release.version}`,
      created_at,
      producer_version: `gait ${release.version} (${release.commit})`,
      // The same on every build machine.
      env: { os: "any", arch: "any", runtime: `bun ${release.bunVersion}` },
      timeline: [
        { event: "start", ts: created_at },
        { event: "finish", ts: created_at },
      ],
    },
    intents: release.steps.map(({ id, tool, args }) => ({ intent_id: id, tool_name: tool, created_at, args })),
    results: release.steps.map(({ id, result }) => ({ intent_id: id, status: "ok", created_at, result })),
    refs: {
      receipts: release.materials.map(({ id, locator, sha256 }) => ({
        ref_id: id,
        source_type: "npm",
        source_locator: locator,
        query_digest: createHash("sha256").update(locator).digest("hex"),
        content_digest: sha256,
        retrieved_at: created_at,
        redaction_mode: "reference",
      })),
    },
    capture_mode: "raw",
  };
}
