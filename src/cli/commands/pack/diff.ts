/** The work of `gait pack diff`. */
import { diffArtifacts } from "../../../core/diff.ts";
import { canonicalBytes } from "../../../core/jcs.ts";
import type { JsonObject } from "../../../core/json.ts";
import { writeAtomically } from "../../../host/output.ts";
import { hostPlatform } from "../../../host/platform.ts";
import type { PackDiff } from "../../../schema/diff.ts";
import type { Answer, Call, Terminal } from "../../command.ts";
import { EXIT } from "../../exit.ts";
import { paint, printable, rows } from "../../output.ts";
import { UNKEYED, verifyFile } from "../artifact.ts";
import { limitsOf } from "../limits.ts";
import { refusal } from "../refusal.ts";

export async function diffPacks(call: Call): Promise<Answer> {
  const [left = "", right = ""] = call.positionals;
  const options = { ...UNKEYED, limits: limitsOf(call) };
  const sides = [
    { path: left, verification: await verifyFile(left, options) },
    { path: right, verification: await verifyFile(right, options) },
  ] as const;
  const [first, ...more] = sides.filter(({ verification }) => verification.verdict === "failed");
  if (first !== undefined) return refusal(call, "not compared, a side failed verification", [first, ...more]);

  const [from, to] = sides;
  const diff = diffArtifacts(from.verification, to.verification, hostPlatform);
  const output = call.option("--output");
  if (output !== undefined) {
    const bytes = canonicalBytes(diff as unknown as JsonObject);
    await writeAtomically(output, async (sink) => sink.write(bytes), { force: call.has("--force") });
  }
  return {
    exit: diff.summary.changed ? EXIT.failed : EXIT.ok,
    json: { ...(output === undefined ? {} : { path: output }), diff },
    text: diffText(diff, left, right, call.stdout),
  };
}

function diffText(diff: PackDiff, left: string, right: string, terminal: Terminal): string {
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
  const lines = [
    ...(summary.removed_files ?? []).map((path) => `  - ${printable(path)}\n`),
    ...(summary.added_files ?? []).map((path) => `  + ${printable(path)}\n`),
    ...(summary.changed_files ?? []).map((path) => `  ~ ${printable(path)}\n`),
  ];
  const legend = lines.length > 0 ? `  ${paint("- only left, + only right, ~ other bytes", "dim", terminal)}\n` : "";
  return `${verdict}\n${heads}${lines.join("")}${legend}`;
}
