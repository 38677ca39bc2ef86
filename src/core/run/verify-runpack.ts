/** A runpack (`runpack_<run_id>.zip`): the evidence of one agent run, verified as a file of its own or inside a pack. */
import type { Refs, Run, RunpackManifest } from "../../schema/document/runpack.ts";
import { refsValidator, runpackManifestValidator, runValidator } from "../../schema/validator/runpack.ts";
import { type ContentsReport, checkContents, collector, NO_CONTENTS, unreadWarnings } from "../contents/contents.ts";
import { RUNPACK_MANIFEST, readManifest, selfDigest, selfDigestFinding } from "../contents/manifest.ts";
import type { RecordsReport } from "../contents/record-lines.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { declaredDocument, MAX_DOCUMENT_BYTES, textMember } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import { sameDigest } from "../signature/digest.ts";
import { checkSignatures, type PublicKey, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";

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
  /** Each present when it is what its schema says, and its bytes are the declared ones. */
  readonly manifest?: RunpackManifest;
  readonly run?: Run;
  readonly refs?: Refs;
}

const NO_RECORDS: RecordsReport = { count: 0, findings: [], warnings: [] };

export async function verifyRunpack(
  archive: Archive,
  keys: readonly PublicKey[],
  platform: Platform,
): Promise<RunpackReport> {
  const document = await readManifest(archive, RUNPACK_MANIFEST, runpackManifestValidator);
  const { object, value: manifest } = document;
  const named = {
    runId: textMember(object, "run_id") ?? "",
    manifestDigest: textMember(object, "manifest_digest") ?? "",
    captureMode: textMember(object, "capture_mode") ?? "",
  };
  if (object === undefined || manifest === undefined) {
    const signature = object === undefined ? UNSIGNED : await checkSignatures(object, keys, platform, RUNPACK_MANIFEST);
    const findings = [...document.findings, ...signature.findings];
    return { ...named, contents: NO_CONTENTS, signature, findings, warnings: [], intents: 0, results: 0 };
  }

  const findings: Finding[] = [...document.findings];
  const actual = selfDigest(object, "manifest_digest", platform);
  if (!sameDigest(actual, manifest.manifest_digest)) {
    const path = `${RUNPACK_MANIFEST}#$.manifest_digest`;
    findings.push(selfDigestFinding("manifest_digest_mismatch", path, actual, manifest.manifest_digest));
  }

  const runFile = collector(MAX_DOCUMENT_BYTES);
  const refsFile = collector(MAX_DOCUMENT_BYTES);
  const { run_id: runId } = manifest;
  const contents = await checkContents(
    archive,
    RUNPACK_MANIFEST,
    manifest.files,
    {
      required: RUNPACK_FILES,
      observers: new Map([
        ["run.json", runFile.observer],
        ["refs.json", refsFile.observer],
      ]),
      records: new Map([
        ["intents.jsonl", { kind: "intent", runId }],
        ["results.jsonl", { kind: "result", runId }],
      ]),
    },
    platform,
  );
  findings.push(...contents.findings);

  const run = declaredDocument(contents, "run.json", runFile.bytes(), runValidator, findings);
  const refs = declaredDocument(contents, "refs.json", refsFile.bytes(), refsValidator, findings);
  const intents = contents.records.get("intents.jsonl") ?? NO_RECORDS;
  const results = contents.records.get("results.jsonl") ?? NO_RECORDS;
  findings.push(...intents.findings, ...results.findings);
  if (run !== undefined && run.run_id !== manifest.run_id) {
    const path = "run.json#$.run_id";
    findings.push(
      finding("payload_mismatch", {
        path,
        expected: manifest.run_id,
        actual: run.run_id,
        message: "the run is not the manifest's",
      }),
    );
  }

  const signature = await checkSignatures(object, keys, platform, RUNPACK_MANIFEST);
  findings.push(...signature.findings);
  return {
    ...named,
    contents,
    signature,
    findings,
    warnings: [
      ...unreadWarnings(contents, (path) => RUNPACK_FILES.includes(path)),
      ...intents.warnings,
      ...results.warnings,
    ],
    intents: intents.count,
    results: results.count,
    manifest,
    ...(run === undefined ? {} : { run }),
    ...(refs === undefined ? {} : { refs }),
  };
}

/** Of an archive that is no runpack, with the findings that say why. */
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
