/** Archives that chance made: a form of the table, with whole other archives planted in it, whose offsets are right in the file. */
import { FORMS } from "../../src/core/zip/form/table/all-forms.ts";
import { type ArchiveSpec, archive, concat, type EntrySpec, toBytes } from "../core/zip/archive/builder.ts";
import { type FormContent, inForm } from "../core/zip/form/form-archive.ts";

/** mulberry32: the same archives for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CONTENTS: readonly FormContent[] = [
  { name: "run_payload.json", content: toBytes('{"intents_count":3}') },
  { name: "source/runpack.zip", content: archive({ entries: [{ name: "run.json", content: "{}" }] }) },
  { name: "pack_manifest.json", content: toBytes('{"pack_id":"0"}'.repeat(9)) },
];

const EVIL: EntrySpec = { name: "run_payload.json", content: '{"intents_count":0}' };

export function mutant(next: () => number): Uint8Array {
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const form = one(FORMS);
  const place = one([0, 1, 2, 3]);
  // The decoy's offsets depend on where it is, and that on nothing that comes after it.
  const build = (decoy: Uint8Array): ArchiveSpec => {
    const planted = [...CONTENTS];
    planted.splice(place, 0, { name: "copy.bin", content: decoy });
    return inForm(form, planted);
  };
  const isZip64 = next() < 0.4;
  const shift = one([0, 0, 0, 1, -1, 30]);
  const make = (offset: number): Uint8Array => {
    const entries = [{ ...EVIL, before: new Uint8Array(Math.max(0, offset)) }];
    return archive({ entries, ...(isZip64 ? { zip64: {} } : {}) }).slice(Math.max(0, offset));
  };
  const sample = make(0);
  const whole = archive(build(sample));
  const found = Buffer.from(whole).indexOf(Buffer.from(sample));
  const spec = build(make(found < 0 || next() < 0.2 ? 0 : found + shift));
  return archive(next() < 0.3 ? changed(spec, one, next) : spec);
}

/** One field of one entry otherwise. */
function changed(spec: ArchiveSpec, one: <T>(of: readonly T[]) => T, next: () => number): ArchiveSpec {
  const at = Math.floor(next() * spec.entries.length);
  const entries = spec.entries.map((entry, index) => {
    if (index !== at) return entry;
    return one([
      { ...entry, central: { ...entry.central, versionNeeded: one([10, 20, 45]) } },
      { ...entry, local: { ...entry.local, versionNeeded: one([10, 20, 45]) } },
      { ...entry, central: { ...entry.central, versionMadeBy: one([0, 0x14, 0x0314, 0x031e, 0x0a14, 0x0714]) } },
      { ...entry, both: { ...entry.both, flags: (entry.both?.flags ?? 0) ^ one([2, 4, 0x0800]) } },
      { ...entry, central: { ...entry.central, internalAttributes: 1 } },
      {
        ...entry,
        local: {
          ...entry.local,
          extra: concat(entry.local?.extra ?? new Uint8Array(0), Uint8Array.of(0xfe, 0xca, 0, 0)),
        },
      },
      { ...entry, both: { ...entry.both, date: one([0, 0x21, 0x5c9f]) } },
    ]);
  });
  return { ...spec, entries };
}
