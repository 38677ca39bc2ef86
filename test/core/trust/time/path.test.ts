import { expect, test } from "bun:test";
import { GaitError } from "../../../../src/core/finding/error.ts";
import { parsePem } from "../../../../src/core/signature/pem.ts";
import { type Certificate, readCertificate } from "../../../../src/core/trust/time/certificate.ts";
import { pathToRoot } from "../../../../src/core/trust/time/path.ts";
import { TIME } from "../../../../src/core/trust/time/token.ts";
import { hostPlatform as platform } from "../../../../src/host/platform/bun.ts";
import { trustText } from "../../../trust-vectors.ts";

function certificate(name: string): Certificate {
  return readCertificate(parsePem(trustText(`tsa/TEST-ONLY-${name}.pem`))?.der ?? new Uint8Array(0));
}

const signer = certificate("tsa-p256");
const others = [certificate("inter")];
const time = "2026-03-01T12:00:00Z";
const root = certificate("root");
/** Renewed with the same key, as certification authorities do: the name is the same too. */
const old = { ...root, until: "2021-12-31T00:00:00Z" };

for (const [rule, roots] of [
  ["the old one first", [old, root]],
  ["the new one first", [root, old]],
] as const) {
  test(`two roots of one name, one ended, ${rule}: the path is to the other`, async () => {
    const path = await pathToRoot(signer, { roots, others, time, platform });
    expect(Array.isArray(path) && path.at(-1)).toBe(root);
  });
}

test("the ended one alone: certificate_expired", async () => {
  const path = await pathToRoot(signer, { roots: [old], others, time, platform });
  expect(path).toMatchObject({ state: "certificate_expired" });
});

test("two intermediates of one name, one ended: the path is by the other", async () => {
  const [inter] = others as [Certificate];
  const path = await pathToRoot(signer, {
    roots: [root],
    others: [{ ...inter, until: "2021-12-31T00:00:00Z" }, inter],
    time,
    platform,
  });
  expect(Array.isArray(path) && path[1]).toBe(inter);
});

test("a policy that is no object identifier is refused: it would never be met", () => {
  const document = { id: "a", roots: [trustText("tsa/TEST-ONLY-root.pem")] };
  const read = (policy: string) => () =>
    TIME.readAuthority({ ...document, policies: [policy] }, "authorities[0]", platform);
  expect(read("1.2.3.4.1")).not.toThrow();
  for (const policy of ["baseline", "1.02", "1", "3.1", "1.2."]) {
    expect(read(policy)).toThrow(GaitError);
    expect(read(policy)).toThrow("authorities[0].policies[0]");
  }
});
