/** Key files and key variables (contract section 5). */
import { constants, copyFileSync, linkSync, lstatSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../core/finding/error.ts";
import type { Hashing } from "../core/signature/digest.ts";
import {
  assertKeySize,
  keyText,
  MAX_KEY_BYTES,
  type PrivateKey,
  parsePrivateKey,
  parsePublicKey,
  serializePrivateKey,
  serializePublicKey,
} from "../core/signature/key.ts";
import { type PublicKey, publicKeyOf, type Signer } from "../core/signature/signature.ts";
import { errnoOf, statOrNothing, withFileErrors } from "./files/errno.ts";
import { openSource, readInput } from "./files/input.ts";
import { isPipe } from "./files/pipe.ts";
import { type StagedFile, stageFile } from "./files/staged.ts";
import { createSigner, derivePublicKeyNative } from "./platform/ed25519-native.ts";

/** Where a key text is: in a file, or in an environment variable with the value that the caller found there. */
export type KeySource = { readonly path: string } | { readonly env: string; readonly value: string | undefined };

export interface LoadedPrivateKey {
  /** Its public key has the source of the private one. */
  readonly signer: Signer;
  /** Set if other users can read the file. */
  readonly warning?: string;
}

export interface KeyPaths {
  readonly privateKeyPath: string;
  readonly publicKeyPath: string;
}

/** @throws GaitError `invalid_key`, `not_found`, `not_readable`; none has a byte of the key in it */
export async function loadPrivateKey(source: KeySource, platform: Hashing): Promise<LoadedPrivateKey> {
  const { text, name, mode } = await readKeyText(source);
  const key = await parsePrivateKey(text, derivePublicKeyNative, platform, name);
  const signer = await createSigner(key.seed, platform, name);
  const warning = exposedKeyWarning(source, mode);
  return { signer, ...(warning === undefined ? {} : { warning }) };
}

/** Set if other users can read the file of a private key. */
export function exposedKeyWarning(source: KeySource, mode: number): string | undefined {
  // Windows has no such bits and always shows some.
  const isExposed = (mode & 0o077) !== 0 && process.platform !== "win32";
  if (!isExposed || "env" in source) return undefined;
  const octal = mode.toString(8).padStart(4, "0");
  return `other users can read the private key ${source.path} (mode ${octal}): run \`chmod 600\` on it`;
}

/** @throws GaitError `invalid_key`, `not_found`, `not_readable` */
export async function loadPublicKey(source: KeySource, platform: Hashing): Promise<PublicKey> {
  const { text, name } = await readKeyText(source);
  return parsePublicKey(text, platform, name);
}

/** A new pair, from the platform's secure random source. */
export async function generateKeyPair(platform: Hashing): Promise<PrivateKey> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return { seed, publicKey: publicKeyOf(platform, await derivePublicKeyNative(seed)) };
}

/**
 * Writes `<prefix>_private.key` and `<prefix>_public.key`, both 0600, in `directory` (made as 0750). Either both exist
 * afterwards or neither does; if `force` fails, the old pair is kept.
 * @throws GaitError `already_exists`, `invalid_input` (an invalid prefix), `write_failed`
 */
export function writeKeyPair(key: PrivateKey, to: { directory: string; prefix: string; force?: boolean }): KeyPaths {
  assertPrefix(to.prefix);
  const paths = {
    privateKeyPath: join(to.directory, `${to.prefix}_private.key`),
    publicKeyPath: join(to.directory, `${to.prefix}_public.key`),
  };
  const replace = to.force ?? false;
  if (!replace) for (const path of Object.values(paths)) assertAbsent(path);

  const staged: StagedFile[] = [];
  try {
    // Write both to disk before naming either: a full disk or a refusal then has no effect.
    const privateFile = stageText(staged, to.directory, `${to.prefix}_private.key`, serializePrivateKey(key));
    const publicFile = stageText(staged, to.directory, `${to.prefix}_public.key`, serializePublicKey(key.publicKey));
    const old = replace ? keepAside(paths.privateKeyPath) : undefined;
    try {
      privateFile.publish(paths.privateKeyPath, { replace });
      publishOrUndo(publicFile, paths, { replace, old });
    } finally {
      if (old !== undefined) removeQuietly(old);
    }
    return paths;
  } finally {
    for (const file of staged) file.discard();
  }
}

/**
 * The prefix of a rotated pair: `<prefix>_<UTC yyyymmddThhmmssZ>`. Two rotations in one second get the same, and the
 * second is refused as `already_exists`.
 */
export function rotatedPrefix(prefix: string, now: Date): string {
  return `${prefix}_${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

export interface KeyText {
  readonly text: string;
  /** `path:<path>` or `env:<variable>`. */
  readonly name: string;
  /** Permission bits of the file; 0 for a variable. */
  readonly mode: number;
}

/** @throws GaitError `invalid_key`, `not_found`, `not_readable` */
export async function readKeyText(source: KeySource): Promise<KeyText> {
  if ("env" in source) return { text: variableText(source.env, source.value), name: `env:${source.env}`, mode: 0 };
  const name = `path:${source.path}`;
  // A pipe is this process's own: its permission bits say nothing.
  if (isPipe(source.path)) {
    const bytes = await readInput(source.path, { limit: MAX_KEY_BYTES, limitHint: "Give a key file." });
    return { text: keyText(bytes, name), name, mode: 0 };
  }
  const opened = await openSource(source.path);
  try {
    const { size } = opened.source;
    assertKeySize(size, name);
    const bytes = await opened.source.read(0, size);
    opened.assertUnchanged();
    return { text: keyText(bytes, name), name, mode: opened.mode };
  } finally {
    opened.close();
  }
}

function variableText(variable: string, value: string | undefined): string {
  if (value !== undefined && value.trim() !== "") return value;
  const state = value === undefined ? "is not set" : "is empty";
  throw new GaitError("not_found", `the environment variable ${variable} ${state}, but it should contain a key`, {
    hint: "Put the text of the key file into it, not its path.",
  });
}

function assertPrefix(prefix: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(prefix)) return;
  throw new GaitError(
    "invalid_input",
    "the prefix of key files is 1 to 100 letters, digits, dots, dashes and underscores",
    {
      hint: "Give the folder separately from the prefix.",
    },
  );
}

function assertAbsent(path: string): void {
  if (withFileErrors("write", path, () => statOrNothing(() => lstatSync(path))) === undefined) return;
  throw new GaitError("already_exists", `${path} already exists`, {
    hint:
      "Give another prefix, or --force: what was signed with the old key stays verifiable only with its public " +
      "half.",
  });
}

function stageText(staged: StagedFile[], directory: string, name: string, text: string): StagedFile {
  const file = stageFile(directory, name);
  staged.push(file);
  file.sink.write(new TextEncoder().encode(text));
  file.seal();
  return file;
}

/** Half a pair is useless: if the public half can't be named, the private one is removed. */
function publishOrUndo(
  publicFile: StagedFile,
  paths: KeyPaths,
  { replace, old }: { replace: boolean; old: string | undefined },
): void {
  try {
    publicFile.publish(paths.publicKeyPath, { replace });
  } catch (error) {
    if (old === undefined) removeQuietly(paths.privateKeyPath);
    else renameSync(old, paths.privateKeyPath);
    throw error;
  }
}

/** A second name for the file, to bring it back from; `undefined` when there is none. */
function keepAside(path: string): string | undefined {
  const aside = `${path}.old-${crypto.randomUUID()}`;
  try {
    linkSync(path, aside);
    return aside;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    // No hard links here.
    withFileErrors("write", path, () => copyFileSync(path, aside, constants.COPYFILE_EXCL));
    return aside;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It has its own name again, or the folder is gone: nothing is left to do.
  }
}
