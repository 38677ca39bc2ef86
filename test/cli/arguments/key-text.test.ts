/** The text of a key where a path belongs: no message, answer or help repeats it. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isKeyText } from "../../../src/cli/arguments/key-text.ts";
import { dispatch } from "../../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../quiet-environment.ts";

const PRIVATE = readFileSync(join(import.meta.dir, "../../vectors/keys/test_private.key"), "utf8").trim();
const PUBLIC = readFileSync(join(import.meta.dir, "../../vectors/keys/test_public.key"), "utf8").trim();
const PEM =
  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----";

describe("an argument that contains the text of a key", () => {
  const calls: Record<string, string[]> = {
    "as a path": ["pack", "build", "--from", "a.zip", "--private-key", PRIVATE],
    "behind an equals sign": ["pack", "build", "--from", "a.zip", `--private-key=${PRIVATE}`],
    "as the name of a variable": ["pack", "build", "--from", "a.zip", "--private-key-env", PRIVATE],
    "in the JSON form": ["pack", "build", "--from", "a.zip", "--private-key", PRIVATE, "--json"],
    "as an output": ["pack", "build", "--from", "a.zip", "--out", PRIVATE],
    "as an id": ["run", "record", "--input", "x.json", "--run-id", PRIVATE],
    "as a number": ["pack", "verify", "a.zip", "--max-entries", PRIVATE],
    "as a choice": ["pack", "verify", "a.zip", "--profile", PRIVATE],
    "as a command": [PRIVATE],
    "as one argument too many": ["run", "inspect", "x", PRIVATE],
    "in PEM": ["pack", "verify", "a.zip", "--private-key", PEM],
    "in PEM, split by the shell": ["pack", "verify", "a.zip", "--private-key", ...PEM.split(/\s/)],
    "of a public key": ["pack", "verify", "a.zip", "--public-key", PUBLIC],
    "in a longer path": ["pack", "verify", `keys/path:${PRIVATE}.zip`],
    "with its end missing": ["pack", "verify", "a.zip", "--private-key", PRIVATE.slice(0, 60)],
    "with its end missing, as a variable": ["pack", "verify", "a.zip", "--private-key-env", PRIVATE.slice(0, 70)],
  };
  for (const [where, argv] of Object.entries(calls)) {
    test(where, async () => {
      const { exit, stdout, stderr } = await dispatch(argv, QUIET_ENVIRONMENT);
      expect(exit).toBe(6);
      for (const secret of [PRIVATE.slice(0, 40), PUBLIC, "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v"]) {
        expect(stdout + stderr).not.toContain(secret);
      }
    });
  }
});

test("digests, ids and paths are not taken for keys", () => {
  for (const text of [
    "b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9",
    `sha256:${"0123456789abcdef".repeat(4)}`,
    "/home/somebody/projects/agents/recordings/2026/november/gait/out/runpack/fix/rounding/again.zip",
    "0f".repeat(64),
    `/data/${"a/".repeat(60)}x.zip`,
    "run_2026-11-26T10:00:00Z",
  ]) {
    expect([text, isKeyText(text)]).toEqual([text, false]);
  }
});
