/**
 * The provenance of an artifact as stated in its documents: who made it, when, where and from what, and its signatures.
 */
import type { Account } from "../../schema/account/account.ts";
import type { Provenance } from "../../schema/account/parts.ts";
import type { RunPayload } from "../../schema/document/pack.ts";
import type { Run, RunpackManifest } from "../../schema/document/runpack.ts";
import { RUN_SOURCE } from "../pack/run-payload.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { countText } from "../text/quantities.ts";
import { isKnownTime } from "../time/known-instant.ts";
import type { Verified } from "../verify/verified.ts";

export function provenanceOf(verified: Verified): Provenance {
  const { signature } = verified;
  return {
    ...madeBy(verified),
    ...(verified.importedFrom === undefined ? {} : { imported_from: verified.importedFrom }),
    signature_status: signature.status,
    signatures: signature.checks.map(({ keyId, status, problem }) => ({
      key_id: keyId,
      status,
      ...(problem === undefined ? {} : { problem }),
    })),
  };
}

function madeBy(verified: Verified): Partial<Provenance> {
  switch (verified.format) {
    case "unreadable":
      return {};
    case "runpack":
      return ofRun(verified.runpack.run, verified.runpack.manifest);
    case "evidence_pack": {
      const { manifest, runpackSummary: summary } = verified.evidencePack;
      return {
        ...recorded(manifest?.created_at),
        ...text("packed_by", manifest?.producer_version),
        ...text("capture_mode", summary?.capture_mode),
        ...(summary === undefined ? {} : { source: { manifest_digest: summary.manifest_digest, signatures: 0 } }),
      };
    }
    case "job_pack": {
      const { manifest, job } = verified.pack;
      const { state } = job;
      return {
        ...recorded(state?.created_at),
        ...text("producer", state?.producer_version),
        ...text("packed_by", manifest.producer_version),
        ...text("environment_fingerprint", state?.environment_fingerprint),
      };
    }
    case "call_pack": {
      const { manifest, runpack, payload } = verified.pack;
      return {
        ...ofRun(runpack?.run, runpack?.manifest),
        ...recorded(payload?.created_at),
        ...text("packed_by", manifest.producer_version),
        ...text("environment_fingerprint", payload?.environment_fingerprint),
      };
    }
    case "authorization_pack": {
      const { manifest, bundle } = verified.pack;
      return {
        ...recorded(bundle?.created_at),
        ...text("producer", bundle?.producer_version),
        ...text("packed_by", manifest.producer_version),
      };
    }
    case "run_pack": {
      const { manifest, runpack, payload } = verified.pack;
      return {
        ...ofRun(runpack?.run, runpack?.manifest),
        ...text("packed_by", manifest.producer_version),
        ...sourceOf(runpack),
        ...contextOf(payload),
      };
    }
  }
}

function ofRun(run: Run | undefined, manifest: RunpackManifest | undefined): Partial<Provenance> {
  return {
    ...recorded(run?.created_at ?? manifest?.created_at),
    ...text("producer", run?.producer_version ?? manifest?.producer_version),
    ...text("capture_mode", manifest?.capture_mode),
    ...(run === undefined ? {} : { environment: { os: run.env.os, arch: run.env.arch, runtime: run.env.runtime } }),
  };
}

function sourceOf(runpack: RunpackReport | undefined): Pick<Provenance, "source"> {
  if (runpack === undefined || runpack.manifestDigest === "") return {};
  const { status, total, valid } = runpack.signature;
  const checked = status === "verified" || status === "failed" ? { signatures_valid: valid } : {};
  return { source: { path: RUN_SOURCE, manifest_digest: runpack.manifestDigest, signatures: total, ...checked } };
}

function contextOf(payload: RunPayload | undefined): Pick<Provenance, "context"> {
  const context = {
    ...text("set_digest", payload?.context_set_digest),
    ...text("evidence_mode", payload?.context_evidence_mode),
  };
  return Object.keys(context).length === 0 ? {} : { context };
}

function recorded(time: string | undefined): Pick<Provenance, "recorded_at"> {
  return isKnownTime(time) ? { recorded_at: time } : {};
}

function text<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value ? ({ [name]: value } as { [Key in Name]?: string }) : {};
}

/**
 * Whether an environment is what recorders fill in where the input has none (contract 1.3): the machine in Go's naming,
 * and `go`, which few agents run in.
 */
export function isDefaultEnvironment({ os, arch, runtime }: NonNullable<Provenance["environment"]>): boolean {
  return ["linux", "darwin", "windows"].includes(os) && ["amd64", "arm64"].includes(arch) && runtime === "go";
}

export const OR_NOT_STATED = " (or not stated: the default)";

/** When, by whom, where and from what, as a terminal and paper say it; what is not known is `undefined`. */
export function madeText(account: Account): readonly (readonly [label: string, text: string | undefined])[] {
  const { about, provenance } = account;
  const isJob = about === "job";
  return [
    [isJob ? "submitted at" : "recorded at", provenance.recorded_at],
    [isJob ? "kept by" : "recorded by", producerText(account)],
    [isJob ? "environment" : "recorded on", environmentText(account)],
    ["packed by", provenance.packed_by && `gait ${provenance.packed_by}`],
    ["capture mode", captureText(provenance.capture_mode)],
    ["made from", sourceText(account)],
  ];
}

/** A job is recorded by gait, a run by the agent. */
export function producerText({ about, provenance: { producer } }: Account): string | undefined {
  return about === "job" && producer !== undefined ? `gait ${producer}` : producer;
}

function environmentText({ provenance: { environment, environment_fingerprint } }: Account): string | undefined {
  if (environment === undefined) return environment_fingerprint;
  const { os, arch, runtime } = environment;
  const told = [`${os}/${arch}`, runtime].filter((part) => part !== "" && part !== "/").join(", ");
  if (told === "") return undefined;
  return isDefaultEnvironment(environment) ? told + OR_NOT_STATED : told;
}

function captureText(mode: string | undefined): string | undefined {
  if (mode === "reference") return "reference: only digests of arguments and results";
  return mode === "raw" ? "raw: arguments and results are kept" : mode;
}

function sourceText({ provenance: { source } }: Account): string | undefined {
  if (source === undefined) return undefined;
  const { signatures, signatures_valid: valid } = source;
  const checked = valid === undefined ? "not checked" : `${valid} verified with a given key`;
  const signed = signatures > 0 ? ` (${countText(signatures, "signature")} of its own, ${checked})` : "";
  return `runpack ${source.manifest_digest}${signed}`;
}
