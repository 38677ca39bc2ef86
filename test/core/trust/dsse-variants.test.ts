/** DSSE envelopes, bundles and statements with one thing changed: the state that it gets, and whether it is a finding (contract 11.6). */
import { describe, expect, test } from "bun:test";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import { bundleLine } from "../../../src/core/trust/format/dsse.ts";
import {
  COUNTERSIGNATURE,
  countersignatureStatement,
  statementBytes,
} from "../../../src/core/trust/format/statement.ts";
import { ecdsaDer, ecdsaRaw } from "../../../src/core/trust/key/verify-signature.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import {
  codesOf,
  judged,
  KEYS,
  RUN_ALPHA,
  RUN_ALPHA_FILE,
  signedLine,
  textBeside,
  trustFile,
  trustText,
  utf8,
} from "../../trust-vectors.ts";

const TRUST = trustFile({ alice: KEYS.alice, runner: KEYS.alicePem });
const MALFORMED = "countersignature_malformed";
const INVALID = "countersignature_invalid";
const CONTRADICTS = "countersignature_contradicts";

async function stateOf(text: string) {
  const verified = await judged({ trust: TRUST, sidecars: [textBeside("pack_run_alpha.zip.sigs.jsonl", text)] });
  const states = (verified.trust?.signatures ?? []).map(({ state }) => state);
  return { states, codes: codesOf(verified).filter((code) => code !== "trust_unmet") };
}

const statement = countersignatureStatement(RUN_ALPHA_FILE, RUN_ALPHA, {});
const signed = (payload: Uint8Array) => signedLine("TEST-ONLY-alice.pkcs8.pem", payload);
const LINE = await signed(statement);
const { dsseEnvelope: ENVELOPE } = JSON.parse(LINE);
const [{ keyid: KEY_ID, sig: SIG }] = ENVELOPE.signatures;

/** The line with other members. */
const line = (members: object): string => JSON.stringify({ ...JSON.parse(LINE), ...members });
const media = (type: string): string => line({ mediaType: `application/vnd.dev.sigstore.bundle${type}` });
const envelope = (members: object): string => line({ dsseEnvelope: { ...ENVELOPE, ...members } });
const signature = (members: object): string => envelope({ signatures: [members] });
/** With a signature of zeros, which names these. */
const wrong = (keyid: string | undefined, hint: string | undefined): string => {
  const sig = encodeBase64(new Uint8Array(64));
  const signatures = [{ ...(keyid === undefined ? {} : { keyid }), sig }];
  const publicKey = hint === undefined ? {} : { hint };
  return line({ dsseEnvelope: { ...ENVELOPE, signatures }, verificationMaterial: { publicKey } });
};

/** A statement with another text, signed. */
const text = (from: string | RegExp, to: string) =>
  signed(utf8(new TextDecoder("utf-8", { ignoreBOM: true }).decode(statement).replace(from, to)));
const saying = (predicate: JsonObject, type = COUNTERSIGNATURE) =>
  signed(statementBytes([RUN_ALPHA_FILE], type, predicate));

type Case = readonly [what: string, text: string | Promise<string>, state: string, code?: string];

const LINES: readonly Case[] = [
  ["as it is", LINE, "counted"],
  ["CRLF", `${LINE}\r\n`, "counted"],
  ["a byte order mark", `\ufeff${LINE}`, "malformed", MALFORMED],
  ["a no-break space before it", `\u00a0${LINE}`, "malformed", MALFORMED],
  ["v0.1", media("+json;version=0.1"), "counted"],
  ["v0.2", media("+json;version=0.2"), "counted"],
  ["v0.3, the older media type", media("+json;version=0.3"), "counted"],
  ["v0.4", media(".v0.4+json"), "ignored"],
  ["over the file itself", line({ dsseEnvelope: undefined, messageSignature: {} }), "ignored"],
  ["an envelope, and a signature over the file", line({ messageSignature: {} }), "malformed", MALFORMED],
  ["neither", line({ dsseEnvelope: undefined }), "malformed", MALFORMED],
  ["two signatures in a bundle", envelope({ signatures: [{ sig: SIG }, { sig: SIG }] }), "malformed", MALFORMED],
  ["no signature in a bundle", envelope({ signatures: [] }), "malformed", MALFORMED],
  ["no signature in an envelope", JSON.stringify({ ...ENVELOPE, signatures: [] }), "malformed", MALFORMED],
  ["the envelope alone", JSON.stringify(ENVELOPE), "counted"],
  ["a certificate, no hint", line({ verificationMaterial: { certificate: { rawBytes: "AAAA" } } }), "counted"],
  ["no material", line({ verificationMaterial: undefined }), "counted"],
  ["base64url", signature({ sig: encodedForUrls(SIG) }), "counted"],
  ["base64 with a line end", signature({ sig: `${SIG}\n` }), "malformed", MALFORMED],
  ["an empty signature", signature({ sig: "" }), "malformed", MALFORMED],
  ["a signature that is no text", signature({ sig: 1 }), "malformed", MALFORMED],
  ["a payload type in another case", envelope({ payloadType: "application/vnd.in-toto+JSON" }), "ignored"],
  ["a payload type with a parameter", envelope({ payloadType: "application/vnd.in-toto+json;x=1" }), "ignored"],
  ["a payload that is no base64", envelope({ payload: "%" }), "malformed", MALFORMED],
  ["nobody named, a bad signature", bundleLine(statement, { id: "" }, new Uint8Array(64)), "unknown_key"],
  ["a hint alone, a bad signature", wrong(undefined, KEY_ID), "invalid", INVALID],
  ["a key id of another, a hint, a bad signature", wrong("other", KEY_ID), "invalid", INVALID],
  ["a key id, a hint of another, a bad signature", wrong(KEY_ID, "other"), "invalid", INVALID],
  ["both of others, a bad signature", wrong("other", "another"), "unknown_key"],
  ["a key id of another, a good signature", signature({ keyid: "other", sig: SIG }), "counted"],
  ["timestamps that are no list", timestamps({}), "malformed", MALFORMED],
  ["a timestamp that is no base64", timestamps([{ signedTimestamp: "%" }]), "malformed", MALFORMED],
  ["ten timestamps that are none", timestamps(Array(10).fill({ signedTimestamp: "AAAA" })), "counted"],
  ["eleven", timestamps(Array(11).fill({ signedTimestamp: "AAAA" })), "malformed", MALFORMED],
  ["one of 64 KiB", timestamps([{ signedTimestamp: btoa("\0".repeat(65_536)) }]), "counted"],
  ["one of a byte more", timestamps([{ signedTimestamp: btoa("\0".repeat(65_537)) }]), "malformed", MALFORMED],
];

function encodedForUrls(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
function timestamps(rfc3161Timestamps: unknown): string {
  const publicKey = { hint: KEY_ID };
  return line({ verificationMaterial: { publicKey, timestampVerificationData: { rfc3161Timestamps } } });
}

const STATEMENTS: readonly Case[] = [
  ["white space around it", text(/$/, "\n"), "counted"],
  ["a byte order mark", text(/^/, "\ufeff"), "malformed", MALFORMED],
  ["_type v0.1", text("Statement/v1", "Statement/v0.1"), "counted"],
  ["_type v2", text("Statement/v1", "Statement/v2"), "ignored"],
  ["no _type", text("_type", "type"), "malformed", MALFORMED],
  ["a member twice, deep inside", text('"pack_id":', '"pack_type":"run","pack_id":'), "malformed", MALFORMED],
  ["members that nobody knows", text("{", '{"other":{"a":[1]},'), "counted"],
  ["a list", signed(utf8("[]")), "malformed", MALFORMED],
  ["SHA-512 beside SHA-256", text('"sha256"', '"sha512":"00","sha256"'), "counted"],
  ["a SHA-256 in capitals", text(RUN_ALPHA_FILE.sha256, RUN_ALPHA_FILE.sha256.toUpperCase()), "other_subject"],
  ["no subject", text(/"subject":\[.*?\}\]/, '"subject":[]'), "other_subject"],
  ["subjects that are no list", text(/"subject":\[.*?\}\]/, '"subject":{}'), "malformed", MALFORMED],
  ["only the file's name", text(/"digest":\{.*?\}/, '"digest":{}'), "other_subject"],
  ["the file under another name", text("pack_run_alpha.zip", "other.zip"), "counted"],
  ["no predicate", text('"predicate":', '"predicated":'), "malformed", MALFORMED],
  ["no predicate type", text('"predicateType":', '"type":'), "malformed", MALFORMED],
  ["another predicate type", saying({}, "https://example.com/x/v1"), "no_role"],
  ["another version of ours", saying({}, COUNTERSIGNATURE.replace("v1", "v2")), "no_role"],
  ["an empty predicate of ours", saying({}), "counted"],
  ["another pack id", saying({ pack_id: "0".repeat(64) }), "contradicts", CONTRADICTS],
  ["another kind of pack", saying({ pack_type: "job" }), "contradicts", CONTRADICTS],
  ["another source", saying({ source_ref: "run_bravo" }), "contradicts", CONTRADICTS],
  ["a pack id in capitals", saying({ pack_id: RUN_ALPHA.packId.toUpperCase() }), "contradicts", CONTRADICTS],
  ["a pack id that is no text", saying({ pack_id: null }), "contradicts", CONTRADICTS],
  ["the role that is asked for", saying({ role: "approver" }), "counted"],
  ["the role in capitals", saying({ role: "Approver" }), "no_role"],
  ["an empty role", saying({ role: "" }), "no_role"],
  ["two roles", saying({ role: ["approver"] }), "malformed", MALFORMED],
];

for (const [name, table] of Object.entries({ "a line": LINES, "a statement": STATEMENTS })) {
  describe(name, () => {
    for (const [what, made, state, code] of table) {
      test(`${what}: ${state}`, async () => {
        expect(await stateOf(await made)).toEqual({
          states: [state],
          codes: code === undefined ? [] : [code],
        } as never);
      });
    }
  });
}

test("lines of JSON that hold an armour as text are lines", async () => {
  const other = JSON.stringify({ note: trustText("sshsig/alice.sig") });
  expect((await stateOf(`${other}\n${LINE}\n`)).states).toEqual(["ignored", "counted"]);
});

test("an armour in a file that is named for lines is an armour: the content decides", async () => {
  expect((await stateOf(trustText("sshsig/alice.sig"))).states).toEqual(["counted"]);
});

test("an ECDSA signature and its twin (n - s) verify both, and are one person", async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const own = await signedLine("TEST-ONLY-p256.pkcs8.pem", statement);
  const { sig } = JSON.parse(own).dsseEnvelope.signatures[0];
  const raw = ecdsaRaw(Buffer.from(sig, "base64")) ?? new Uint8Array(64);
  const twin = (order - BigInt(`0x${Buffer.from(raw.subarray(32)).toString("hex")}`)).toString(16).padStart(64, "0");
  const der = ecdsaDer(Uint8Array.from([...raw.subarray(0, 32), ...Buffer.from(twin, "hex")]));
  const text = `${own}\n${own.replace(sig, encodeBase64(der))}\n`;
  const sidecars = [textBeside("pack_run_alpha.zip.sigs.jsonl", text)];
  const verified = await judged({ trust: trustFile({ carol: KEYS.p256Pem, bob: KEYS.bob }, 2), sidecars });
  expect(verified.trust?.signatures.map(({ state }) => state)).toEqual(["counted", "counted"]);
  expect([verified.trust?.needs[0]?.counted, codesOf(verified)]).toEqual([["carol"], ["trust_unmet"]]);
});
