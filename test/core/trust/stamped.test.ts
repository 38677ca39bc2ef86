/** What a stamp covers, and what it says nothing of (contract 11.7): stamps of an authority that is made here, over what lies beside a pack. */
import { beforeAll, describe, expect, test } from "bun:test";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import type { Sidecar } from "../../../src/core/trust/format/read-file.ts";
import { countersignatureStatement } from "../../../src/core/trust/format/statement.ts";
import { vectorBytes } from "../../go-vectors.ts";
import {
  beside,
  codesOf,
  countedIn,
  judged,
  KEYS,
  PACK,
  RUN_ALPHA,
  RUN_ALPHA_FILE,
  signedLine,
  textBeside,
  trustFile,
  utf8,
} from "../../trust-vectors.ts";
import { CA, certificate, type Maker, STAMPS, token } from "./time/token-maker.ts";

const NAME = "pack_run_alpha.zip";
let root: Maker;
let tsa: Maker;
let line: string;
let raw: Uint8Array;
beforeAll(async () => {
  root = await certificate(undefined, { ...CA, name: "root", serial: 1 });
  tsa = await certificate(root, { ...STAMPS, name: "tsa", serial: 2 });
  line = await signedLine("TEST-ONLY-alice.pkcs8.pem", countersignatureStatement(RUN_ALPHA_FILE, RUN_ALPHA, {}));
  raw = Buffer.from(JSON.parse(line).dsseEnvelope.signatures[0].sig, "base64");
});

const stamp = (over: Uint8Array, genTime = "20260301000000Z", by = tsa) => token(by, over, { genTime });
const file = (name: string, bytes: Uint8Array): Sidecar => ({ name: `${NAME}.${name}`, bytes });
function stampedLine(...tokens: readonly Uint8Array[]): string {
  const bundle = JSON.parse(line);
  const rfc3161Timestamps = tokens.map((each) => ({ signedTimestamp: encodeBase64(each) }));
  bundle.verificationMaterial.timestampVerificationData = { rfc3161Timestamps };
  return JSON.stringify(bundle);
}
const lines = (...all: string[]): Sidecar => textBeside(`${NAME}.sigs.jsonl`, `${all.join("\n")}\n`);

/** Alice's keys ended on 15 March; now it is 1 April. */
async function verdictOf(sidecars: readonly Sidecar[], rules: object = {}) {
  const until = "2026-03-15T00:00:00Z";
  const keys = [KEYS.alice, KEYS.alicePem].map((key) => ({ key, until }));
  const trust = trustFile({ alice: KEYS.alice }, 1, {
    signers: [{ id: "alice", keys }],
    rules: [{ for: ["run"], need: [{ role: "approver", of: ["alice"], at_least: 1 }], ...rules }],
    authorities: [{ id: "made", roots: [root.pem] }],
  });
  const verified = await judged({ trust, sidecars });
  const { signatures = [], timestamps = [] } = verified.trust ?? {};
  return {
    codes: codesOf(verified),
    counted: countedIn(verified),
    states: signatures.map(({ state }) => state),
    times: timestamps.map(({ state }) => state),
    time: signatures.find(({ time }) => time !== undefined)?.time,
  };
}

describe("over a signature", () => {
  test("in its bundle", async () => {
    expect(await verdictOf([lines(stampedLine(await stamp(raw)))])).toMatchObject({
      codes: [],
      counted: ["alice"],
      times: ["trusted"],
      time: "2026-03-01T00:00:00Z",
    });
  });
  test("over the base64 of it instead of its bytes: a mismatch", async () => {
    const { codes, states } = await verdictOf([lines(stampedLine(await stamp(utf8(encodeBase64(raw)))))]);
    expect([codes, states]).toEqual([["timestamp_mismatch", "trust_unmet"], ["expired"]]);
  });
  test("in another line of the same signature", async () => {
    expect(await verdictOf([lines(line, stampedLine(await stamp(raw)))])).toMatchObject({
      codes: [],
      states: ["counted"],
    });
  });
  test("the earliest counts, in whichever order; one of a stranger does not", async () => {
    const stranger = await certificate(undefined, { ...STAMPS, name: "stranger", serial: 9 });
    const tokens = [
      await stamp(raw, "20260310000000Z"),
      await stamp(raw, "20260305000000Z"),
      await stamp(raw, "20260101000000Z", stranger),
    ];
    for (const order of [tokens, tokens.toReversed()]) {
      expect(await verdictOf([lines(stampedLine(...order))])).toMatchObject({
        codes: [],
        time: "2026-03-05T00:00:00Z",
      });
    }
  });
  test("at the key's last second, and a second later", async () => {
    const [last, late] = [await stamp(raw, "20260315000000Z"), await stamp(raw, "20260315000001Z")];
    expect(await verdictOf([lines(stampedLine(last))])).toMatchObject({ codes: [] });
    expect(await verdictOf([lines(stampedLine(late))])).toMatchObject({ codes: ["trust_unmet"], states: ["expired"] });
  });
});

describe("over a file of signatures", () => {
  test("the SSHSIG", async () => {
    const signature = beside("sshsig/alice.sig", `${NAME}.alice.sig`);
    const token = file("alice.sig.tsr", await stamp(signature.bytes ?? raw));
    expect(await verdictOf([signature, token])).toMatchObject({ codes: [], counted: ["alice"] });
  });
  test("the lines, all of them", async () => {
    const all = lines(line);
    expect(await verdictOf([all, file("sigs.jsonl.tsr", await stamp(all.bytes ?? raw))])).toMatchObject({ codes: [] });
  });
  test("the lines before one was added: a mismatch, which is told aloud", async () => {
    const earlier = file("sigs.jsonl.tsr", await stamp(lines(line).bytes ?? raw));
    const { codes } = await verdictOf([lines(line, '{"other":1}'), earlier]);
    expect(codes).toEqual(["timestamp_mismatch", "trust_unmet"]);
  });
  test("one that is not there: a mismatch", async () => {
    const { codes } = await verdictOf([file("alice.sig.tsr", await stamp(raw))]);
    expect(codes).toEqual(["timestamp_mismatch", "trust_unmet"]);
  });
  test("over a stamp: named, and not read", async () => {
    const own = file("sigs.jsonl.tsr", await stamp(lines(line).bytes ?? raw));
    const again = { name: `${own.name}.tsr`, bytes: await stamp(own.bytes ?? raw) };
    expect(await verdictOf([lines(line), own, again])).toMatchObject({ codes: [], times: ["trusted", "malformed"] });
  });
});

describe("over the pack", () => {
  const ofPack = async () => file("tsr", await stamp(vectorBytes(PACK)));
  test("it says nothing of a signature beside it", async () => {
    expect(await verdictOf([lines(line), await ofPack()])).toMatchObject({
      codes: ["trust_unmet"],
      states: ["expired"],
      times: ["trusted"],
    });
  });
  test("a rule that requires a time is not met by it", async () => {
    const { states } = await verdictOf([lines(line), await ofPack()], { time: "required" });
    expect(states).toEqual(["no_trusted_time"]);
  });
  test("of two authorities, with a label", async () => {
    const second = file("second.tsr", await stamp(vectorBytes(PACK), "20260302000000Z"));
    expect((await verdictOf([await ofPack(), second])).times).toEqual(["trusted", "trusted"]);
  });
  test("over another pack: a finding, even where the rule is met", async () => {
    const other = file("tsr", await stamp(vectorBytes("packs/pack_job_completed.zip")));
    expect(await verdictOf([lines(stampedLine(await stamp(raw))), other])).toMatchObject({
      codes: ["timestamp_mismatch"],
      counted: ["alice"],
    });
  });
  test("of a stranger over another pack: told, and no finding", async () => {
    const stranger = await certificate(undefined, { ...STAMPS, name: "stranger", serial: 9 });
    const other = file("tsr", await stamp(raw, "20260301000000Z", stranger));
    expect(await verdictOf([lines(stampedLine(await stamp(raw))), other])).toMatchObject({
      codes: [],
      times: ["trusted", "untrusted"],
    });
  });
});

test("more than ten over the same bytes: those over the limit prove nothing, and the earliest may be among them", async () => {
  const tokens = await Promise.all(Array.from({ length: 9 }, (_, at) => stamp(raw, `202603160000${10 + at}Z`)));
  const good = [await stamp(raw), await stamp(raw, "20260302000000Z")];
  expect(await verdictOf([lines(stampedLine(...tokens, ...good.slice(0, 1)))])).toMatchObject({ codes: [] });
  const files = [lines(stampedLine(...tokens, tokens[0] as Uint8Array), stampedLine(...good))];
  const { states, times } = await verdictOf(files);
  expect(states).toEqual(["expired"]);
  expect(times.filter((state) => state === "malformed").length).toBe(2);
});
