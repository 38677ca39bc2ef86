/** The page reads a file again for its report: the report covers the verified bytes, or is refused. */
import { expect, test } from "bun:test";
import { DEFAULT_LIMITS } from "../../src/core/zip/limits.ts";
import {
  type FileResult,
  type Settings,
  type VerifiedFile,
  verifyFile,
} from "../../src/viewer/verifier/verify-file.ts";
import { packOf, runpackOf } from "../core/artifacts.ts";
import { type Members, readMembers, writeMembers } from "../fuzz/sealing.ts";

const SETTINGS: Settings = { keys: [], requireSignature: false, limits: DEFAULT_LIMITS };

/** A file on a disk, which its owner may write to after a browser has opened it. */
function fileOf(content: { bytes: Uint8Array<ArrayBuffer> }): File {
  const file = new File([content.bytes], "pack.zip");
  return Object.assign(file, {
    slice: (from: number, to: number) => new Blob([content.bytes.subarray(from, to)]),
  });
}

async function pack(status: string): Promise<Uint8Array<ArrayBuffer>> {
  const ids = Array.from({ length: 10 }, (_, at) => `call_${at}`);
  const input = {
    run: { run_id: "run_page", created_at: "2026-01-01T00:00:00Z" },
    intents: ids.map((intent_id) => ({ intent_id, tool_name: "t", args: {} })),
    results: ids.map((intent_id) => ({ intent_id, status, result: {} })),
  };
  // Stored, so that both have the same size.
  const { bytes } = await packOf(stored((await runpackOf(input, { captureMode: "raw" })).bytes));
  return new Uint8Array(stored(bytes));
}

function stored(archive: Uint8Array): Uint8Array {
  return writeMembers(readMembers(archive) as Members, () => "stored");
}

const verdict = (file: File): Promise<FileResult> =>
  verifyFile({ file, beside: [] }, SETTINGS, { kind: "verdict" }, () => undefined);
const report = (file: File, { seal }: VerifiedFile): Promise<FileResult> =>
  verifyFile({ file, beside: [] }, SETTINGS, { kind: "report", seal }, () => undefined);

/** Packs of two runs, which both verify. */
const BEFORE = await pack("failed");
const AFTER = await pack("passed");

test("a file that stays the same gets its report", async () => {
  const file = fileOf({ bytes: BEFORE });
  const judged = (await verdict(file)) as VerifiedFile;
  const result = (await report(file, judged)) as VerifiedFile;
  expect(result.verdict).toBe("intact");
  expect(result.account?.run?.totals.failed).toBe(10);
});

for (const [how, changed] of [
  ["another file that verifies too", AFTER],
  ["a file that fails", BEFORE.map((byte, at) => (at === BEFORE.length >> 1 ? byte ^ 1 : byte))],
] as const) {
  test(`a file that became ${how}, after its verdict: no report`, async () => {
    const content = { bytes: BEFORE };
    const file = fileOf(content);
    const judged = (await verdict(file)) as VerifiedFile;
    content.bytes = changed;
    const result = await report(file, judged);
    expect(result.kind).toBe("refused");
    expect(JSON.parse(result.json)).toMatchObject({ ok: false, error: "the file changed after its verdict" });
  });
}
