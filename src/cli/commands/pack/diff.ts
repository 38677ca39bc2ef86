/** The work of `gait pack diff`. */
import { accountOf } from "../../../core/account/account.ts";
import type { ByteSource } from "../../../core/bytes/source.ts";
import { diffArtifacts } from "../../../core/diff/diff.ts";
import { differenceBetween, type Side } from "../../../core/diff/difference.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { canonicalBytes } from "../../../core/json/jcs.ts";
import { identityOf } from "../../../core/verify/answer.ts";
import { type Verification, type VerifyOptions, verifyNamed } from "../../../core/verify/verify.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { Difference } from "../../../schema/account/difference.ts";
import type { ComparedSide, PackDiffOutput, PackFailure } from "../../../schema/answer/pack.ts";
import type { PackDiff } from "../../../schema/document/diff.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { Answer, Call, Terminal } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { differenceLines } from "../../show/difference.ts";
import { refusal } from "../../show/refusal.ts";
import { STYLE_OF_VERDICT } from "../../show/verdict.ts";
import { type LabelledRow, paint, rows } from "../../terminal/output.ts";

export async function diffPacks(call: Call): Promise<Answer<PackDiffOutput | PackFailure>> {
  const [left = "", right = ""] = call.positionals;
  const options = await trustOf(call);
  return withArtifact(left, (from) =>
    withArtifact(right, async (to) => {
      const sides = [
        { path: left, source: from.source, verification: await verifyNamed(left, from.source, options) },
        { path: right, source: to.source, verification: await verifyNamed(right, to.source, options) },
      ] as const;
      const [first, ...more] = sides.filter(({ verification }) => verification.verdict === "failed");
      if (first !== undefined) return refusal(call, "not compared, a side failed verification", [first, ...more]);
      return compare(call, sides, options);
    }),
  );
}

async function compare(
  call: Call,
  [from, to]: readonly [Opened, Opened],
  options: VerifyOptions,
): Promise<Answer<PackDiffOutput>> {
  const diff = diffArtifacts(from.verification, to.verification, hostPlatform);
  const details = await differenceBetween(await sideOf(from, options), await sideOf(to, options), options);
  const output = call.option("--output");
  if (output !== undefined) {
    const bytes = canonicalBytes(diff as unknown as JsonObject);
    await writeAtomically(output, async (sink) => sink.write(bytes), { force: call.has("--force") });
  }
  return {
    exit: diff.summary.changed ? EXIT.failed : EXIT.ok,
    json: { ...(output === undefined ? {} : { path: output }), left: judged(from), right: judged(to), diff, details },
    text: call.json ? "" : diffText(diff, details, from, to, call.stdout),
  };
}

interface Opened {
  readonly path: string;
  readonly source: ByteSource;
  readonly verification: Verification;
}

async function sideOf({ source, verification }: Opened, options: VerifyOptions): Promise<Side> {
  return { source, verification, account: await accountOf(source, verification, options) };
}

/** What a side is, and how far it may be believed. */
function judged({ path, verification }: Opened): ComparedSide {
  const { verdict, reason } = verification;
  if (verdict === "failed") throw new GaitError("internal", "a side that failed verification was compared");
  return { path, ...identityOf(verification), verdict, reason };
}

function diffText(diff: PackDiff, details: Difference, from: Opened, to: Opened, terminal: Terminal): string {
  const { summary } = diff;
  const verdict = summary.changed ? paint("different", "warn", terminal) : paint("same", "good", terminal);
  const heads = rows(
    [
      ...sideRows("left", from, diff.left_pack_type, diff.left_pack_id),
      ...sideRows("right", to, diff.right_pack_type, diff.right_pack_id),
      ["manifest", summary.manifest_delta ? "differs" : "same"],
    ],
    terminal,
    "  ",
  );
  return `${verdict}\n${heads}${summary.changed ? differenceLines(details, terminal) : ""}`;
}

function sideRows(label: string, { path, verification }: Opened, type: string, id: string): LabelledRow[] {
  const { verdict, reason } = verification;
  return [
    [label, path],
    ["", `${verdict}: ${reason}`, STYLE_OF_VERDICT[verdict]],
    ["", `${type} ${id}`],
  ];
}
