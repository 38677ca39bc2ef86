/** An artifact's stated identity as rows of text, the same in a terminal and on a page. */
import { importedFromText, importerText } from "./imported-files.ts";
import type { VerificationData } from "./verified.ts";

export const NAME_OF_FORMAT: Record<NonNullable<VerificationData["legacyType"]>, string> = {
  runpack: "runpack",
  guard: "evidence pack",
};

const SUBJECTS = { run: "run", guard: "run", "": "run", job: "job", call: "call", authorization: "trace" } as const;

/** A row without a value is not shown. */
export type IdentityRow = readonly [label: string, value: string | undefined];

export function identityRows(verification: VerificationData): IdentityRow[] {
  const { packType, packId, sourceRef, legacyType, contents, signature } = verification;
  const format =
    legacyType === undefined
      ? `PackSpec v1 pack of ${packType === "authorization" ? "an" : "a"} ${packType}`
      : NAME_OF_FORMAT[legacyType];
  const digest = legacyType === "runpack" ? "manifest digest" : "pack id";
  return [
    ["format", packType === "" ? undefined : format],
    [digest, packId === "" ? undefined : packId],
    [SUBJECTS[packType], sourceRef === "" ? undefined : sourceRef],
    ["imported from", importedFromText(verification.importedFrom ?? [])],
    ["imported by", importerText(verification.importedFrom ?? [])],
    ["files checked", packType === "" ? undefined : String(contents.filesChecked)],
    ["proof records", verification.proofRecords === undefined ? undefined : `${verification.proofRecords} verified`],
    ["signatures", packType === "" ? undefined : signatureText(signature, isVouchedBeside(verification))],
  ];
}

/** Whether signatures in files beside it were judged: those in it are not all then. */
export function isVouchedBeside({ trust }: Pick<VerificationData, "trust">): boolean {
  return trust !== undefined;
}

function signatureText({ status, total, valid }: VerificationData["signature"], isBeside: boolean): string {
  const count = total === 1 ? "1 signature" : `${total} signatures`;
  if (status === "missing") return isBeside ? "none in the file itself" : "none";
  if (status === "skipped") return `${count}, not checked: no key was given`;
  return `${count}, ${valid} verified with a given key`;
}
