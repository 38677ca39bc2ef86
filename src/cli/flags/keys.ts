/** The flags that name a key, shared by all commands that sign and all that verify (contract 5). */
import { existsSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import type { KeySource } from "../../host/keys.ts";
import type { Call, Flag, OptionSpec } from "../command/command.ts";

export const PRIVATE_KEY_ENV: OptionSpec = {
  flag: "--private-key-env",
  value: "VAR",
  description: "Environment variable that holds the private key",
};

export const SIGNING_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--key-mode",
    value: "MODE",
    choices: ["none", "dev", "prod"],
    description: "none; dev: a throw-away key; prod: sign with the given key (the default when one is given)",
  },
  { flag: "--private-key", value: "FILE", description: "Private key to sign with" },
  PRIVATE_KEY_ENV,
];

export const PUBLIC_KEY_FLAGS: readonly OptionSpec[] = [
  { flag: "--public-key", value: "FILE", repeatable: true, description: "Public key to trust" },
  { flag: "--public-key-env", value: "VAR", description: "Environment variable that holds the public key" },
];

/** The keys that a signature may be checked with, and nothing more. */
export const KEYED_FLAGS: readonly OptionSpec[] = [
  ...PUBLIC_KEY_FLAGS,
  { flag: "--private-key", value: "FILE", description: "Private key; its public half is trusted" },
  PRIVATE_KEY_ENV,
];

export const TRUST_FLAGS: readonly OptionSpec[] = [
  { flag: "--trust", value: "FILE", description: "Trust file: who must have signed, with which keys" },
  {
    flag: "--bundle",
    value: "FILE",
    repeatable: true,
    description: "File with signatures that does not lie beside the pack (with --trust)",
  },
  { flag: "--at", value: "TIME", description: "Ask as of this time, 2026-02-02T02:15:00Z (with --trust)" },
  { flag: "--trust-sha256", value: "HEX", description: "SHA-256 that the trust file must have" },
  { flag: "--revoked", value: "FILE", description: "Public keys that never count, one a line (with --trust)" },
];

export const VERIFYING_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--profile",
    value: "PROFILE",
    choices: ["standard", "strict"],
    default: "standard",
    description: "strict: require a key, and a signature that verifies with it",
  },
  { flag: "--require-signature", description: "Fail unless a given key's signature verifies" },
  ...KEYED_FLAGS,
  ...TRUST_FLAGS,
];

export const FORCE_FLAG: OptionSpec = {
  flag: "--force",
  description: "Replace an existing file with different content",
};

/**
 * Where to read the private key from; undefined when no flag names one.
 * @throws GaitError `invalid_input` when both a file and a variable are named
 */
export function privateKeySource(call: Call): KeySource | undefined {
  return oneSource(call, "--private-key", "--private-key-env");
}

/**
 * Where to read the public keys from, in the order given; empty when no flag names one.
 * @throws GaitError `invalid_input` when both files and a variable are named
 */
export function publicKeySources(call: Call): readonly KeySource[] {
  const source = oneSource(call, "--public-key", "--public-key-env");
  if (source === undefined || "env" in source) {
    return source === undefined ? [] : [source];
  }
  return call.options("--public-key").map((path) => ({ path }));
}

function oneSource(call: Call, fileFlag: Flag, variableFlag: Flag): KeySource | undefined {
  const path = call.option(fileFlag);
  const variable = call.option(variableFlag);
  if (path !== undefined && variable !== undefined) {
    throw new GaitError("invalid_input", `${fileFlag} and ${variableFlag} are both given`, {
      hint: "Give one of them.",
    });
  }
  if (variable !== undefined) {
    assertVariable(variable, variableFlag, call);
    return { env: variable, value: call.env[variable] };
  }
  if (path !== undefined) assertShowable(path, fileFlag);
  return path === undefined ? undefined : { path };
}

/** A part of a key, or a key of another form, in the place of a path: the error of a missing file would show it. */
function assertShowable(path: string, flag: Flag): void {
  if (!/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(path) || existsSync(path)) return;
  throw new GaitError(
    "not_found",
    `the file of ${flag} does not exist, and its name looks like a key: it is not shown`,
    {
      hint: "Give the path of the key file, not the key.",
    },
  );
}

/** What can't be the name of a variable may be a key, or a part of one: it is not shown. */
function assertVariable(variable: string, flag: Flag, call: Call): void {
  if (call.env[variable] !== undefined) return;
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(variable)) return;
  throw new GaitError("invalid_input", `the value of ${flag} is not the name of a variable that is set`, {
    hint: "Give the name of the environment variable that holds the key, not the key.",
  });
}
