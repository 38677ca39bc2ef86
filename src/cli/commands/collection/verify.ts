/** The work of `gait collection verify`: a log, and what it names; or one pack with its proof. */
import { statSync } from "node:fs";
import { encodeBase64 } from "../../../core/bytes/encoding.ts";
import { type Audit, auditLog } from "../../../core/collection/audit.ts";
import { parseCheckpoint } from "../../../core/collection/checkpoint.ts";
import type { NoteKey } from "../../../core/collection/note.ts";
import { MAX_NOTE_BYTES } from "../../../core/collection/note.ts";
import { withCosignatures, witnessed } from "../../../core/collection/witness.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Finding, listed } from "../../../core/finding/finding.ts";
import { countText, grouped } from "../../../core/text/quantities.ts";
import { statOrNothing, withFileErrors } from "../../../host/files/errno.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { CollectionVerifyOutput, Removal } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { findingLines, verdictLine, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import { givenKey, openCollection, witnessesOf } from "./opened.ts";
import { type Counted, PackAudit } from "./pack-audit.ts";

type Members = Omit<Answer<CollectionVerifyOutput>["json"] & object, "warnings">;

export async function verifyCollection(call: Call): Promise<Answer<CollectionVerifyOutput>> {
  const [place = ""] = call.positionals;
  const key = givenKey(call);
  if (call.has("--at-least") && !call.has("--witness"))
    throw new GaitError("invalid_input", "--at-least is given without --witness", { hint: "Name the witnesses." });
  if (!call.has("--name")) {
    assertOnly(call, ["--since", "--remember", "--packs"], "without --name it is a pack that is verified");
    const { verifyProof } = await import("./verify-proof.ts");
    return verifyProof(call, place, key);
  }
  assertOnly(call, ["--proof"], "with --name it is a log that is verified");
  return verifyLog(call, place, key);
}

function assertOnly(call: Call, flags: readonly `--${string}`[], why: string): void {
  const wrong = flags.find((flag) => call.has(flag));
  if (wrong === undefined) return;
  throw new GaitError("invalid_input", `${wrong} has no meaning here: ${why}`, {
    hint: "`gait collection verify --help` has an example of each.",
  });
}

async function verifyLog(call: Call, place: string, key: NoteKey | undefined): Promise<Answer<CollectionVerifyOutput>> {
  const opened = await openCollection(call, place);
  const since = await earlierHead(call);
  const packs = call.option("--packs");
  const { audit, counted } = await withProgress(call, "collection verify", async () => {
    const packAudit = packs === undefined ? undefined : await PackAudit.of(packs, call);
    const found = await auditLog(hostPlatform, opened.store, opened.names, {
      ...{ key, since, onEntry: (entry, isSigned, index) => packAudit?.entry(entry, isSigned, index) },
    });
    return { audit: found, counted: await packAudit?.end(found.heads, call.now()) };
  });
  const { keys: witnesses, atLeast } = witnessesOf(call);
  const seenBy =
    witnesses.length === 0 || audit.newest === undefined
      ? undefined
      : await witnessed(
          hostPlatform,
          opened.names.checkpoint(audit.newest.size),
          await withCosignatures(opened.store, opened.names, audit.newest),
          witnesses,
          atLeast,
        );
  if (audit.newest === undefined && audit.findings.length === 0) {
    throw new GaitError(
      "not_found",
      `${opened.members.name} has no signed head yet: there is nothing to verify it by`,
      {
        hint: "`gait collection checkpoint` signs one.",
      },
    );
  }
  const answer = answerOf(call, place, opened.members, { audit, counted, key, since, seenBy });
  const remember = call.option("--remember");
  if (remember !== undefined && answer.exit === 0 && key !== undefined && audit.newestBytes !== undefined) {
    const bytes = audit.newestBytes;
    await writeAtomically(remember, async (sink) => sink.write(bytes), { force: true });
  }
  return answer;
}

interface Since {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The head of `--since`, else that of the last visit. */
async function earlierHead(call: Call): Promise<Since | undefined> {
  const remembered = call.option("--remember");
  if (remembered !== undefined && call.option("--log-vkey") === undefined) {
    throw new GaitError("invalid_input", "--remember needs --log-vkey", {
      hint: "A head that nobody checked is nothing to remember: give the log's key.",
    });
  }
  const name = call.option("--since") ?? remembered;
  if (name === undefined) return undefined;
  const isThere = withFileErrors("read", name, () => statOrNothing(() => statSync(name))) !== undefined;
  // The first visit.
  if (!call.has("--since") && !isThere) return undefined;
  return { name, bytes: await readInput(name, { limit: MAX_NOTE_BYTES, limitHint: "Give a head of the log." }) };
}

interface Seen {
  readonly audit: Audit;
  readonly counted: Counted | undefined;
  readonly key: NoteKey | undefined;
  readonly since: Since | undefined;
  readonly seenBy: Awaited<ReturnType<typeof witnessed>> | undefined;
}

function answerOf(
  call: Call,
  place: string,
  members: { readonly store: string; readonly name: string },
  { audit, counted, key, since, seenBy }: Seen,
): Answer<CollectionVerifyOutput> {
  const { newest, unsigned } = audit;
  const findings = listed([...audit.findings, ...(seenBy?.findings ?? []), ...(counted?.findings ?? [])]);
  const size = newest?.size ?? 0;
  const sinceSize = since === undefined ? undefined : parseCheckpoint(since.bytes)?.size;
  const judged = judge(findings, key, size, sinceSize);
  const warnings = [...audit.warnings, ...(counted?.warnings ?? [])];
  const json = {
    ...members,
    ...judged,
    ...(newest === undefined ? {} : { origin: newest.origin, root: encodeBase64(newest.root) }),
    size,
    ...(sinceSize === undefined ? {} : { since: sinceSize }),
    ...{ checkpoints: audit.heads.length, unsigned },
    ...(counted === undefined ? {} : { packs: counted.packs, removals: counted.removals }),
    ...(seenBy === undefined ? {} : { cosigned_by: seenBy.by }),
    findings,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
  const isGood = judged.verdict !== "failed";
  const terminal = isGood ? call.stdout : call.stderr;
  const text =
    verdictLine(`${place}, ${members.name}`, judged, terminal) +
    findingLines(findings, terminal) +
    rows(logRows(json, isGood, counted?.unknown ?? 0), terminal, "  ");
  return {
    exit: exitOfVerdict(judged.verdict),
    json,
    text: isGood ? text : "",
    notes: (isGood ? "" : text) + warningLines(warnings, call.stderr),
  };
}

function judge(findings: readonly Finding[], key: NoteKey | undefined, size: number, since: number | undefined) {
  const [first] = findings;
  if (first !== undefined) return { verdict: "failed", reason: first.message } as const;
  const before =
    since === undefined
      ? `complete as of ${countText(size, "entry", "entries")}; nothing earlier was given to compare with`
      : `complete as of ${countText(size, "entry", "entries")}, and begins with the ${since} of the earlier head`;
  return key === undefined
    ? ({ verdict: "intact", reason: `${before}; the log's key was not given (--log-vkey)` } as const)
    : ({ verdict: "authentic", reason: `signed by ${key.name}; ${before}` } as const);
}

function logRows(
  {
    origin,
    root,
    unsigned,
    packs,
    removals = [],
    cosigned_by: by,
  }: Pick<Members, "origin" | "root" | "unsigned" | "packs" | "removals" | "cosigned_by">,
  isGood: boolean,
  unknown: number,
) {
  // What an entry says that can't be read is not known to be there.
  const but = unknown === 0 ? "" : `, but for ${countText(unknown, "entry", "entries")} that this version can't read`;
  const claim =
    packs === undefined
      ? "the log agrees with itself; whether the packs are there was not asked (--packs)"
      : `nothing that was entered is missing${but}; it says nothing of a run that nobody recorded`;
  return [
    ["log", origin],
    ["root", root],
    ["witnesses", by === undefined ? undefined : by.map(({ name, at }) => `${name}, ${at}`).join("; ") || "none"],
    ["packs", packs === undefined ? undefined : packsText(packs)],
    ...removals.slice(0, SHOWN_REMOVALS).map((each) => ["removed", removalText(each)] as const),
    ["removed", moreText(removals.length - SHOWN_REMOVALS)],
    ["appended, not signed yet", unsigned === 0 || unsigned === undefined ? undefined : String(unsigned)],
    ["claim", isGood ? claim : undefined],
  ] as const;
}

/** Of those that were removed lawfully, as text. */
const SHOWN_REMOVALS = 20;

function removalText({ sha256, reason, pack_id: id, index, removal_index: at, head }: Removal): string {
  return `${sha256}.zip for ${reason}: entry ${at}, in the head of ${head} (pack ${id.slice(0, 12)}…, entry ${index})`;
}

function moreText(count: number): string | undefined {
  return count > 0 ? `… and ${grouped(count)} more; --json has all` : undefined;
}

function packsText({
  entries,
  present,
  removed,
  missing,
  changed,
  unlisted,
  pending,
}: NonNullable<Members["packs"]>): string {
  const more = [
    [removed, "removed lawfully"],
    [missing, "missing"],
    [changed, "changed"],
    [unlisted - pending, "in no entry"],
    [pending, "not yet appended"],
  ] as const;
  const told = more.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  return `${present} of ${entries} there${told.join("")}`;
}
