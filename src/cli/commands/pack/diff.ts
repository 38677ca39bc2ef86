/** The work of `gait pack diff`. */
import { accountOf } from "../../../core/account.ts";
import { diffArtifacts } from "../../../core/diff.ts";
import { differenceBetween, type Side } from "../../../core/difference.ts";
import { canonicalBytes } from "../../../core/jcs.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { ByteSource } from "../../../core/source.ts";
import { type Verification, type VerifyOptions, verifyArtifact } from "../../../core/verify.ts";
import { writeAtomically } from "../../../host/output.ts";
import { hostPlatform } from "../../../host/platform.ts";
import type { PackDiff } from "../../../schema/diff.ts";
import type { Difference } from "../../../schema/difference.ts";
import type { Answer, Call, Terminal } from "../../command.ts";
import { EXIT } from "../../exit.ts";
import { paint, rows } from "../../output.ts";
import { differenceLines } from "../account/difference.ts";
import { UNKEYED, withArtifact } from "../artifact.ts";
import { limitsOf } from "../limits.ts";
import { refusal } from "../refusal.ts";

export async function diffPacks(call: Call): Promise<Answer> {
  const [left = "", right = ""] = call.positionals;
  const options = { ...UNKEYED, limits: limitsOf(call) };
  return withArtifact(left, (from) =>
    withArtifact(right, async (to) => {
      const sides = [
        { path: left, source: from.source, verification: await verifyArtifact(from.source, options) },
        { path: right, source: to.source, verification: await verifyArtifact(to.source, options) },
      ] as const;
      const [first, ...more] = sides.filter(({ verification }) => verification.verdict === "failed");
      if (first !== undefined) return refusal(call, "not compared, a side failed verification", [first, ...more]);
      return compare(call, sides, options);
    }),
  );
}

async function compare(call: Call, [from, to]: readonly [Opened, Opened], options: VerifyOptions): Promise<Answer> {
  const diff = diffArtifacts(from.verification, to.verification, hostPlatform);
  const details = await differenceBetween(await sideOf(from, options), await sideOf(to, options), options);
  const output = call.option("--output");
  if (output !== undefined) {
    const bytes = canonicalBytes(diff as unknown as JsonObject);
    await writeAtomically(output, async (sink) => sink.write(bytes), { force: call.has("--force") });
  }
  return {
    exit: diff.summary.changed ? EXIT.failed : EXIT.ok,
    json: { ...(output === undefined ? {} : { path: output }), diff, details },
    text: call.json ? "" : diffText(diff, details, from.path, to.path, call.stdout),
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

function diffText(diff: PackDiff, details: Difference, left: string, right: string, terminal: Terminal): string {
  const { summary } = diff;
  const verdict = summary.changed ? paint("different", "warn", terminal) : paint("same", "good", terminal);
  const heads = rows(
    [
      ["left", `${left} (${diff.left_pack_type} ${diff.left_pack_id})`],
      ["right", `${right} (${diff.right_pack_type} ${diff.right_pack_id})`],
      ["manifest", summary.manifest_delta ? "differs" : "same"],
    ],
    terminal,
    "  ",
  );
  return `${verdict}\n${heads}${summary.changed ? differenceLines(details, terminal) : ""}`;
}
