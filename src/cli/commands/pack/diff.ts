/** The work of `gait pack diff`. */
import { accountOf } from "../../../core/account/account.ts";
import { RunRecords } from "../../../core/account/run-records.ts";
import { diffArtifacts } from "../../../core/diff/diff.ts";
import { differenceBetween, type Side } from "../../../core/diff/difference.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { canonicalBytes } from "../../../core/json/jcs.ts";
import { identityOf } from "../../../core/verify/answer.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import type { OpenedSource } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { type FileOptions, whileVerified, withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { Difference } from "../../../schema/account/difference.ts";
import type { ComparedSide, PackDiffOutput, PackFailure } from "../../../schema/answer/pack.ts";
import type { PackDiff } from "../../../schema/document/diff.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { Answer, Call, Terminal } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { differenceLines } from "../../show/difference.ts";
import { type Refused, refusal } from "../../show/refusal.ts";
import { STYLE_OF_VERDICT } from "../../show/verdict.ts";
import { type LabelledRow, rows } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

type DiffAnswer = Answer<PackDiffOutput | PackFailure>;

export async function diffPacks(call: Call): Promise<DiffAnswer> {
  const [leftName = "", rightName = ""] = call.positionals;
  const folders = { cwd: call.cwd, home: call.env["HOME"] };
  const [left, right] = [locateArtifact(leftName, folders), locateArtifact(rightName, folders)];
  const differing = exitOfDifference(call.option("--exit-code"));
  const options = await trustOf(call);
  return withArtifact(left, (leftFile) =>
    withArtifact(right, (rightFile) =>
      whileSide(leftFile, options, (from) =>
        whileSide(rightFile, options, async (to) => {
          assertLocated(leftName, left, from.verified);
          assertLocated(rightName, right, to.verified);
          const [first, ...more] = [from, to].filter(({ verified }) => verified.verdict === "failed").map(refusedOf);
          if (first !== undefined) return refusal(call, "not compared: a side failed verification", [first, ...more]);
          return compare(call, from, to, differing);
        }),
      ),
    ),
  );
}

/** What `--exit-code` says for packs that differ: never an exit that means something else here. */
function exitOfDifference(text = ""): number {
  const exit = /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : -1;
  if (exit === EXIT.ok || exit === EXIT.failed || (exit >= 10 && exit <= 125)) return exit;
  throw new GaitError("invalid_input", `--exit-code can't be ${JSON.stringify(text)}`, {
    hint: "Give 0, 2, or a number from 10 to 125: the others have meanings of their own.",
  });
}

async function compare(call: Call, from: Opened, to: Opened, differing: number): Promise<Answer<PackDiffOutput>> {
  const diff = diffArtifacts(from.verified, to.verified, hostPlatform);
  const details = await differenceBetween(await sideOf(from), await sideOf(to));
  const output = call.option("--out");
  if (output !== undefined) {
    const bytes = canonicalBytes(diff as unknown as JsonObject);
    await writeAtomically(output, async (sink) => sink.write(bytes), {
      force: call.has("--force"),
      inputs: [...call.inputs, from.path, to.path],
    });
  }
  return {
    exit: diff.summary.changed ? differing : EXIT.ok,
    json: { ...(output === undefined ? {} : { path: output }), left: judged(from), right: judged(to), diff, details },
    text: call.json ? "" : diffText(diff, details, from, to, call.stdout),
  };
}

interface Opened {
  readonly path: string;
  readonly verified: Verified;
  /** As the verification saw them. */
  readonly records: RunRecords;
}

function whileSide(
  file: OpenedSource,
  options: FileOptions,
  use: (side: Opened) => Promise<DiffAnswer>,
): Promise<DiffAnswer> {
  const records = new RunRecords();
  const seeing = { ...options, visitors: records.visitors };
  return whileVerified(file, seeing, (verified) => use({ path: file.path, verified, records }));
}

async function sideOf({ verified, records }: Opened): Promise<Side> {
  return { verified, account: await accountOf(verified, records) };
}

function refusedOf({ path, verified }: Opened): Refused {
  return { path, verification: verified };
}

/** What each side is, and its verdict. */
function judged({ path, verified }: Opened): ComparedSide {
  const { verdict, reason } = verified;
  if (verdict === "failed") throw new GaitError("internal", "a side that failed verification was compared");
  return { path, ...identityOf(verified), verdict, reason };
}

const CONTEXT_WORDS = {
  none: "same",
  runtime_only: "same, fetched at another time",
  semantic: "differs",
} as const;

function diffText(diff: PackDiff, details: Difference, from: Opened, to: Opened, terminal: Terminal): string {
  const { summary } = diff;
  const verdict = summary.changed ? paint("different", "warn", terminal) : paint("same", "good", terminal);
  const heads = rows(
    [
      ...sideRows("left", from, diff.left_pack_type, diff.left_pack_id),
      ...sideRows("right", to, diff.right_pack_type, diff.right_pack_id),
      ["manifest", summary.manifest_delta ? "differs" : "same"],
      ["context", summary.context_drift_classification && CONTEXT_WORDS[summary.context_drift_classification]],
    ],
    terminal,
    "  ",
  );
  return `${verdict}\n${heads}${summary.changed ? differenceLines(details, terminal) : ""}`;
}

function sideRows(label: string, { path, verified }: Opened, type: string, id: string): LabelledRow[] {
  const { verdict, reason } = verified;
  return [
    [label, path],
    ["", `${verdict}: ${reason}`, STYLE_OF_VERDICT[verdict]],
    ["", `${type} ${id}`],
  ];
}
