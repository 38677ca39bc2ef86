/** The packs of a store that goes on while it is verified. */
import { afterAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "../../../../src/cli/command/command.ts";
import { PackAudit } from "../../../../src/cli/commands/collection/pack-audit.ts";
import { entryBytes, packEntry } from "../../../../src/core/collection/entry.ts";

const place = mkdtempSync(join(tmpdir(), "gait-pack-audit-"));
afterAll(() => rmSync(place, { recursive: true }));
const day = join(place, "packs/2026/11/28");
mkdirSync(day, { recursive: true });
writeFileSync(join(place, "gait-store.json"), "{}");

/** A pack with this content, under the name of `named`. */
function put(content: string, named = content): Uint8Array {
  const sha256 = createHash("sha256").update(named).digest("hex");
  writeFileSync(join(day, `${sha256}.zip`), content);
  return entryBytes(packEntry({ packId: sha256, sha256, size: content.length }));
}
const call = { env: {}, has: () => false } as unknown as Call;

test("a pack that is put and signed after the packs were read is there; one of other content is not", async () => {
  const first = put("first");
  const audit = await PackAudit.of(place, call);
  const entries = [first, put("second"), put("other", "third")];
  for (const [index, bytes] of entries.entries()) audit.entry(bytes, true, index);
  const { packs, findings } = await audit.end([3], Date.UTC(2026, 10, 28));
  expect(packs).toMatchObject({ entries: 3, present: 2, missing: 1 });
  expect(findings.map(({ code }) => code)).toEqual(["pack_missing"]);
});

test("a pack that is entered again behind its removal has to be there, or be removed again", async () => {
  const gone = put("gone");
  const sha256 = createHash("sha256").update("gone").digest("hex");
  rmSync(join(day, `${sha256}.zip`));
  const removal = entryBytes({ reason: "retention", sha256, type: "removed" });
  const counted = async (...entries: readonly Uint8Array[]) => {
    const audit = await PackAudit.of(place, call);
    for (const [index, bytes] of entries.entries()) audit.entry(bytes, true, index);
    const { packs, removals } = await audit.end([entries.length], Date.UTC(2026, 10, 28));
    const { entries: count, missing, removed } = packs;
    return [count, missing, removed, removals.map(({ removal_index: at }) => at)];
  };
  expect(await counted(gone, removal)).toEqual([1, 0, 1, [1]]);
  expect(await counted(gone, removal, gone)).toEqual([1, 1, 0, []]);
  expect(await counted(gone, removal, gone, removal)).toEqual([1, 0, 1, [3]]);
});
