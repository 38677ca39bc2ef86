/** In a store a pack has the SHA-256 of its content for a name: whoever replaces it can't keep the name. */
import { basename } from "node:path";
import { finding } from "../../core/finding/finding.ts";
import type { OpenedObject } from "../../core/store/objects.ts";
import { digestFile } from "../../core/trust/file-digests.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import { hostPlatform } from "../platform/bun.ts";

/** The verification, failed where the file has other content than its name says. */
export async function heldToName(
  opened: Pick<OpenedObject, "path" | "source" | "digest">,
  verification: VerificationData,
): Promise<VerificationData> {
  const expected = basename(opened.path).replace(/\.zip$/, "");
  const file = verification.file ?? verification.numbers?.file;
  const actual = file?.sha256 ?? (await digestOf(opened));
  if (actual === expected) return verification;
  const message = "the file has other content than its name in the store says";
  const findings = [finding("pack_changed", { expected, actual, message }), ...verification.findings];
  const reason = verification.verdict === "failed" ? verification.reason : message;
  return { ...verification, verdict: "failed", reason, findings };
}

/** SHA-256 of what is open, 64 lower-case hex digits. */
export async function digestOf({ source, digest }: Pick<OpenedObject, "source" | "digest">): Promise<string> {
  return (await digest?.()) ?? (await digestFile(source, ["sha256"], hostPlatform)).file.sha256;
}
