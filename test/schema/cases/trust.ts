/** The trust file. */
import { DIGEST, documentCases, set, TIME } from "./case.ts";

export const TRUST_CASES = [
  documentCases({
    path: "trust",
    good: {
      ...{ schema_id: "gait.trust", schema_version: "1.0.0", name: "Example", version: 7, until: TIME },
      signers: [
        {
          ...{ id: "alice", name: "Alice Example" },
          keys: [
            {
              key: "ssh-ed25519 AAAA",
              from: TIME,
              until: TIME,
              revoked: { since: TIME, reason: "lost" },
              namespaces: ["file"],
            },
          ],
        },
      ],
      rules: [
        {
          for: ["run"],
          need: [{ role: "approver", of: ["alice"], at_least: 1, predicates: ["https://a"] }],
          time: "required",
        },
      ],
      authorities: [
        {
          ...{
            id: "tsa",
            name: "T",
            roots: ["PEM"],
            certificates: ["PEM"],
            policies: ["1.2"],
            from: TIME,
            until: TIME,
          },
          revoked: [{ certificate: DIGEST, since: TIME, reason: "key_compromise" }],
        },
      ],
    },
    closed: true,
    required: [
      ...[
        "schema_id",
        "schema_version",
        "name",
        "version",
        "signers",
        "rules",
        "signers.0.id",
        "signers.0.keys",
        "signers.0.keys.0.key",
      ],
      ...[
        "signers.0.keys.0.revoked.reason",
        "rules.0.for",
        "rules.0.need",
        "rules.0.need.0.role",
        "rules.0.need.0.of",
        "rules.0.need.0.at_least",
      ],
      ...[
        "authorities.0.id",
        "authorities.0.roots",
        "authorities.0.revoked.0.certificate",
        "authorities.0.revoked.0.reason",
      ],
    ],
    optional: [
      ...[
        "until",
        "authorities",
        "signers.0.name",
        "signers.0.keys.0.from",
        "signers.0.keys.0.until",
        "signers.0.keys.0.revoked",
      ],
      ...["signers.0.keys.0.namespaces", "signers.0.keys.0.revoked.since", "rules.0.time", "rules.0.need.0.predicates"],
      ...[
        "authorities.0.name",
        "authorities.0.certificates",
        "authorities.0.policies",
        "authorities.0.from",
        "authorities.0.until",
      ],
      ...["authorities.0.revoked", "authorities.0.revoked.0.since"],
    ],
    fits: {
      "an id like an address": set("signers.0.id", "alice@example.com"),
      "no authorities": set("authorities", []),
    },
    fails: {
      "signers are there": set("signers", []),
      "a signer has a key": set("signers.0.keys", []),
      "an id is not blank": set("signers.0.id", " "),
      "none of n is no rule": set("rules.0.need.0.at_least", 0),
      "half a person is no person": set("rules.0.need.0.at_least", 1.5),
      "a rule names its kinds": set("rules.0.for", []),
      "a kind is known": set("rules.0.for", ["pack"]),
      "a need names somebody": set("rules.0.need.0.of", []),
      "a version starts at 1": set("version", 0),
      "a time is a time": set("signers.0.keys.0.until", "2026-02-30T00:00:00Z"),
      "a namespace list is not empty": set("signers.0.keys.0.namespaces", []),
      "time is one of two": set("rules.0.time", "sometimes"),
      "a key has no unknown member": set("signers.0.keys.0.valid_until", TIME),
      "a need has no unknown member": set("rules.0.need.0.atleast", 1),
      "roots are there": set("authorities.0.roots", []),
      "a revocation has a known reason": set("authorities.0.revoked.0.reason", "lost"),
      "a rule asks for something": set("rules.0.need", []),
    },
  }),
];
