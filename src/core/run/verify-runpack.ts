/** A runpack (`runpack_<run_id>.zip`): the evidence of one agent run, verified as a separate file or inside a pack. */
import type { Refs, Run, RunpackManifest } from "../../schema/document/runpack.ts";
import { refsValidator, runpackManifestValidator, runValidator } from "../../schema/validator/runpack.ts";
import { type ContentsReport, NO_CONTENTS } from "../contents/contents.ts";
import { type EvidenceFormat, type FormatOptions, verifyFormat } from "../contents/format.ts";
import { RUNPACK_MANIFEST, selfDigest, selfDigestFinding } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { textMember } from "../json/document.ts";
import { sameDigest } from "../signature/digest.ts";
import { type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";
import { agreementWarnings } from "./agreement.ts";

/** The files of a runpack; the manifest declares exactly the first four. */
export const RUNPACK_FILES: readonly string[] = ["intents.jsonl", "refs.json", "results.jsonl", "run.json"];

export interface RunpackReport {
  readonly runId: string;
  readonly manifestDigest: string;
  readonly captureMode: string;
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Records in `intents.jsonl` and `results.jsonl`. */
  readonly intents: number;
  readonly results: number;
  /** Each present if it matches its schema and its digest. */
  readonly manifest?: RunpackManifest;
  readonly run?: Run;
  readonly refs?: Refs;
}

interface RunEvidence {
  readonly intents: number;
  readonly results: number;
  readonly run?: Run;
  readonly refs?: Refs;
}

const RUNPACK: EvidenceFormat<RunpackManifest, RunEvidence> = {
  manifest: RUNPACK_MANIFEST,
  validator: runpackManifestValidator,
  selfFindings(object, manifest, platform) {
    const actual = selfDigest(object, "manifest_digest", platform);
    if (sameDigest(actual, manifest.manifest_digest)) return [];
    const path = `${RUNPACK_MANIFEST}#$.manifest_digest`;
    return [selfDigestFinding("manifest_digest_mismatch", path, actual, manifest.manifest_digest)];
  },
  files: ({ files }) => files,
  required: () => RUNPACK_FILES,
  isKnown: (path) => RUNPACK_FILES.includes(path),
  documents: { "run.json": runValidator, "refs.json": refsValidator },
  records: ({ run_id: runId }) => ({
    "intents.jsonl": { kind: "intent", runId },
    "results.jsonl": { kind: "result", runId },
  }),
  examine: ({ archive, manifest }) => ({
    conclude({ contents, document }) {
      const run = document<Run>("run.json");
      const refs = document<Refs>("refs.json");
      return {
        findings: run === undefined ? [] : runFindings(run, manifest),
        warnings: agreementWarnings(archive, { manifest, run, refs }, contents),
        evidence: {
          intents: contents.records.get("intents.jsonl")?.count ?? 0,
          results: contents.records.get("results.jsonl")?.count ?? 0,
          ...(run === undefined ? {} : { run }),
          ...(refs === undefined ? {} : { refs }),
        },
      };
    },
  }),
};

function runFindings(run: Run, manifest: RunpackManifest): Finding[] {
  const [expected, actual] = [manifest.run_id, run.run_id];
  if (expected === actual) return [];
  const message = "the run does not match the manifest's";
  return [finding("payload_mismatch", { path: "run.json#$.run_id", expected, actual, message })];
}

export async function verifyRunpack(archive: Archive, options: FormatOptions): Promise<RunpackReport> {
  const { object, contents, signature, findings, warnings, read } = await verifyFormat(RUNPACK, archive, options);
  return {
    runId: textMember(object, "run_id") ?? "",
    manifestDigest: textMember(object, "manifest_digest") ?? "",
    captureMode: textMember(object, "capture_mode") ?? "",
    ...{ contents, signature, findings, warnings },
    ...(read === undefined ? { intents: 0, results: 0 } : { manifest: read.manifest, ...read.evidence }),
  };
}

/** The result for an archive that is not a runpack, with the findings that say why. */
export function unreadableRunpack(findings: readonly Finding[]): RunpackReport {
  return {
    runId: "",
    manifestDigest: "",
    captureMode: "",
    contents: NO_CONTENTS,
    signature: UNSIGNED,
    findings,
    warnings: [],
    intents: 0,
    results: 0,
  };
}
