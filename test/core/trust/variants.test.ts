/** SSHSIG and minisign with one thing changed: the state that it gets, and whether it is a finding (contract 11.6). */
import { describe, expect, test } from "bun:test";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import { joined, sshString, uint32 } from "../../../src/core/trust/key/ssh-wire.ts";
import { codesOf, judged, KEYS, textBeside, trustFile, trustText, utf8 } from "../../trust-vectors.ts";

const PACK = "pack_run_alpha.zip";
const TRUST = trustFile({ alice: KEYS.alice, runner: KEYS.alicePem, carol: KEYS.p256Pem, bob: KEYS.minisign });

async function stateOf(name: string, text: string, trust = TRUST) {
  const verified = await judged({ trust, sidecars: [textBeside(`${PACK}.${name}`, text)] });
  const states = (verified.trust?.signatures ?? []).map(({ state }) => state);
  const codes = codesOf(verified).filter((code) => code !== "trust_unmet");
  return { states, codes };
}

type Case = readonly [what: string, text: () => string | Promise<string>, state: string, code?: string];
const MALFORMED = "countersignature_malformed";
const INVALID = "countersignature_invalid";

/** The fields of an SSHSIG, with some changed. */
function sshsig(
  change: {
    type?: string;
    namespace?: string;
    hash?: string;
    inner?: string;
    after?: number[];
    body?: Uint8Array;
  } = {},
): string {
  const key = Uint8Array.from(atob(KEYS.alice.split(" ")[1] ?? ""), (each) => each.charCodeAt(0));
  const blob = change.type === undefined ? key : joined(sshString(change.type), key.subarray(15));
  const bytes = joined(
    ...[utf8("SSHSIG"), uint32(1), sshString(blob), sshString(change.namespace ?? "file"), sshString("")],
    sshString(change.hash ?? "sha512"),
    sshString(joined(sshString(change.inner ?? "ssh-ed25519"), sshString(change.body ?? new Uint8Array(64)))),
    Uint8Array.from(change.after ?? []),
  );
  const lines = encodeBase64(bytes).match(/.{1,70}/g) ?? [];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join("\n")}\n-----END SSH SIGNATURE-----\n`;
}
const good = trustText("sshsig/alice.sig");

const SSHSIG: readonly Case[] = [
  ["as it is", () => good, "counted"],
  ["with CRLF", () => good.replaceAll("\n", "\r\n"), "counted"],
  ["without a line end", () => good.trimEnd(), "counted"],
  ["blank lines after it", () => `${good}\n\n`, "counted"],
  [
    "in one line of base64",
    () => good.replace(/(-\n)([^-]*)(\n-)/, (_, start, body, end) => start + body.replaceAll("\n", "") + end),
    "counted",
  ],
  ["text after it", () => `${good}text\n`, "malformed", MALFORMED],
  ["two in one file", () => good + good, "malformed", MALFORMED],
  ["a byte order mark", () => `\ufeff${good}`, "malformed", MALFORMED],
  ["another BEGIN", () => good.replace("BEGIN SSH", "BEGIN  SSH"), "malformed", MALFORMED],
  ["no END", () => good.replace(/-----END.*\n/, ""), "malformed", MALFORMED],
  ["bytes after its fields", () => sshsig({ after: [0] }), "malformed", MALFORMED],
  ["an empty namespace", () => sshsig({ namespace: "" }), "malformed", MALFORMED],
  ["a hash of another name", () => sshsig({ hash: "sha384" }), "malformed", MALFORMED],
  ["SHA-1", () => sshsig({ hash: "sha1" }), "malformed", MALFORMED],
  ["a signature of another kind than the key", () => sshsig({ inner: "rsa-sha2-512" }), "malformed", MALFORMED],
  ["a signature of 63 bytes", () => sshsig({ body: new Uint8Array(63) }), "malformed", MALFORMED],
  ["zeros by a trusted key", () => sshsig(), "invalid", INVALID],
  ["a key of FIDO", () => sshsig({ type: "sk-ssh-ed25519@openssh.com" }), "unsupported"],
  ["a certificate", () => sshsig({ type: "ssh-ed25519-cert-v01@openssh.com" }), "unsupported"],
  ["P-384", () => sshsig({ type: "ecdsa-sha2-nistp384" }), "unsupported"],
  ["DSA", () => sshsig({ type: "ssh-dss" }), "unsupported"],
  ["a kind of key that there is not", () => sshsig({ type: "ssh-ed448" }), "malformed", MALFORMED],
  ["version 2", () => trustText("sshsig/alice-version2.sig"), "unsupported", MALFORMED],
  ["made for something else", () => trustText("sshsig/alice-own-namespace.sig"), "wrong_namespace"],
];

const minisig = trustText("minisign/good.minisig");
const line = (at: number, change: (text: string) => string): string =>
  minisig
    .split("\n")
    .map((text, index) => (index === at ? change(text) : text))
    .join("\n");
const MINISIGN: readonly Case[] = [
  ["as it is", () => minisig, "counted"],
  ["with CRLF", () => minisig.replaceAll("\n", "\r\n"), "counted"],
  ["without a line end", () => minisig.trimEnd(), "counted"],
  ["a byte order mark", () => `\ufeff${minisig}`, "malformed", MALFORMED],
  ["the trusted comment changed", () => line(2, (text) => `${text}x`), "invalid", INVALID],
  ["a blank after the trusted comment", () => line(2, (text) => `${text} `), "invalid", INVALID],
  ["the second signature changed", () => line(3, () => encodeBase64(new Uint8Array(64))), "invalid", INVALID],
  ["the second signature cut", () => line(3, () => encodeBase64(new Uint8Array(63))), "malformed", MALFORMED],
  ["a fifth line", () => `${minisig}more\n`, "malformed", MALFORMED],
  ["three lines", () => minisig.split("\n").slice(0, 3).join("\n"), "malformed", MALFORMED],
  ["no trusted comment", () => line(2, () => "a comment"), "malformed", MALFORMED],
  ["the legacy form", () => line(1, (text) => algorithm(text, "Ed")), "unsupported"],
  ["an unknown algorithm", () => line(1, (text) => algorithm(text, "EX")), "malformed", MALFORMED],
  ["another key number", () => line(1, (text) => `${text.slice(0, 4)}AAAA${text.slice(8)}`), "unknown_key"],
  ["its untrusted comment empty", () => line(0, () => "untrusted comment:"), "counted"],
];
function algorithm(text: string, name: string): string {
  return btoa(name + atob(text).slice(2));
}

const TABLES: Readonly<Record<string, readonly [ending: string, table: readonly Case[]]>> = {
  SSHSIG: ["sig", SSHSIG],
  minisign: ["minisig", MINISIGN],
};
for (const [format, [ending, table]] of Object.entries(TABLES)) {
  describe(format, () => {
    for (const [what, make, state, code] of table) {
      test(`${what}: ${state}`, async () => {
        const { states, codes } = await stateOf(ending, await make());
        expect([states, codes]).toEqual([[state], code === undefined ? [] : [code]]);
      });
    }
  });
}
