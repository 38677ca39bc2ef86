/** The work of `gait pack report`. */

import { basename } from "node:path";
import { accountOf } from "../../../core/account/account.ts";
import { RunRecords } from "../../../core/account/run-records.ts";
import { digestingSource } from "../../../core/bytes/digesting-source.ts";
import { differenceBetween } from "../../../core/diff/difference.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Reported, reportHtml } from "../../../core/report/document.ts";
import { printable } from "../../../core/text/printable.ts";
import { identityOf } from "../../../core/verify/answer.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import type { FileSink } from "../../../host/files/staged.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { type FileOptions, whileVerified, withArtifact } from "../../../host/packs/artifact-file.ts";
import type { Worksheet } from "../../../host/pdf/report.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { reportTemplate } from "../../../host/report-template.ts";
import type { Difference } from "../../../schema/account/difference.ts";
import type { PackReportOutput } from "../../../schema/answer/pack.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { assertEnding, formatNamed } from "../../flags/ending.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, verdictLine } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";

const ENDINGS = { html: ["html", "htm"], pdf: ["pdf"] } as const;
type ReportFormat = keyof typeof ENDINGS;

interface Read extends Reported {
  readonly path: string;
  readonly verified: Verified;
  assertUnchanged(): void;
}

/** @throws GaitError `invalid_input` without `--out`, and what opening and writing throw */
export async function reportOnPacks(call: Call): Promise<Answer<PackReportOutput>> {
  const out = call.option("--out");
  const asked = call.option("--format") as ReportFormat | undefined;
  if (out === undefined) {
    const isPaper = asked === "pdf" || call.has("--certificate");
    throw new GaitError("invalid_input", "--out is missing: it names the report to write", {
      hint: `gait pack report pack.zip --out report.${isPaper ? "pdf" : "html"}`,
    });
  }
  // By the name of the file where it says so.
  const format = asked ?? formatNamed(ENDINGS, out) ?? "html";
  assertEnding(ENDINGS, { flag: "--format", format, out, asked: asked && `--format ${asked}` });
  const isPdf = format === "pdf";
  if (call.has("--certificate") && !isPdf) {
    throw new GaitError("invalid_input", "--certificate is a page of a PDF, and the report is HTML", {
      hint: "Name a PDF: --out report.pdf.",
    });
  }
  const options = await trustOf(call);
  const folders = { cwd: call.cwd, home: call.env["HOME"] };
  const paths = call.positionals.map((each) => locateArtifact(each, folders));
  const request = { paths, out, options, force: call.has("--force"), inputs: [...call.inputs, ...paths] };
  const check = (read: readonly Read[]): void => {
    for (const [at, { path, verified }] of read.entries()) assertLocated(call.positionals[at] ?? path, path, verified);
  };
  const pdf = isPdf
    ? { certificate: call.has("--certificate") ? await certificateOf(call, options) : undefined }
    : undefined;
  return writeReport({ ...request, check, ...(pdf === undefined ? {} : { pdf }) }, (written, read, compared) =>
    answer(call, out, written, read, compared),
  );
}

interface ReportRequest {
  readonly paths: readonly string[];
  readonly out: string;
  readonly options: FileOptions;
  readonly force: boolean;
  /** Files that are not to be replaced. */
  readonly inputs: readonly string[];
  /** A PDF instead of an HTML page. */
  readonly pdf?: { readonly certificate: Worksheet | undefined };
  /** Throws where what was read is not what was meant: nothing is written then. */
  readonly check?: (read: readonly Read[]) => void;
}

/** @throws GaitError what opening and writing throw */
export async function writeReport<T>(
  { paths, out, options, force, inputs, check, pdf }: ReportRequest,
  use: (written: WrittenReport, read: readonly Read[], compared: boolean) => T,
): Promise<T> {
  return withAll(paths, options, [], async (read) => {
    check?.(read);
    const difference = await differenceOf(read);
    const producer = `gait ${BUILD.version}`;
    const report = { artifacts: read, producer, ...(difference === undefined ? {} : { difference }) };
    const make = async (sink: FileSink): Promise<WrittenReport> =>
      pdf === undefined
        ? write(sink, reportHtml(hostPlatform, report, reportTemplate()))
        : writeBytes(sink, await pdfOf(read, producer, pdf.certificate));
    // If a file changed while it was read, its report is discarded.
    const verify = async (): Promise<void> => {
      for (const each of read) each.assertUnchanged();
    };
    const { value } = await writeAtomically(out, make, { force, inputs, verify });
    return use(value, read, difference !== undefined);
  });
}

/** All files stay open until the report is written. */
async function withAll<T>(
  paths: readonly string[],
  options: FileOptions,
  read: readonly Read[],
  use: (read: readonly Read[]) => Promise<T>,
): Promise<T> {
  const [path, ...others] = paths;
  if (path === undefined) return use(read);
  return withArtifact(path, ({ source: file, assertUnchanged }) => {
    const source = digestingSource(file, hostPlatform.sha256());
    const records = new RunRecords({ withArguments: true });
    return whileVerified({ path, source }, { ...options, visitors: records.visitors }, async (verified) => {
      const account = await accountOf(verified, records);
      const last = { path, name: basename(path), verified, account, digest: await source.digest(), assertUnchanged };
      return withAll(others, options, [...read, last], use);
    });
  });
}

/** For two artifacts that verified; more than two are not compared. */
async function differenceOf(read: readonly Read[]): Promise<Difference | undefined> {
  const [left, right, ...others] = read;
  if (left === undefined || right === undefined || others.length > 0) return undefined;
  if (left.verified.verdict === "failed" || right.verified.verdict === "failed") return undefined;
  return differenceBetween(left, right);
}

interface WrittenReport {
  readonly sha256: string;
  readonly size: number;
}

/** The library and its fonts are loaded for a PDF alone. */
async function pdfOf(read: readonly Read[], producer: string, certificate: Worksheet | undefined): Promise<Uint8Array> {
  const { reportPdf } = await import("../../../host/pdf/report.ts");
  const artifacts = read.map((each) => ({ ...each, size: each.verified.archive.source.size }));
  return reportPdf({ artifacts, producer, certificate });
}

function writeBytes(sink: FileSink, bytes: Uint8Array): WrittenReport {
  const hash = hostPlatform.sha256();
  hash.update(bytes);
  sink.write(bytes);
  return { sha256: hash.hex(), size: bytes.length };
}

async function certificateOf(call: Call, { keys, trust }: FileOptions): Promise<Worksheet> {
  const [{ hostname }, { createReadStream }] = await Promise.all([import("node:os"), import("node:fs")]);
  const hash = hostPlatform.sha256();
  // The program's own file; run from source, that of the runtime.
  for await (const chunk of createReadStream(process.execPath)) hash.update(chunk as Uint8Array);
  return {
    program: `gait ${BUILD.version}, commit ${BUILD.commit}, ${BUILD.target}`,
    programSha256: hash.hex(),
    keys: [
      ...keys.map(({ id }) => id),
      ...(trust === undefined ? [] : [`${trust.policy.name}, SHA-256 ${trust.policy.sha256}`]),
    ],
    at: new Date(call.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    host: hostname(),
  };
}

function write(sink: FileSink, pieces: Iterable<string>): WrittenReport {
  const hash = hostPlatform.sha256();
  const encoder = new TextEncoder();
  let size = 0;
  for (const piece of pieces) {
    const bytes = encoder.encode(piece);
    hash.update(bytes);
    sink.write(bytes);
    size += bytes.length;
  }
  return { sha256: hash.hex(), size };
}

/** A bad artifact gets a report too: an auditor needs it, and the exit code says that it is bad. */
function answer(
  call: Call,
  path: string,
  { sha256, size }: WrittenReport,
  read: readonly Read[],
  compared: boolean,
): Answer<PackReportOutput> {
  const failed = read.filter(({ verified }) => verified.verdict === "failed");
  const artifacts = read.map(({ path: file, verified }) => ({
    path: file,
    ...identityOf(verified),
    verdict: verified.verdict,
    reason: verified.reason,
    findings: verified.findings,
  }));
  const sound = read.filter(({ verified }) => verified.verdict !== "failed");
  const verdicts = sound.map(({ path: file, verified }) => verdictLine(file, verified, call.stdout)).join("");
  const lines = rows(
    [
      ["sha256", sha256],
      ["size", `${size} bytes`],
      ["comparison", compared ? "in the report" : undefined],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: failed.length > 0 ? EXIT.failed : EXIT.ok,
    json: { path, sha256, size, compared, artifacts },
    text: `report  ${printable(path)}\n${lines}${verdicts}`,
    notes: failed
      .map(
        ({ path: file, verified }) =>
          verdictLine(file, verified, call.stderr) + findingLines(verified.findings, call.stderr),
      )
      .join(""),
  };
}
