/** The work of `gait run session checkpoint` and `compact`. */
import { basename, dirname, extname, join, resolve } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { recordRun } from "../../../../core/run/record-run.ts";
import { parseChain } from "../../../../core/session/chain.ts";
import {
  type CheckpointPlan,
  checkpointOf,
  checkpointRecords,
  nextCheckpoint,
} from "../../../../core/session/checkpoint.ts";
import { compactJournal } from "../../../../core/session/compact.ts";
import { indentedJson, type SessionStamp } from "../../../../core/session/event.ts";
import { chainOf } from "../../../../core/session/journal.ts";
import { printable } from "../../../../core/text/printable.ts";
import { countText } from "../../../../core/text/quantities.ts";
import { readInput } from "../../../../host/files/input.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../../host/platform/machine.ts";
import { type OpenSession, readSession, withSession } from "../../../../host/session/store.ts";
import type { SessionCheckpointOutput, SessionCompactOutput } from "../../../../schema/answer/session.ts";
import type { SessionChain } from "../../../../schema/document/session/journal.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { type Signing, signingOf } from "../../../flags/signing.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../../artifact.ts";
import { warningMember } from "./journal.ts";
import { journalOf, needed, stampOf, storeOf } from "./store.ts";

const MAX_CHAIN_BYTES = 64 * 1024 * 1024;

/**
 * The runpack, the journal's line, the chain, the state, in this order: where it is stopped after the line, the state lags
 * behind, and the next call writes the chain.
 */
export async function checkpoint(call: Call): Promise<Answer<SessionCheckpointOutput>> {
  const journal = journalOf(call);
  const out = needed(call, "--out", "the runpack to write");
  const beside = besideJournal(journal);
  const chainPath = call.option("--chain-out")?.trim() || beside;
  const chains = resolve(chainPath) === resolve(beside) ? [beside] : [beside, chainPath];
  assertApart(journal, out, ...chains);
  const signing = await signingOf(call);
  const store = storeOf(call);
  return withSession(journal, store, async (session) => {
    for (const chain of chains) await assertChainOf(session, chain, call);
    const plan = nextCheckpoint(session.journal);
    if (plan === undefined) return unfinished(call, session, journal, chains);
    const stamp = stampOf(session.journal, store);
    const manifestDigest = await writeRunpack(call, plan, stamp, { out, inputs: [journal, ...chains] }, signing);
    const made = checkpointOf(plan, stamp, { runpackPath: out, manifestDigest }, hostPlatform);
    session.append({ checkpoint: made });
    await writeChains(chains, chainOf(session.journal), [journal, out]);
    const warnings = [...session.warnings, ...signing.warnings, ...session.saveState()];
    return answerOf(call, { journal, chainPath, made, signing, warnings });
  });
}

async function writeRunpack(
  call: Call,
  plan: CheckpointPlan,
  stamp: SessionStamp,
  { out, inputs }: { readonly out: string; readonly inputs: readonly string[] },
  { signer }: Signing,
): Promise<string> {
  const machine = machineInGoNaming();
  const trusted = { ...UNKEYED, keys: signer === undefined ? [] : [signer.publicKey] };
  const { value } = await writeAtomically(
    out,
    (sink) =>
      recordRun(checkpointRecords(plan, stamp, machine, hostPlatform), sink, {
        platform: hostPlatform,
        now: () => stamp.now,
        machine,
        signer,
      }),
    {
      force: call.has("--force"),
      inputs,
      verify: (output) => assertVerifies(output, trusted),
    },
  );
  return value.manifestDigest;
}

/** There is nothing new: only what a call that was stopped left to be done. */
async function unfinished(
  call: Call,
  session: OpenSession,
  journal: string,
  chains: readonly string[],
): Promise<Answer<SessionCheckpointOutput>> {
  const made = session.journal.checkpoints.at(-1);
  const isBehind = session.state !== undefined && session.state.last_checkpoint_index < (made?.checkpoint_index ?? 0);
  if (made === undefined || !isBehind) {
    throw new GaitError("invalid_input", `${journal} has no event since the last checkpoint`, {
      hint: "Append one first: gait run session append.",
    });
  }
  await writeChains(chains, chainOf(session.journal), [journal]);
  const finished = `checkpoint ${made.checkpoint_index} was already in the journal, from a call that was stopped; its chain is written now`;
  const warnings = [...session.warnings, finished, ...session.saveState()];
  return answerOf(call, { journal, chainPath: chains.at(-1) ?? "", made, signing: { warnings: [] }, warnings });
}

async function writeChains(paths: readonly string[], chain: SessionChain, inputs: readonly string[]): Promise<void> {
  const bytes = new TextEncoder().encode(indentedJson(chain));
  for (const path of paths) await writeAtomically(path, async (sink) => sink.write(bytes), { force: true, inputs });
}

/** A chain is written anew, and nothing else is replaced by it. */
async function assertChainOf({ journal: { header } }: OpenSession, path: string, call: Call): Promise<void> {
  if (call.has("--force")) return;
  let bytes: Uint8Array;
  try {
    bytes = await readInput(path, { limit: MAX_CHAIN_BYTES });
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_found") return;
    throw error;
  }
  try {
    const { session_id: session, run_id: run } = parseChain(bytes, path);
    if (session === header.session_id && run === header.run_id) return;
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
  }
  throw new GaitError("already_exists", `${path} is there, and is no chain of this session`, {
    hint: "Name another file with --chain-out, or replace it with --force.",
  });
}

function assertApart(journal: string, ...outputs: readonly string[]): void {
  const names = [journal, ...outputs, `${journal}.state.json`, `${journal}.lock`].map((path) => resolve(path));
  if (new Set(names).size === names.length) return;
  throw new GaitError("invalid_input", `what is written is not one file each: ${[journal, ...outputs].join(", ")}`, {
    hint: "Give each a name of its own.",
  });
}

function besideJournal(journal: string): string {
  const name = basename(journal, extname(journal)) || "session";
  return join(dirname(journal), `${name}_chain.json`);
}

interface Made {
  readonly journal: string;
  readonly chainPath: string;
  readonly made: SessionCheckpointOutput["checkpoint"];
  readonly signing: Signing;
  readonly warnings: readonly string[];
}

function answerOf(call: Call, { journal, chainPath, made, signing, warnings }: Made): Answer<SessionCheckpointOutput> {
  const { signer, publicKey } = signing;
  const lines = rows(
    [
      ["events", `${made.sequence_start} to ${made.sequence_end}`],
      ["runpack", made.runpack_path],
      ["manifest digest", made.manifest_digest],
      ["chain", chainPath],
      ["signed with", signer?.publicKey.id ?? "no key: unsigned"],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      journal,
      checkpoint: made as never,
      chain_path: chainPath,
      ...(signer === undefined ? {} : { signature_key_id: signer.publicKey.id }),
      ...(publicKey === undefined ? {} : { public_key: publicKey }),
      ...warningMember(warnings),
    },
    text: `checkpoint ${made.checkpoint_index}  ${printable(journal)}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}

export async function compact(call: Call): Promise<Answer<SessionCompactOutput>> {
  const journal = journalOf(call);
  const out = call.option("--out")?.trim() || journal;
  const isInPlace = resolve(out) === resolve(journal);
  if (!isInPlace) assertApart(journal, out);
  if (call.has("--dry-run")) {
    const session = await readSession(journal);
    return compactedAnswer(call, { ...session, journal: session.journal }, { journal, out, isDry: true });
  }
  return withSession(journal, storeOf(call), async (session) => {
    const before = session.journal;
    const { text } = compactJournal(before);
    const written: string[] = [];
    if (isInPlace) {
      session.replace(text);
      written.push(...session.saveState());
    } else {
      const bytes = new TextEncoder().encode(text);
      const options = { force: call.has("--force"), inputs: [journal] };
      await writeAtomically(out, async (sink) => sink.write(bytes), options);
    }
    const warnings = [...session.warnings, ...written];
    return compactedAnswer(call, { journal: before, warnings }, { journal, out, isDry: false });
  });
}

function compactedAnswer(
  call: Call,
  { journal, warnings }: Pick<OpenSession, "journal" | "warnings">,
  paths: { readonly journal: string; readonly out: string; readonly isDry: boolean },
): Answer<SessionCompactOutput> {
  const { text, events } = compactJournal(journal);
  const compaction = {
    journal_path: paths.journal,
    output_path: paths.out,
    dry_run: paths.isDry,
    compacted: events < journal.events.length,
    events_before: journal.events.length,
    events_after: events,
    checkpoints: journal.checkpoints.length,
    last_checkpoint_sequence: journal.checkpoints.at(-1)?.sequence_end ?? 0,
    bytes_before: journal.length,
    bytes_after: new TextEncoder().encode(text).length,
  };
  const dropped = countText(journal.events.length - events, "event");
  return {
    exit: EXIT.ok,
    json: { journal: paths.journal, compaction, ...warningMember(warnings) },
    text: `${paths.isDry ? "would drop" : "dropped"} ${dropped}  ${printable(paths.out)}: ${compaction.bytes_before} to ${compaction.bytes_after} bytes\n`,
    notes: warningLines(warnings, call.stderr),
  };
}
