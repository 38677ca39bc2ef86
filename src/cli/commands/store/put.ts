/** The work of `gait store put`. */

import { basename, dirname, join } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import type { Finding } from "../../../core/finding/finding.ts";
import { sha256Hex } from "../../../core/signature/digest.ts";
import type { ObjectLock } from "../../../core/store/lock.ts";
import { dayPrefix, isBesideEnding, packName } from "../../../core/store/names.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { compareUtf8 } from "../../../core/text/utf8-order.ts";
import { digestFile } from "../../../core/trust/file-digests.ts";
import { MAX_SIGNATURE_FILE_BYTES } from "../../../core/trust/format/read-file.ts";
import type { Listed } from "../../../host/files/folder-walk.ts";
import { type FileOptions, withVerified } from "../../../host/packs/artifact-file.ts";
import { namesIn, readSidecar } from "../../../host/packs/beside.ts";
import { listPacks } from "../../../host/packs/list.ts";
import { digestOf } from "../../../host/packs/named-by-digest.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { openStore } from "../../../host/store/open.ts";
import { withObject } from "../../../host/store/packs.ts";
import { errorOf } from "../../../host/threads/settled.ts";
import type { RefusedPack, StorePutOutput } from "../../../schema/answer/store/objects.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT, type Exit } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, verdictLine, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { lockOfPut } from "./locked.ts";

type PutPack = StorePutOutput["packs"][number];

export async function putPacks(call: Call): Promise<Answer<StorePutOutput>> {
  const place = call.option("--to");
  if (place === undefined)
    throw new GaitError("invalid_input", "--to is missing", { hint: "Name the store: --to STORE." });
  const { store, about } = await openStore(place, netOf(call));
  const options = await trustOf(call);
  const { lock, warnings: lockWarnings } = await lockOfPut(call, store, about);
  const packs: PutPack[] = [];
  const refused: RefusedPack[] = [];
  const warnings: string[] = [...lockWarnings];
  let notes = "";
  let unreadable = 0;
  await withProgress(call, "store put", async () => {
    const putOne = (listed: Listed): Promise<PutPack | Failed> | undefined => {
      if ("left" in listed) {
        warnings.push(`${listed.path}: ${listed.left}`);
        return undefined;
      }
      if ("refused" in listed) return Promise.reject(errorOf(listed.refused));
      return putPack(listed.path, store, options, { day: dayPrefix(call.now()), lock, warnings });
    };
    for await (const { of: listed, done } of inOrder(given(call), putOne, store.isRemote ? AT_A_TIME : 1)) {
      if (done === undefined) continue;
      try {
        const put = await done;
        if ("findings" in put) {
          refused.push(put.refused);
          notes += verdictLine(listed.path, put.verification, call.stderr);
          notes += findingLines(put.findings, call.stderr);
        } else packs.push(put);
      } catch (error) {
        if (!(error instanceof GaitError) || !IS_OF_ONE_PACK.has(error.code)) throw error;
        unreadable += 1;
        refused.push({ path: listed.path, reason: error.code, error: error.message, findings: [] });
        notes += warningLines([`${listed.path} was not put: ${error.message}`], call.stderr);
      }
    }
  });
  if (packs.length + refused.length === 0) {
    throw new GaitError("invalid_input", "there is no pack to put", {
      hint: "Give packs, --files-from, or a folder with --recursive.",
    });
  }
  const failed = refused.length - unreadable;
  const created = packs.filter(({ outcome }) => outcome === "created").length;
  const counts = [
    `${created} put`,
    ...(packs.length > created ? [`${packs.length - created} there already`] : []),
    ...(failed > 0 ? [`${failed} failed and not put`] : []),
    ...(unreadable > 0 ? [`${unreadable} not readable`] : []),
  ];
  const json = { store: place, packs, refused, ...(warnings.length > 0 ? { warnings } : {}) };
  const exit = exitOf(failed, unreadable);
  const lines = packs.map(({ path, key }) => `${path}  ${key}\n`);
  return {
    ...{ exit, json: exit === EXIT.ok ? json : { ...json, ...errorsOf(refused, exit) } },
    text: `${lines.join("")}${counts.join(", ")}\n`,
    notes: notes + warningLines(warnings, call.stderr),
  };
}

/** At a time, of a bucket: each waits for its server. */
const AT_A_TIME = 24;

interface Begun<T, U> {
  readonly of: T;
  readonly done: Promise<U> | undefined;
}

/** What was begun of each, in their order, some of them at a time. */
async function* inOrder<T, U>(
  items: AsyncIterable<T>,
  begin: (item: T) => Promise<U> | undefined,
  most: number,
): AsyncGenerator<Begun<T, U>> {
  const begun: Begun<T, U>[] = [];
  for await (const item of items) {
    const done = begin(item);
    // Its error is thrown where it is awaited.
    done?.catch(() => undefined);
    begun.push({ of: item, done });
    if (begun.length >= most) yield begun.shift() as Begun<T, U>;
  }
  yield* begun;
}

function exitOf(failed: number, unreadable: number): Exit {
  if (failed > 0) return EXIT.failed;
  return unreadable > 0 ? EXIT.invalidInput : EXIT.ok;
}

/** Faults of the one pack; others are of the store, and end the call. */
const IS_OF_ONE_PACK: ReadonlySet<string> = new Set([
  ...(["not_found", "not_readable", "not_an_archive", "input_changed", "unsupported", "invalid_input"] as const),
]);

function errorsOf(refused: readonly RefusedPack[], exit: number) {
  const [first] = refused;
  const error = `${refused.length} not put; the first: ${first?.path}: ${first?.error}`;
  const hint = "The packs that are not listed as refused are in the store.";
  return exit === EXIT.failed
    ? ({
        ...{ error, error_code: "verification_failed", error_category: "verification_failed" },
        ...{ hint, retryable: false },
      } as const)
    : ({ error, error_code: "invalid_input", error_category: "invalid_input", hint, retryable: false } as const);
}

async function* given(call: Call): AsyncGenerator<Listed> {
  yield* listPacks({
    ...{ paths: call.positionals, from: call.option("--files-from") },
    ...{ standardInput: () => call.stdin(), recursive: call.has("--recursive") },
  });
}

interface Failed {
  readonly refused: RefusedPack;
  readonly verification: { readonly verdict: "failed"; readonly reason: string };
  readonly findings: readonly Finding[];
}

/** Verified, hashed and copied from one reading of the file that nobody else can change. */
async function putPack(
  path: string,
  store: PackStore,
  options: FileOptions,
  { day, lock, warnings }: Omit<BesideWhat, "sha256">,
): Promise<PutPack | Failed> {
  return withVerified(path, { ...options, isHeld: true }, async ({ verdict, reason, findings, archive }) => {
    if (verdict === "failed")
      return {
        refused: { path, reason: "failed", error: reason, findings },
        verification: { verdict, reason },
        findings,
      };
    const { file } = await digestFile(archive.source, ["sha256"], hostPlatform);
    const key = packName(day, file);
    const created = await store.createFrom(key, archive.source, file.sha256, lock);
    if (!created) await assertSame(store, key, file.sha256);
    const beside = await putBeside(path, store, { day, lock, sha256: file.sha256, warnings });
    return { path, key, sha256: file.sha256, size: file.size, outcome: created ? "created" : "unchanged", beside };
  });
}

/** What is there under the name has to be what the name says: else the pack would be taken for safe. */
async function assertSame(store: PackStore, key: string, sha256: string): Promise<void> {
  if ((await withObject(store, key, digestOf)) === sha256) return;
  throw new GaitError("write_failed", `${store.path(key)} is there with other content than its name says`, {
    hint: "The store is damaged or was changed: `gait store verify` says where. Move the file away and put the pack again.",
  });
}

interface BesideWhat {
  readonly day: string;
  readonly lock: ObjectLock | undefined;
  readonly sha256: string;
  readonly warnings: string[];
}

async function putBeside(
  path: string,
  store: PackStore,
  { day, lock, sha256, warnings }: BesideWhat,
): Promise<string[]> {
  const pack = basename(path);
  const keys: string[] = [];
  for (const name of namesIn(dirname(path)).toSorted(compareUtf8)) {
    const ending = name.startsWith(pack) ? name.slice(pack.length) : "";
    if (ending === "" || !isBesideEnding(sha256, ending)) continue;
    const { bytes, fault } = await readSidecar(join(dirname(path), name), name, MAX_SIGNATURE_FILE_BYTES);
    if (bytes === undefined) {
      warnings.push(`${name} was not put: ${fault}`);
      continue;
    }
    const key = packName(day, { sha256, beside: ending });
    keys.push(key);
    if (await store.create(key, bytes, { lasting: true, lock })) continue;
    const there = await store.read(key, MAX_SIGNATURE_FILE_BYTES);
    if (there !== undefined && sha256Hex(hostPlatform, there) === sha256Hex(hostPlatform, bytes)) continue;
    warnings.push(`${name} was not put: ${key} is there with other content, and nothing in a store is replaced`);
  }
  return keys;
}
