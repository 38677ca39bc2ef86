/** Timestamp tokens of openssl and crafted ones, each with the state that it must get; and every bit of two of them. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { bytesSource } from "../../../../src/core/bytes/source.ts";
import { digestBytes, digestFile } from "../../../../src/core/trust/file-digests.ts";
import type { Authority, ImprintAlgorithm } from "../../../../src/core/trust/time/judgement.ts";
import { TIME } from "../../../../src/core/trust/time/token.ts";
import { hostPlatform as platform } from "../../../../src/host/platform/bun.ts";
import type { AuthorityDocument } from "../../../../src/schema/document/trust.ts";
import { vectorBytes } from "../../../go-vectors.ts";
import { NOW, TRUST_VECTORS, trustBytes, trustItems, trustText } from "../../../trust-vectors.ts";

const INTERMEDIATES = readdirSync(`${TRUST_VECTORS}/tsa`).filter(
  (name) => /inter[^.]*\.pem$/.test(name) && !name.includes("notca"),
);

function authority(root: string, more: Partial<AuthorityDocument> = {}): Authority {
  const certificates = INTERMEDIATES.map((name) => trustText(`tsa/${name}`));
  const document = { id: root, roots: [trustText(`tsa/TEST-ONLY-${root}.pem`)], certificates, ...more };
  return TIME.readAuthority(document, "authorities[0]", platform) as Authority;
}

const stamped = (bytes: Uint8Array) => ({
  digest: (algorithm: ImprintAlgorithm) => digestBytes(algorithm, bytes, platform),
});

async function judge(
  token: Uint8Array,
  authorities: readonly Authority[],
  over = "packs/pack_run_alpha.zip",
  at = NOW,
) {
  return TIME.judgeToken(token, stamped(vectorBytes(over)), authorities, at, platform);
}

interface Expected {
  readonly over: string;
  readonly timestamp: "trusted" | "refused";
  readonly authority: string;
  readonly gen_time?: string;
  readonly code?: string;
}

describe("vectors", () => {
  for (const item of trustItems("timestamp")) {
    const expected = item.expect as Expected;
    const state = expected.timestamp === "trusted" ? "trusted" : (expected.code ?? "").replace("timestamp_", "");
    test(`${item.file}: ${state} (${item.why})`, async () => {
      const judgement = await judge(trustBytes(item.file), [authority(expected.authority)], expected.over);
      expect([judgement.state, judgement.note]).toEqual([
        state as never,
        state === "trusted" ? undefined : expect.any(String),
      ]);
      if (expected.gen_time !== undefined) expect(judgement.genTime).toBe(expected.gen_time);
    });
  }
});

const GOOD = trustBytes("tsr/p256.tsr");

describe("what the trust file says of an authority", () => {
  const JUDGED: Readonly<Record<string, readonly [more: Partial<AuthorityDocument>, state: string]>> = {
    "its policy is listed": [{ policies: ["1.2.3.4.1"] }, "trusted"],
    "another policy is listed": [{ policies: ["1.2.3.4.2"] }, "policy"],
    "its window holds the time": [{ from: "2026-03-01T12:00:00Z", until: "2026-03-01T12:00:00Z" }, "trusted"],
    "its window ended before": [{ until: "2026-03-01T11:59:59Z" }, "untrusted"],
    "its window begins later": [{ from: "2026-03-01T12:00:01Z" }, "untrusted"],
  };
  for (const [what, [more, state]] of Object.entries(JUDGED)) {
    test(`${what}: ${state}`, async () => {
      const policies = (await judge(GOOD, [authority("root")])).policy ?? "";
      const own = more.policies?.[0] === "1.2.3.4.1" ? { policies: [policies] } : more;
      expect((await judge(GOOD, [authority("root", own)])).state).toBe(state as never);
    });
  }
  const hash = new Bun.CryptoHasher("sha256")
    .update(Buffer.from(trustText("tsa/TEST-ONLY-root.pem").replaceAll(/-----.*-----|\n/g, ""), "base64"))
    .digest("hex");
  const REVOKED: readonly (readonly [
    reason: "key_compromise" | "superseded" | "ended",
    since: string | undefined,
    state: string,
  ])[] = [
    ["key_compromise", "2026-03-20T00:00:00Z", "certificate_revoked"],
    ["key_compromise", undefined, "certificate_revoked"],
    ["superseded", undefined, "certificate_revoked"],
    ["superseded", "2026-03-20T00:00:00Z", "trusted"],
    ["ended", "2026-03-01T12:00:00Z", "certificate_revoked"],
  ];
  for (const [reason, since, state] of REVOKED) {
    test(`a certificate of the path revoked: ${reason} since ${since}: ${state}`, async () => {
      const revoked = [{ certificate: hash.toUpperCase(), reason, ...(since === undefined ? {} : { since }) }];
      expect((await judge(GOOD, [authority("root", { revoked })])).state).toBe(state as never);
    });
  }
  test("no authority, another one, or the right one after another", async () => {
    expect((await judge(GOOD, [])).state).toBe("untrusted");
    expect((await judge(GOOD, [authority("evilroot")])).state).toBe("untrusted");
    expect(await judge(GOOD, [authority("evilroot"), authority("root")])).toMatchObject({
      state: "trusted",
      authority: "root",
    });
  });
  test("a root that is no certificate authority, or none at all, is refused when it is read", () => {
    for (const name of ["tsa-p256", "inter-notca"]) expect(() => authority(name)).toThrow("authorities[0].roots[0]");
    const document = { id: "x", roots: [trustText("keys/TEST-ONLY-alice.spki.pem")] };
    expect(() => TIME.readAuthority(document, "authorities[0]", platform)).toThrow("PEM certificate");
  });
});

describe("time", () => {
  test("five minutes ahead of the clock, and no more", async () => {
    expect((await judge(GOOD, [authority("root")], undefined, "2026-03-01T11:55:00Z")).state).toBe("trusted");
    expect((await judge(GOOD, [authority("root")], undefined, "2026-03-01T11:54:59Z")).state).toBe("in_future");
  });
  test("a certificate that has ended since still counts: it is judged at the token's time", async () => {
    expect((await judge(GOOD, [authority("root")], undefined, "2126-01-01T00:00:00Z")).state).toBe("trusted");
  });
});

/** Never an exception; trusted only with the same time, over the same bytes, and by a bit that nothing signs. */
async function everyBit(file: string, root: string, isFree: (at: number) => boolean): Promise<void> {
  const authorities = [authority(root)];
  const original = trustBytes(file);
  const { genTime } = await judge(original, authorities);
  const { digests } = await digestFile(
    bytesSource(vectorBytes("packs/pack_run_alpha.zip")),
    ["sha384", "sha512"],
    platform,
  );
  const pack = { digest: (algorithm: ImprintAlgorithm) => digests.get(algorithm) ?? new Uint8Array(0) };
  const step = process.env["GAIT_LONG"] === "1" ? 1 : 3;
  for (let bit = 0; bit < original.length * 8; bit += step) {
    const bytes = original.slice();
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const judgement = await TIME.judgeToken(bytes, pack, authorities, NOW, platform);
    TIME.imprintOf(bytes);
    if (judgement.state === "trusted")
      expect([bit, judgement.genTime, isFree(bit >> 3)]).toEqual([bit, genTime ?? "", true]);
  }
}

describe("every bit", () => {
  // Nothing signs the status and the list of digests in front, nor a certificate that the trust file holds too.
  const TOKENS: readonly (readonly [file: string, root: string, certificates: readonly [from: number, to: number]])[] =
    [
      ["tsr/crafted-good.tsr", "root", [153, 1140]],
      ["tsr/ed25519.tsr", "rooted", [153, 153]],
    ];
  for (const [file, root, [from, to]] of TOKENS) {
    test(`${file}: none makes another time, and none that is signed makes any`, async () => {
      await everyBit(file, root, (at) => at < 52 || (at >= from && at < to));
    });
  }
});
