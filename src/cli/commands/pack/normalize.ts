/** The work of `gait pack normalize`. */

import { digestingSource } from "../../../core/bytes/digesting-source.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { Finding } from "../../../core/finding/finding.ts";
import { type Normalized, normalizeArtifact } from "../../../core/rezipped/normalize.ts";
import { printable } from "../../../core/text/printable.ts";
import { judgeArtifact } from "../../../core/verify/verify.ts";
import { type Written, writeAtomically } from "../../../host/files/output.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { PackFailure, PackNormalizeOutput } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { refusal } from "../../show/refusal.ts";
import { warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import { UNKEYED } from "../artifact.ts";

export async function normalizePack(call: Call): Promise<Answer<PackNormalizeOutput | PackFailure>> {
  const [path = ""] = call.positionals;
  const out = call.option("--out");
  if (out === undefined) {
    throw new GaitError("invalid_input", "--out is missing: it names the pack to write", {
      hint: "gait pack normalize rezipped.zip --out pack.zip",
    });
  }
  return withProgress(call, "pack normalize", () => normalizeTo(call, path, out));
}

async function normalizeTo(call: Call, path: string, out: string): Promise<Answer<PackNormalizeOutput | PackFailure>> {
  const limits = limitsOf(call);
  let refused: readonly Finding[] = [];
  const refuse = (findings: readonly Finding[]): never => {
    refused = findings;
    throw new GaitError("invalid_input", `${path} can't be normalized`);
  };
  return withArtifact(path, async ({ source: file, assertUnchanged }) => {
    const source = digestingSource(file, hostPlatform.sha256());
    let identity = { packId: "", sha256: "" };
    try {
      const written = await writeAtomically(
        out,
        async (sink): Promise<Normalized> => {
          const made = await normalizeArtifact(source, sink, hostPlatform, limits);
          assertUnchanged();
          return "form" in made ? made : refuse(made);
        },
        {
          force: call.has("--force"),
          inputs: [...call.inputs, path],
          verify: async (output) => {
            const digesting = digestingSource(output, hostPlatform.sha256());
            const { verdict, findings, packId } = await judgeArtifact(digesting, { ...UNKEYED, limits });
            if (verdict === "failed") refuse(findings);
            identity = { packId, sha256: await digesting.digest() };
          },
        },
      );
      return answer(call, written, identity, await source.digest());
    } catch (error) {
      if (refused.length === 0) throw error;
      const reason = refused.length === 1 ? "1 finding" : `${refused.length} findings`;
      const verification = { verdict: "failed", reason, findings: refused } as const;
      return refusal(call, "nothing was written", [{ path, verification }], NOT_NORMALIZED);
    }
  });
}

const NOT_NORMALIZED =
  "Nothing was written: only a pack that has one reading, and is right in every digest, is brought into its form. " +
  "Ask for the original file.";

const BESIDE_CHANGED =
  "files kept beside the pack (a detached signature, a checksum) match again only if gait built the pack; those " +
  "of another program's file no longer match";

function answer(
  call: Call,
  { path, value }: Written<Normalized>,
  { packId, sha256 }: { packId: string; sha256: string },
  sourceSha256: string,
): Answer<PackNormalizeOutput> {
  const { form, wrappings, leftOut } = value;
  const isSame = sha256 === sourceSha256;
  const lines = rows(
    [
      ["pack id", packId],
      ["sha256", sha256],
      ["packed by", form],
      ["taken out of", wrappings.map(({ kind, name }) => `the ${kind} ${printable(name)}`).join(", ") || undefined],
      ["left out", leftOut.map((name) => printable(name)).join(", ") || undefined],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      path,
      pack_id: packId,
      sha256,
      source_sha256: sourceSha256,
      form,
      unwrapped: wrappings.map(({ kind, name }) => ({ kind, name })),
      left_out: [...leftOut],
      ...(isSame ? {} : { warnings: [BESIDE_CHANGED] }),
    },
    text: `${isSame ? "already in its form" : "normalized"}  ${printable(path)}\n${lines}`,
    notes: isSame ? "" : warningLines([BESIDE_CHANGED], call.stderr),
  };
}
