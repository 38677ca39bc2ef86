/** The trust file: every rule by name, once kept and once broken, and mutations that must never loosen it. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { examinePolicy, readPolicy } from "../../../src/core/trust/policy/read-policy.ts";
import { readRevocations, withRevoked } from "../../../src/core/trust/policy/revocation-list.ts";
import { policyChanges, policyWarnings, ruleSentences } from "../../../src/core/trust/policy/text.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { KEYS, NOW, trustText } from "../../trust-vectors.ts";

interface Rule {
  for: string[];
  need: { role: string; of: string[]; at_least: number; predicates?: string[] }[];
  time?: string;
}
interface Document {
  [name: string]: unknown;
  signers: { id: string; name?: string; keys: Record<string, unknown>[] }[];
  rules: Rule[];
}

function good(): Document {
  return {
    ...{ schema_id: "gait.trust", schema_version: "1.0.0", name: "Example Corp", version: 7 },
    signers: [
      { id: "runner", keys: [{ key: KEYS.runnerPem, from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" }] },
      {
        id: "alice",
        name: "Alice Example",
        keys: [{ key: KEYS.alice }, { key: KEYS.alicePem, revoked: { reason: "lost" } }],
      },
      { id: "bob", keys: [{ key: KEYS.minisign, namespaces: ["file"] }] },
    ],
    rules: [
      {
        for: ["run", "job"],
        need: [
          { role: "producer", of: ["runner"], at_least: 1 },
          { role: "approver", of: ["alice", "bob"], at_least: 2 },
        ],
      },
      { for: ["guard"], need: [{ role: "auditor", of: ["bob"], at_least: 1 }] },
    ],
  };
}

async function faultsOf(document: unknown): Promise<string[]> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const { faults } = await examinePolicy(new TextEncoder().encode(text), platform);
  return faults.map((fault) => fault.text);
}

async function changed(change: (document: Document) => void): Promise<string[]> {
  const document = good();
  change(document);
  return faultsOf(document);
}

const PRIVATE = trustText("keys/TEST-ONLY-alice.pkcs8.pem");

const BROKEN: readonly (readonly [rule: string, change: (document: Document) => void, fault: RegExp])[] = [
  [
    "an id of one signer",
    (d) => d.signers.push({ id: "bob", keys: [{ key: KEYS.carol }] }),
    /signers\[3\]\.id is the id of another/,
  ],
  [
    "one key, one place",
    (d) => d.signers.push({ id: "carol", keys: [{ key: KEYS.alice }] }),
    /is named twice: by alice and by carol/,
  ],
  [
    "one key, one place, in any form",
    (d) => d.signers[2]?.keys.push({ key: KEYS.minisignFile }),
    /is named twice: by bob/,
  ],
  ["`of` names signers", (d) => d.rules[0]?.need[1]?.of.push("mallory"), /need\[1\]\.of\[2\] names nobody/],
  ["`of` names each once", (d) => d.rules[0]?.need[1]?.of.push("bob"), /need\[1\]\.of names a signer twice/],
  [
    "at_least is within of",
    (d) => Object.assign(d.rules[0]?.need[0] ?? {}, { at_least: 2 }),
    /at_least is 2, but `of` names only 1/,
  ],
  ["none of n is no rule", (d) => Object.assign(d.rules[0]?.need[0] ?? {}, { at_least: 0 }), /at_least must be/],
  ["one rule a kind", (d) => d.rules[1]?.for.push("run"), /rules\[1\]\.for names run a second time/],
  ["one rule a kind, within a rule too", (d) => d.rules[1]?.for.push("guard"), /names guard a second time/],
  [
    "from before until",
    (d) => Object.assign(d.signers[0]?.keys[0] ?? {}, { from: "2028-01-01T00:00:00Z" }),
    /`from` after its `until`/,
  ],
  ["time needs authorities", (d) => Object.assign(d.rules[0] ?? {}, { time: "required" }), /names no authorities/],
  ["no private key", (d) => Object.assign(d.signers[0]?.keys[0] ?? {}, { key: PRIVATE }), /is a private key/],
  [
    "no unknown member",
    (d) => Object.assign(d.signers[0]?.keys[0] ?? {}, { valid_until: NOW }),
    /valid_until must be no such member/,
  ],
  [
    "no rule without a need",
    (d) => Object.assign(d.rules[0] ?? {}, { need: [] }),
    /rules\[0\]\.need must be a list of at least one/,
  ],
  ["no signer without a key", (d) => Object.assign(d.signers[0] ?? {}, { keys: [] }), /must be a list of at least one/],
  ["its schema", (d) => Object.assign(d, { schema_id: "gait.trusts" }), /schema_id must be "gait.trust"/],
];

describe("the rules of a trust file", () => {
  test("the good one is good", async () => {
    expect(await faultsOf(good())).toEqual([]);
  });
  for (const [rule, change, fault] of BROKEN) {
    test(`${rule}: broken, it is refused`, async () => {
      expect((await changed(change)).join("\n")).toMatch(fault);
    });
  }
  test("a repeated name is refused: two readers would take two values", async () => {
    const text = JSON.stringify(good()).replace('"version":7', '"version":7,"version":8');
    expect(await faultsOf(text)).toEqual([expect.stringContaining("strict JSON")]);
  });
  for (const [form, key] of Object.entries({
    RSA: trustText("keys/TEST-ONLY-rsa.spki.pem"),
    "P-384": trustText("keys/TEST-ONLY-p384.spki.pem"),
    "an RSA line": trustText("keys/TEST-ONLY-rsa.ssh.pub"),
    "a FIDO key": "sk-ssh-ed25519@openssh.com AAAA a",
    "a certificate": "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    PGP: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nMAA=\n-----END PGP PUBLIC KEY BLOCK-----\n",
    "a JWK with d": '{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"c2VjcmV0"}',
    "a point of small order": Buffer.alloc(32).toString("base64"),
    nonsense: "alice",
  })) {
    test(`${form} is no key that counts, and is refused by name`, async () => {
      const faults = await changed((document) => Object.assign(document.signers[0]?.keys[0] ?? {}, { key }));
      expect(faults.length).toBe(1);
      expect(faults[0]).toMatch(/^signers\[0\]\.keys\[0\]\.key is /);
    });
  }

  test("no message repeats a private key, wherever it was put", async () => {
    const body = PRIVATE.split("\n")[1] ?? "";
    const places = [
      (d: Document) => Object.assign(d.signers[0]?.keys[0] ?? {}, { key: PRIVATE }),
      (d: Document) => Object.assign(d.signers[0] ?? {}, { id: PRIVATE }),
      (d: Document) => Object.assign(d, { version: PRIVATE }),
      (d: Document) => Object.assign(d.rules[0]?.need[0] ?? {}, { role: PRIVATE }),
      (d: Document) => d.rules[0]?.need[0]?.of.push(PRIVATE),
      (d: Document) => Object.assign(d.signers[0]?.keys[0] ?? {}, { until: PRIVATE }),
    ];
    for (const place of places) {
      const faults = (await changed(place)).join("\n");
      expect(faults).not.toBe("");
      expect(faults).not.toContain(body.slice(0, 12));
    }
  });
});

describe("mutations", () => {
  /** Every member of the document, by its path. */
  function members(value: unknown, path: (string | number)[] = []): (string | number)[][] {
    if (Array.isArray(value)) return value.flatMap((item, at) => members(item, [...path, at]));
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, item]) => [[...path, name], ...members(item, [...path, name])]);
  }
  /** These may be left out; what they loosen is said in the contract: a limit that is not there. */
  const OPTIONAL = ["name", "from", "until", "revoked", "namespaces", "predicates", "time"];

  test("a member with a letter added, or in another case, is refused", async () => {
    for (const path of members(good())) {
      for (const rename of [(name: string) => `${name}s`, (name: string) => name.toUpperCase()]) {
        const document = good();
        const holder = path.slice(0, -1).reduce<unknown>((at, step) => (at as never)[step], document) as Record<
          string,
          unknown
        >;
        const name = String(path.at(-1));
        holder[rename(name)] = holder[name];
        delete holder[name];
        expect([path, (await faultsOf(document)).length > 0]).toEqual([path, true]);
      }
    }
  });

  test("a member that is left out is refused, unless it is optional", async () => {
    for (const path of members(good())) {
      const name = String(path.at(-1));
      if (OPTIONAL.includes(name) && path.length > 1) continue;
      const document = good();
      const holder = path.slice(0, -1).reduce<unknown>((at, step) => (at as never)[step], document) as Record<
        string,
        unknown
      >;
      delete holder[name];
      expect([path, (await faultsOf(document)).length > 0]).toEqual([path, true]);
    }
  });

  test("any byte changed: refused, or the same rules with other words", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(good()));
    const before = await readPolicy(bytes, "t", platform);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const mutated = bytes.slice();
        mutated[at] = byte;
        const { policy } = await examinePolicy(mutated, platform);
        if (policy === undefined) return;
        const places = (each: typeof policy) =>
          each.rules.flatMap(({ need }) => need.map(({ atLeast, of }) => [atLeast, of.length]));
        expect(places(policy)).toEqual(places(before));
      }),
      { numRuns: 400 },
    );
  });
});

describe("a trust file in words", () => {
  test("each rule is a sentence with persons", async () => {
    const policy = await readPolicy(new TextEncoder().encode(JSON.stringify(good())), "t", platform);
    expect(ruleSentences(policy)).toEqual([
      "A pack of a run or job must be vouched for as producer runner and as approver Alice Example (alice) and bob. Nobody counts twice.",
      "A pack of a guard must be vouched for as auditor bob.",
    ]);
    expect(policyWarnings(policy, NOW)).toEqual([]);
  });
  test("a rule that can never be met is warned of: one person for two places", async () => {
    const document = good();
    document.rules[0]?.need.push({ role: "second", of: ["runner"], at_least: 1 });
    const policy = await readPolicy(new TextEncoder().encode(JSON.stringify(document)), "t", platform);
    expect(policyWarnings(policy, NOW)).toEqual([expect.stringContaining("can never be met")]);
  });
  test("the version has to rise with a change", async () => {
    const read = async (document: Document) =>
      readPolicy(new TextEncoder().encode(JSON.stringify(document)), "t", platform);
    const before = await read(good());
    const next = { ...good(), version: 8 };
    next.signers.push({ id: "carol", keys: [{ key: KEYS.carol }] });
    expect(policyChanges(before, await read(next))).toEqual({ changes: [expect.stringMatching(/^new: carol, key /)] });
    expect(policyChanges(before, await read({ ...next, version: 7 })).fault).toContain("has to rise");
    expect(policyChanges(before, before)).toEqual({ changes: [] });
  });
  test("--revoked outweighs what the file says of a key", async () => {
    const policy = await readPolicy(new TextEncoder().encode(JSON.stringify(good())), "t", platform);
    const ids = readRevocations(new TextEncoder().encode(`# lost\n\n${KEYS.alice}\r\n`), "l", platform);
    const [, alice] = withRevoked(policy, ids).signers;
    expect(alice?.keys[0]?.revoked).toEqual({ reason: "it is on the list of --revoked" });
    expect(() => readRevocations(new TextEncoder().encode("serial: 1\n"), "l", platform)).toThrow("line 1");
  });
});

describe("allowed_signers", () => {
  const key = KEYS.alice.split(" ").slice(0, 2).join(" ");
  async function read(text: string) {
    return examinePolicy(new TextEncoder().encode(text), platform);
  }
  const FITS: Readonly<Record<string, string>> = {
    "a name and a key": `alice ${key}`,
    "a comment, blank lines, CRLF": `# c\r\n\r\nalice ${key} the comment\r\n`,
    "all options": `alice namespaces="file,git",valid-after="20260101Z",valid-before="20270101123000Z" ${key}`,
    "a quoted principal": `"alice example" ${key}`,
    "options in another case": `alice NameSpaces="file" ${key}`,
  };
  for (const [rule, text] of Object.entries(FITS)) {
    test(`fits: ${rule}`, async () => {
      expect((await read(text)).faults).toEqual([]);
    });
  }
  const FAILS: Readonly<Record<string, string>> = {
    "a local time": `alice valid-before="20270101" ${key}`,
    "no such day": `alice valid-before="20270230Z" ${key}`,
    "a pattern": `*@example.com ${key}`,
    "not somebody": `!alice ${key}`,
    "a pattern of namespaces": `alice namespaces="*" ${key}`,
    "a certificate authority": `alice cert-authority ${key}`,
    "an unknown option": `alice no-touch-required ${key}`,
    "an option twice": `alice namespaces="file",namespaces="git" ${key}`,
    "after, then before": `alice valid-after="20270101Z",valid-before="20260101Z" ${key}`,
    "an RSA key": `alice ${trustText("keys/TEST-ONLY-rsa.ssh.pub")}`,
    "no key": "alice",
    nobody: "# nobody\n",
    "one key for two": `alice ${key}\nbob ${key}`,
  };
  for (const [rule, text] of Object.entries(FAILS)) {
    test(`fails: ${rule}`, async () => {
      const { policy, faults } = await read(text);
      expect([policy, faults.length]).toEqual([undefined, 1]);
    });
  }
});
