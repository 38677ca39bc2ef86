/** Declared entries of a kind that no format has: never a fault, and never ignored in silence. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { PackMember } from "../../../src/core/pack/build-pack.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { VECTORS } from "../../generators/hostile/table.ts";
import { FORMATS, type Format } from "../../generators/hostile/vector.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { archiveOf, consistentPack, EXAMPLE_INPUT, membersOf, packOf, runpackOf } from "../artifacts.ts";

const UNREAD = "an entry of an unknown kind: its digest matches, but its content was not read";
const encode = (text: string) => new TextEncoder().encode(text);

async function judged(bytes: Uint8Array) {
  const options = { platform: hostPlatform, keys: [], requireSignature: false };
  const { verdict, warnings } = await verifyArtifact(bytesSource(bytes), options);
  return { verdict, warnings };
}

function vector(format: Format, what: string): Promise<Uint8Array> {
  const found = VECTORS.find((each) => each.format === format && each.what === what);
  if (found === undefined) throw new Error(`no vector ${what} of ${format}`);
  return found.bytes();
}

/** A pack of the example run with more files, sealed again. */
async function packWith(more: readonly PackMember[]): Promise<Uint8Array> {
  const members = await membersOf((await packOf((await runpackOf(EXAMPLE_INPUT)).bytes)).bytes);
  members.delete("pack_manifest.json");
  const all = [...[...members].map(([path, content]) => ({ path, content })), ...more];
  return consistentPack(
    all.sort((a, b) => (a.path < b.path ? -1 : 1)),
    "run_fix_rounding",
  );
}

describe("a declared entry of an unknown kind is reported", () => {
  for (const format of FORMATS) {
    const inside = format === "embedded runpack" ? "source/runpack.zip!/" : "";
    test(format, async () => {
      const { verdict, warnings } = await judged(await vector(format, "one more file, listed"));
      expect({ verdict, warnings }).toEqual({
        verdict: "intact",
        warnings: [`${inside}notes/more.json: ${UNREAD}`],
      });
    });
    test(`${format}: without one there is nothing to report`, async () => {
      expect((await judged(await vector(format, "stored"))).warnings).toEqual([]);
    });
  }

  test("a thousand of them are twenty lines and a count", async () => {
    const more = Array.from({ length: 1000 }, (_, index) => ({ path: `x${index}.txt`, content: encode("") }));
    const { verdict, warnings } = await judged(await packWith(more));
    expect([verdict, warnings.length, warnings.at(-1)]).toEqual(["intact", 21, `980 more: ${UNREAD}`]);
  });
  test("the context of a run is known", async () => {
    expect(await judged(vectorBytes("later/pack_run_ctx.zip"))).toEqual({ verdict: "intact", warnings: [] });
  });
  test("an entry with different bytes gets no such remark", async () => {
    const members = await membersOf(await packWith([{ path: "extra.txt", content: encode("as declared") }]));
    members.set("extra.txt", encode("another"));
    expect(await judged(await archiveOf(members))).toEqual({ verdict: "failed", warnings: [] });
  });
});
