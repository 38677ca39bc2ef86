/** A pack's format with its proof records, where it has any (contract 7.3). */
import type { PackManifest } from "../../schema/document/pack.ts";
import type { EvidenceFormat } from "../contents/format.ts";
import { PROOF_RECORDS } from "./proof-records.ts";

export interface Proven {
  /** Proof records whose hash and place in the chain are right; absent in a pack without them. */
  readonly proofRecords?: number;
}

export function proven<Evidence extends Proven>(
  format: EvidenceFormat<PackManifest, Evidence>,
): EvidenceFormat<PackManifest, Evidence> {
  return {
    ...format,
    async examine(opened) {
      const examination = await format.examine(opened);
      const { archive, manifest, options } = opened;
      if (!manifest.contents.some(({ path }) => path === PROOF_RECORDS)) return examination;
      // Loaded lazily: few packs have them.
      const { createProofChecker } = await import("./proof-check.ts");
      const checker = createProofChecker(archive, manifest, options);
      return {
        observers: new Map([...(examination.observers ?? []), [PROOF_RECORDS, checker.observer]]),
        async conclude(files) {
          const { findings, warnings, evidence } = await examination.conclude(files);
          const proof = await checker.end();
          // Bytes that are not those that were declared are no evidence.
          if (!files.contents.sound.has(PROOF_RECORDS)) return { findings, warnings, evidence };
          return {
            findings: [...findings, ...proof.findings],
            warnings,
            evidence: { ...evidence, proofRecords: proof.verified },
          };
        },
      };
    },
  };
}
