/** This program and an independent verifier: what passes here passes there; tampered evidence passes neither. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archiveOf, documentOf, membersOf } from "../../core/artifacts.ts";
import { keyPath, vectorPath, vectors } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

const VERIFIER = join(import.meta.dir, "independent_verifier.py");
const KEY = keyPath("test", "public");

let scene: Scene;
let signed: string;
beforeAll(() => {
  scene = exampleFolder();
  signed = built("run.json", "test");
});
afterAll(() => scene.remove());

/** Path of the pack of a recorded input. */
function built(input: string, key: "test" | "other"): string {
  const signing = ["--private-key", keyPath(key, "private")];
  const recorded = scene.json(["run", "record", "--input", input, "--capture-mode", "raw", "--out-dir", key]);
  return scene.json(["pack", "build", "--from", recorded.answer.bundle ?? "", ...signing]).answer.path ?? "";
}

function there(pack: string, key?: string): number {
  const command = ["python3", VERIFIER, pack, ...(key === undefined ? [] : [key])];
  return Bun.spawnSync(command, { cwd: scene.path }).exitCode;
}

function here(pack: string, key?: string): number | null {
  const flags = key === undefined ? [] : ["--public-key", key, "--require-signature"];
  return gait(["pack", "verify", pack, ...flags], { cwd: scene.path }).exit;
}

describe("run packs of the Go implementation", () => {
  for (const { file, signed_by: signer } of vectors(
    ...["pack-run-unsigned", "pack-run-signed", "pack-run-signed-other-key", "pack-run-raw-signed"],
  )) {
    test(`${file} passes both`, () => {
      const key = signer === undefined ? undefined : keyPath(signer, "public");
      expect([here(vectorPath(file), key), there(vectorPath(file), key)]).toEqual([0, 0]);
    });
  }
  for (const { file } of vectors("tampered").filter((vector) => vector.file.includes("/pk_"))) {
    // The other verifier has no schemas: it does not know which members a manifest may have.
    if (file.endsWith("pk_unknown_field.zip")) continue;
    test(`${file} passes neither`, () => {
      expect([here(vectorPath(file)), there(vectorPath(file))]).toEqual([2, 1]);
    });
  }
});

describe("a signed pack built here", () => {
  test("passes both, with the key and without", () => {
    expect([here(signed, KEY), there(signed, KEY), here(signed), there(signed)]).toEqual([0, 0, 0, 0]);
  });
  test("passes neither with another key, or with the signature of another pack", async () => {
    const other = keyPath("other", "public");
    expect([here(signed, other), there(signed, other)]).toEqual([2, 1]);

    const members = await membersOf(readFileSync(scene.at(signed)));
    const foreign = await membersOf(readFileSync(scene.at(built("run-again.json", "test"))));
    const manifest = {
      ...documentOf(members, "pack_manifest.json"),
      signatures: documentOf(foreign, "pack_manifest.json")["signatures"] ?? null,
    };
    members.set("pack_manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
    writeFileSync(scene.at("swapped.zip"), await archiveOf(members));
    expect([here("swapped.zip", KEY), there("swapped.zip", KEY)]).toEqual([2, 1]);
  });
  test("with one byte changed: the other verifier accepts every pack accepted here", () => {
    const bytes = readFileSync(scene.at(signed));
    let passed = 0;
    const STEP = 97;
    for (let at = 0; at < bytes.length; at += STEP) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      writeFileSync(scene.at("changed.zip"), changed);
      const exit = here("changed.zip", KEY);
      // Without its first bytes it is not a ZIP any more, which is a usage error.
      expect([0, 2, 6]).toContain(exit ?? -1);
      if (exit !== 0) continue;
      passed += 1;
      expect([at, there("changed.zip", KEY)]).toEqual([at, 0]);
    }
    // Only header bytes without meaning may be changed: dates, versions, attributes.
    expect(passed).toBeLessThan(bytes.length / STEP / 10);
  });
});
