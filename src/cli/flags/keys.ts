/** The flags that name a key: the same for every command that signs, and for every one that verifies (contract 5). */
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
    description: "none: unsigned; dev: a throw-away key; prod: the given key (as soon as there is one)",
  },
  { flag: "--private-key", value: "FILE", description: "Private key to sign with" },
  PRIVATE_KEY_ENV,
];

export const VERIFYING_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--profile",
    value: "PROFILE",
    choices: ["standard", "strict"],
    default: "standard",
    description: "strict: a key must be given and its signature must verify",
  },
  { flag: "--require-signature", description: "Fail unless a given key's signature verifies" },
  { flag: "--public-key", value: "FILE", repeatable: true, description: "Public key to trust" },
  { flag: "--public-key-env", value: "VAR", description: "Environment variable that holds the public key" },
  { flag: "--private-key", value: "FILE", description: "Private key whose public half is trusted" },
  PRIVATE_KEY_ENV,
];

export const FORCE_FLAG: OptionSpec = { flag: "--force", description: "Replace an existing file that has other bytes" };

/**
 * Where the private key is to be read from; undefined when no flag names one.
 * @throws GaitError `invalid_input` when both a file and a variable are named
 */
export function privateKeySource(call: Call): KeySource | undefined {
  return oneSource(call, "--private-key", "--private-key-env");
}

/**
 * Where the public keys are to be read from, in the order given; empty when no flag names one.
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
    return { env: variable, value: call.env[variable] };
  }
  return path === undefined ? undefined : { path };
}
