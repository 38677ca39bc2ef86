/** What the artifact is, its producer, date, source and size. */

import type { Account } from "../../schema/account/account.ts";
import { isDefaultEnvironment, OR_NOT_STATED, producerText } from "../account/provenance.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { countText, durationText, sizeText } from "../text/quantities.ts";
import { importedFromText, importerText } from "../verify/imported-files.ts";
import { formatText, subjectText, timeOf } from "./page/account-text.ts";
import { type Cell, codeOf, factList, section, table, type View } from "./page/view.ts";

const CAPTURE_MODES: Readonly<Record<string, string>> = {
  raw: "raw: full arguments and results",
  reference: "reference: only digests of arguments and results",
};

const SIGNATURE_WORDS = {
  verified: "verified",
  failed: "does not verify",
  not_checked: "not checked: no key was given",
};

export function provenanceSection(view: View, account: Account, fileDigest: string | undefined): MarkupElement {
  const { provenance, contents, run, job, evidence } = account;
  const isJob = account.about === "job";
  const { environment: machine, source, context, signatures } = provenance;
  return section(
    view,
    "provenance",
    "Provenance",
    factList([
      ["Format", formatText(account)],
      [account.format === "runpack" ? "Manifest digest" : "Pack id", codeOf(view, account.pack_id)],
      [subjectText(account), codeOf(view, account.source_ref)],
      ["Case", codeOf(view, evidence?.case_id)],
      [isJob ? "Submitted at" : "Recorded at", timeOf(view, provenance.recorded_at)],
      [
        "Time span",
        spanOf(
          view,
          run?.began_at ?? job?.submitted_at,
          run?.ended_at ?? job?.updated_at,
          run?.seconds ?? job?.seconds,
        ),
      ],
      [isJob ? "Kept by" : "Recorded by", textOf(view, producerText(account))],
      ["Packed by", textOf(view, provenance.packed_by && `gait ${provenance.packed_by}`)],
      [
        "Environment",
        machine === undefined
          ? undefined
          : view.show(
              `${machine.os}, ${machine.arch}, ${machine.runtime}${isDefaultEnvironment(machine) ? OR_NOT_STATED : ""}`,
            ),
      ],
      ["Environment", codeOf(view, provenance.environment_fingerprint)],
      ["Capture mode", captureText(view, provenance.capture_mode)],
      ["Made from", sourceText(view, source)],
      ["Imported from", importedText(view, provenance)],
      ["Context", codeOf(view, context?.set_digest)],
      ["Context evidence", textOf(view, context?.evidence_mode)],
      [
        "Size",
        `${sizeText(contents.file_size)}: ${countText(contents.entries, "entry", "entries")}, ${sizeText(contents.size)} of content`,
      ],
      ["SHA-256 of the file", fileDigest === undefined ? undefined : codeOf(view, fileDigest)],
    ]),
    signatures.length === 0
      ? el("p", {}, account.format === "unknown" ? "The signatures could not be read." : "Not signed.")
      : table(
          "signatures",
          "Signatures, in manifest order",
          ["Key id", "Signature", "Why"],
          signatures.map(({ key_id, status, problem }) => (): Cell[] => [
            codeOf(view, key_id) ?? "none",
            el("span", { class: `signature ${status}` }, SIGNATURE_WORDS[status]),
            problem === undefined ? undefined : view.show(problem),
          ]),
        ),
  );
}

function sourceText(view: View, source: Account["provenance"]["source"]): MarkupElement | undefined {
  if (source === undefined) return undefined;
  const { signatures, signatures_valid: valid } = source;
  const checked = valid === undefined ? "not checked" : `${valid} verified with a given key`;
  const signed = signatures === 0 ? "" : `, with ${countText(signatures, "signature")} in the runpack, ${checked}`;
  return el("span", {}, "runpack ", el("code", {}, view.show(source.manifest_digest)), signed);
}

function captureText(view: View, mode: string | undefined): string | undefined {
  if (mode === undefined) return undefined;
  return Object.hasOwn(CAPTURE_MODES, mode) ? CAPTURE_MODES[mode] : view.show(mode);
}

function textOf(view: View, text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : view.show(text);
}

function spanOf(
  view: View,
  from: string | undefined,
  to: string | undefined,
  seconds: number | undefined,
): MarkupElement | undefined {
  if (from === undefined && to === undefined) return undefined;
  const length = seconds === undefined ? "" : ` (${durationText(seconds)})`;
  return el("span", {}, timeOf(view, from) ?? "unknown", " to ", timeOf(view, to) ?? "unknown", length);
}

function importedText(view: View, { imported_from: files = [] }: Account["provenance"]): string | undefined {
  const text = importedFromText(files);
  if (text === undefined) return undefined;
  const by = importerText(files);
  return view.show(by === undefined ? text : `${text}; by ${by}`);
}
