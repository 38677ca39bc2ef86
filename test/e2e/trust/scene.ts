/** A folder with a pack and private keys to sign it with. */
import { afterAll, expect } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { PACK, trustPath } from "../../trust-vectors.ts";
import { conforms } from "../answers.ts";
import { gait, type Ran } from "../gait.ts";

export const folder = mkdtempSync(join(tmpdir(), "gait-sign-"));
// Files of tests that share this module make it again.
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A new folder with the pack, and private keys that only we can read. */
export function scene(): string {
  mkdirSync(folder, { recursive: true });
  const path = mkdtempSync(join(folder, "s-"));
  copyFileSync(vectorPath(PACK), join(path, "pack_run_alpha.zip"));
  for (const name of ["alice.ssh", "bob.ssh", "p256.ssh", "alice.pkcs8.pem", "p256.pkcs8.pem", "runner.pkcs8.pem"]) {
    copyFileSync(trustPath(`keys/TEST-ONLY-${name}`), join(path, name));
    chmodSync(join(path, name), 0o600);
  }
  return path;
}

export const KEY = (name: string) => trustPath(`keys/TEST-ONLY-${name}`);
export const SIGN = ["pack", "sign", "pack_run_alpha.zip"];

export function signed(cwd: string, ...args: string[]): Ran {
  return gait([...SIGN, ...args], { cwd });
}

export interface Written {
  readonly warnings?: readonly string[];
  readonly ok: boolean;
  readonly error?: string;
  readonly key_id?: string;
  readonly role?: string;
  readonly predicate_type?: string;
  readonly properties?: readonly string[];
  readonly subjects?: number;
  readonly files: readonly { readonly path: string; readonly outcome: string }[];
}

export function answer(cwd: string, args: readonly string[]): { exit: number | null; answer: Written } {
  const { exit, stdout } = gait([...args, "--json"], { cwd });
  const parsed = JSON.parse(stdout) as Written & { schema_id: string };
  expect(conforms(parsed)).toEqual([]);
  return { exit, answer: parsed };
}

export function linesOf(cwd: string, name = "pack_run_alpha.zip.sigs.jsonl"): string[] {
  return readFileSync(join(cwd, name), "utf8").trimEnd().split("\n");
}
