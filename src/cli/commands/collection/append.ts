/** The work of `gait collection append`. */
import { type Appended, appendEntries, BATCH_ENTRIES } from "../../../core/collection/append.ts";
import { entryBytes, packEntry, parseEntry } from "../../../core/collection/entry.ts";
import { type FoundCheckpoint, HeldHead, newestSigned } from "../../../core/collection/head/newest.ts";
import { Log } from "../../../core/collection/log.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Finding, finding } from "../../../core/finding/finding.ts";
import { GarbageCollection } from "../../../core/platform/collect-garbage.ts";
import { IdSet } from "../../../core/signature/digest-set.ts";
import type { OpenedObject } from "../../../core/store/objects.ts";
import { countText } from "../../../core/text/quantities.ts";
import { digestFile } from "../../../core/trust/file-digests.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { openStream } from "../../../host/files/stream.ts";
import { type FileOptions, whileVerified, withVerified } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { storedPacks, withObject } from "../../../host/store/packs.ts";
import type { CollectionAppendOutput } from "../../../schema/answer/store/log.ts";
import type { RemovalReason } from "../../../schema/document/store/collection.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { findingLines, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { type OpenedCollection, storedKey, writableCollection } from "./opened.ts";

/** What is to be appended: it is, whenever there is a whole commit of it, so that a list may be of any length. */
class Batch {
  readonly findings: Finding[] = [];
  readonly warnings: string[] = [];
  known = 0;
  readonly #appendAll: (entries: readonly Uint8Array[]) => Promise<Appended>;
  readonly #garbage = new GarbageCollection(hostPlatform, 8 * 1024 * 1024);
  #entries: Uint8Array[] = [];
  #start: number | undefined;
  #appended = 0;
  #commits = 0;

  constructor(appendAll: (entries: readonly Uint8Array[]) => Promise<Appended>) {
    this.#appendAll = appendAll;
  }

  add(entry: Uint8Array): Promise<void> | undefined {
    this.#entries.push(entry);
    return this.#entries.length < BATCH_ENTRIES ? undefined : this.#flush();
  }

  /** The error, with what is in the log in spite of it. */
  told(error: unknown): unknown {
    if (!(error instanceof GaitError) || this.#appended === 0) return error;
    const before = `${countText(this.#appended, "entry", "entries")} before it were appended, and are skipped when it is given again`;
    return new GaitError(error.code, `${error.message} (${before})`, { hint: error.hint ?? "", cause: error });
  }

  /** What was appended in all. */
  async end(size: () => number): Promise<Appended> {
    if (this.#entries.length > 0) await this.#flush();
    return { start: this.#start ?? size(), count: this.#appended, commits: this.#commits };
  }

  async #flush(): Promise<void> {
    const entries = this.#entries;
    this.#entries = [];
    const { start, count, commits } = await this.#appendAll(entries);
    this.#garbage.after(entries.reduce((sum, { length }) => sum + length, 0));
    this.#start ??= start;
    this.#appended += count;
    this.#commits += commits;
  }
}

export async function appendToCollection(call: Call): Promise<Answer<CollectionAppendOutput>> {
  const [place = ""] = call.positionals;
  const ways = (["--new", "--files-from", "--removed"] as const).filter((flag) => call.has(flag));
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    throw new GaitError("invalid_input", "what is to be appended is not said, or said twice", {
      hint: "Give one of --new, --files-from FILE and --removed FILE.",
    });
  }
  const reason = call.option("--reason");
  if ((way === "--removed") !== (reason !== undefined)) {
    throw new GaitError("invalid_input", "--removed and --reason go together", {
      hint: "Say why the packs were removed: --removed FILE --reason retention|erasure|legal.",
    });
  }
  const opened = await writableCollection(call, place);
  return withProgress(call, "collection append", async () => {
    const logged = new IdSet(hostPlatform);
    const random = () => crypto.getRandomValues(new Uint8Array(16));
    const batch = new Batch((entries) => appendEntries(opened.store, opened.names, log, entries, random));
    const head = new HeldHead(await signedHead(opened, batch), batch.findings);
    let isReading = true;
    const log = new Log(hostPlatform, opened.store, opened.names, {
      onEntry: (bytes, tree) => {
        head.entry(tree);
        const entry = isReading ? parseEntry(bytes) : undefined;
        if (entry?.type === "pack") logged.add(entry.sha256);
      },
      readTwice: () => head.isHeld,
    });
    await log.readAll();
    isReading = false;
    head.end(log.tree);
    const members = { ...opened.members, known: 0, commits: 0, appended: 0 };
    // A commit on top of another log is one for nobody.
    if (!head.isHeld) return answerOf(call, { ...members, start: log.tree.size }, batch);
    try {
      if (way === "--new") await newPacks(opened, logged, batch, call);
      else if (way === "--removed") await removed(call, logged, batch, reason as RemovalReason);
      else await listedEntries(call, logged, batch);
    } catch (error) {
      throw batch.told(error);
    }
    const { start, count, commits } = await batch.end(() => log.tree.size);
    return answerOf(call, { ...members, start, appended: count, commits, known: batch.known }, batch);
  });
}

/** The newest head that the log itself has signed, as far as its store says who that is. */
async function signedHead(opened: OpenedCollection, { warnings }: Batch): Promise<FoundCheckpoint | undefined> {
  const key = await storedKey(opened);
  return newestSigned(hostPlatform, opened.store, opened.names, key, (name) => {
    warnings.push(`${name}: the log has not signed it, and it was passed over`);
  });
}

function answerOf(
  call: Call,
  members: Pick<CollectionAppendOutput, "store" | "name" | "start" | "appended" | "commits" | "known">,
  { findings, warnings }: Batch,
): Answer<CollectionAppendOutput> {
  const { appended, known } = members;
  const text = `${countText(appended, "entry", "entries")} appended${known > 0 ? `, ${known} in the log already` : ""}\n`;
  return {
    exit: findings.length > 0 ? EXIT.failed : EXIT.ok,
    json: { ...members, findings, ...(warnings.length > 0 ? { warnings } : {}) },
    text,
    notes: findingLines(findings, call.stderr) + warningLines(warnings, call.stderr),
  };
}

/** The packs of the store that the log does not have. One that is bad is told, and does not hold up the others. */
async function newPacks({ store }: OpenedCollection, logged: IdSet, batch: Batch, call: Call): Promise<void> {
  for await (const { name, sha256 } of storedPacks(store, "packs/")) {
    if (logged.has(sha256)) {
      batch.known += 1;
      continue;
    }
    const entry = await withObject(store, name, (object) =>
      whileVerified(object, optionsOf(call), (verified) => factsOf(verified, object)),
    );
    if ("sha256" in entry && entry.sha256 === sha256) {
      logged.add(sha256);
      await batch.add(entryBytes(packEntry(entry)));
    } else if ("sha256" in entry) {
      const message = "it has other content than its name says, and was not entered";
      batch.findings.push(finding("pack_changed", { path: name, expected: sha256, actual: entry.sha256, message }));
    } else {
      batch.findings.push(...entry.findings.map((each) => ({ ...each, path: withPath(name, each.path) })));
    }
  }
}

function withPath(name: string, inner: string | undefined): string {
  return inner === undefined ? name : `${name}!/${inner}`;
}

interface PackFacts {
  readonly packId: string;
  readonly sha256: string;
  readonly size: number;
}

/** What its entry says, of a pack that verifies; else why it does not. */
async function entryOf(path: string, call: Call): Promise<Facts> {
  return withVerified(path, optionsOf(call), (verified) => factsOf(verified));
}

function optionsOf(call: Call): FileOptions {
  return { platform: hostPlatform, keys: [], requireSignature: false, limits: limitsOf(call), isHeld: true };
}

type Facts = PackFacts | { readonly findings: readonly Finding[] };

/** `object`: where it says its digest with less reading. */
async function factsOf(
  { verdict, findings, packId, archive }: Verified,
  object?: Pick<OpenedObject, "digest">,
): Promise<Facts> {
  if (verdict === "failed") return { findings };
  const { source } = archive;
  if (object?.digest !== undefined) return { packId, sha256: await object.digest(), size: source.size };
  const { file } = await digestFile(source, ["sha256"], hostPlatform);
  return { packId, ...file };
}

async function listedEntries(call: Call, logged: IdSet, batch: Batch): Promise<void> {
  for await (const { lines, first, name } of linesOf(call, "--files-from")) {
    for (const [at, line] of lines.entries()) {
      if (line === "") continue;
      const entry = line.startsWith("{")
        ? listedEntry(line, `${name}, line ${first + at}`)
        : await pathEntry(line, call, batch);
      if (entry === undefined) continue;
      if (logged.add(entry.sha256)) await batch.add(entry.bytes);
      else batch.known += 1;
    }
  }
}

function listedEntry(line: string, place: string): { readonly sha256: string; readonly bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(line);
  const entry = parseEntry(bytes);
  if (entry?.type === "pack") return { sha256: entry.sha256, bytes };
  throw new GaitError("invalid_input", `${place} is not the entry of a pack`, {
    hint: '{"pack_id":"…","sha256":"…","size":3609,"type":"pack"}, in this order, without spaces, in small letters.',
  });
}

async function pathEntry(path: string, call: Call, batch: Batch) {
  const entry = await entryOf(path, call);
  if ("sha256" in entry) return { sha256: entry.sha256, bytes: entryBytes(packEntry(entry)) };
  batch.findings.push(...entry.findings.map((each) => ({ ...each, path: withPath(path, each.path) })));
  return undefined;
}

async function removed(call: Call, logged: IdSet, batch: Batch, reason: RemovalReason): Promise<void> {
  for await (const { lines, first, name } of linesOf(call, "--removed")) {
    for (const [at, line] of lines.entries()) {
      if (line === "") continue;
      const place = `${name}, line ${first + at}`;
      const sha256 = line.toLowerCase();
      if (!/^[0-9a-f]{64}$/.test(sha256)) {
        throw new GaitError("invalid_input", `${place} is not a SHA-256`, { hint: "Give 64 hex digits in each line." });
      }
      if (!logged.has(sha256)) {
        throw new GaitError("invalid_input", `${place}: the log has no pack with this SHA-256`, {
          hint: "Only what was entered can be entered as removed.",
        });
      }
      await batch.add(entryBytes({ reason, sha256, type: "removed" }));
    }
  }
}

interface Lines {
  readonly lines: readonly string[];
  /** The number of the first, from 1. */
  readonly first: number;
  /** Of the list. */
  readonly name: string;
}

/** The lines of a list, as many at a time as are read; one line is one path, entry or digest. */
async function* linesOf(call: Call, flag: "--files-from" | "--removed"): AsyncGenerator<Lines> {
  const path = call.option(flag) ?? "";
  const name = path === "-" ? "the standard input" : path;
  const opened = path === "-" ? { chunks: call.stdin(), close: () => undefined } : await openStream(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let first = 1;
  const taken = (text: string): Lines => {
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    const from = first;
    first += lines.length;
    return { lines, first: from, name };
  };
  try {
    for await (const chunk of opened.chunks as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(chunk, { stream: true });
      const end = rest.lastIndexOf("\n");
      if (end < 0) continue;
      yield taken(rest.slice(0, end));
      rest = rest.slice(end + 1);
    }
    yield taken(rest + decoder.decode());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new GaitError("invalid_input", `${name} is not UTF-8`, { hint: "Save the list as UTF-8.", cause: error });
  } finally {
    opened.close();
  }
}
