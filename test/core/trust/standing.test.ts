/** Windows and revocations to the nanosecond, and the order of the rules: the first that fails is told (contract 11.6, step 4). */
import { describe, expect, test } from "bun:test";
import type { TrustedKey, TrustRule } from "../../../src/core/trust/policy/policy.ts";
import { standingOf, type VerifiedSignature } from "../../../src/core/trust/standing.ts";

const KEY = {
  key: { algorithm: "ed25519", bytes: new Uint8Array(32), id: "0".repeat(64) },
  namespaces: ["file"],
} as const satisfies TrustedKey;
const RULE: TrustRule = {
  for: ["run"],
  need: [
    { role: "producer", of: ["runner"], atLeast: 1, predicates: ["ours"] },
    { role: "approver", of: ["alice", "bob"], atLeast: 1, predicates: ["ours", "theirs"] },
  ],
  isTimeRequired: false,
};
const FROM = "2026-01-01T00:00:00Z";
const UNTIL = "2026-03-15T00:00:00Z";
const SINCE = "2026-03-20T00:00:00Z";
const before = (time: string): string => {
  const [day = "", month = "", year = ""] = [time.slice(8, 10), time.slice(5, 7), time.slice(0, 4)];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - 1));
  return `${date.toISOString().slice(0, 10)}T23:59:59.999999999Z`;
};
const after = (time: string): string => time.replace("Z", ".000000001Z");

interface Given {
  readonly key?: Partial<TrustedKey>;
  readonly time?: string;
  readonly at?: string;
  readonly rule?: Partial<TrustRule>;
  readonly more?: Partial<VerifiedSignature>;
}
function stateOf({ key = {}, time, at = "2026-04-01T00:00:00Z", rule = {}, more = {} }: Given): string {
  const signature = { signer: "alice", key: { ...KEY, ...key }, time, ...more };
  const standing = standingOf(signature, { ...RULE, ...rule }, at);
  return "state" in standing ? standing.state : `needs ${standing.needs.join()}`;
}
const revoked = { revoked: { since: SINCE, reason: "lost" } };
const never = { revoked: { reason: "lost" } };

const CASES: Readonly<Record<string, readonly (readonly [what: string, given: Given, state: string])[]>> = {
  "by the clock": [
    ["at `from`", { key: { from: FROM }, at: FROM }, "needs 1"],
    ["a nanosecond before `from`", { key: { from: FROM }, at: before(FROM) }, "not_yet_valid"],
    ["at `until`", { key: { until: UNTIL }, at: UNTIL }, "needs 1"],
    ["a nanosecond after `until`", { key: { until: UNTIL }, at: after(UNTIL) }, "expired"],
    ["`until` in another zone", { key: { until: "2026-03-15T01:00:00+01:00" }, at: UNTIL }, "needs 1"],
    ["and in another zone, past it", { key: { until: "2026-03-15T00:59:59+01:00" }, at: UNTIL }, "expired"],
    ["`from` and `until` at one time", { key: { from: UNTIL, until: UNTIL }, at: UNTIL }, "needs 1"],
  ],
  "by a stamp": [
    ["at `from`, now far later", { key: { from: FROM, until: UNTIL }, time: FROM }, "needs 1"],
    ["before `from`, though now is in the window", { key: { from: FROM }, time: before(FROM) }, "not_yet_valid"],
    ["at `until`", { key: { until: UNTIL }, time: UNTIL }, "needs 1"],
    ["after `until`", { key: { until: UNTIL }, time: after(UNTIL) }, "expired"],
  ],
  revoked: [
    ["a nanosecond before", { key: revoked, time: before(SINCE) }, "needs 1"],
    ["at that time", { key: revoked, time: SINCE }, "revoked"],
    ["after it", { key: revoked, time: after(SINCE) }, "revoked"],
    ["no stamp, and the clock before it", { key: revoked, at: before(SINCE) }, "revoked"],
    ["without `since`, stamped long before", { key: never, time: FROM }, "revoked"],
    ["ended before: expired is told", { key: { ...revoked, until: UNTIL }, at: SINCE }, "expired"],
    ["ended, revoked, stamped before both", { key: { ...revoked, until: UNTIL }, time: FROM }, "needs 1"],
  ],
  "a rule that requires a time": [
    ["none", { rule: { isTimeRequired: true } }, "no_trusted_time"],
    ["one", { rule: { isTimeRequired: true }, time: FROM }, "needs 1"],
    [
      "none, and expired: the first is told",
      { rule: { isTimeRequired: true }, key: { until: UNTIL } },
      "no_trusted_time",
    ],
    [
      "none, and for another namespace: that is told",
      { rule: { isTimeRequired: true }, more: { namespace: "git" } },
      "wrong_namespace",
    ],
  ],
  "what it was made for": [
    ["its namespace", { more: { namespace: "file" } }, "needs 1"],
    ["a namespace in another case", { more: { namespace: "File" } }, "wrong_namespace"],
    ["a namespace that begins like it", { more: { namespace: "file@example.com" } }, "wrong_namespace"],
    ["the second of two", { key: { namespaces: ["a", "b"] }, more: { namespace: "b" } }, "needs 1"],
    [
      "`file`, where others are listed",
      { key: { namespaces: ["a", "b"] }, more: { namespace: "file" } },
      "wrong_namespace",
    ],
    ["no namespace: no SSHSIG", { key: { namespaces: ["a"] } }, "needs 1"],
    ["its role", { more: { role: "approver", predicateType: "ours" } }, "needs 1"],
    ["the other role", { more: { role: "producer", predicateType: "ours" } }, "no_role"],
    ["a type that the need takes", { more: { predicateType: "theirs" } }, "needs 1"],
    ["one that it does not", { more: { predicateType: "others" } }, "no_role"],
    [
      "by the producer, who is asked for ours alone",
      { more: { signer: "runner", predicateType: "theirs" } },
      "no_role",
    ],
    ["by somebody whom no need names", { more: { signer: "carol" } }, "no_role"],
    ["revoked and no role: revoked is told", { key: never, more: { signer: "carol" } }, "revoked"],
  ],
};
for (const [name, cases] of Object.entries(CASES)) {
  describe(name, () => {
    for (const [what, given, state] of cases) test(`${what}: ${state}`, () => expect(stateOf(given)).toBe(state));
  });
}
