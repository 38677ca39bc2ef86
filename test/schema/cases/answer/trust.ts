/** The `--json` answers of `gait trust`, and of the commands that sign beside a pack. */
import { DIGEST, documentCases, set, TIME } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const TRUST = "gait.trust.output";
const FILE = { path: "trust.json", form: "gait.trust", name: "Example", version: 7, sha256: DIGEST };
const FILE_MEMBERS = ["path", "form", "name", "version", "sha256"];
const NAMES = {
  algorithm: "ed25519",
  key_id: DIGEST,
  openssh: "SHA256:a",
  spki_sha256: DIGEST,
  minisign_id: "A",
  openssh_key: "ssh-ed25519 A",
};

const REPORT = {
  ...{ name: "Example", version: 7, sha256: DIGEST, at: TIME, clock: "system", met: false },
  needs: [{ role: "approver", at_least: 2, counted: ["alice"], missing: 1 }],
  signatures: [
    {
      ...{ from: "P.zip.sig", format: "sshsig", key_id: DIGEST, signer: "alice", state: "counted", role: "approver" },
      ...{ predicate_type: "https://a", time: TIME, comment: "fine", note: "n" },
    },
  ],
  timestamps: [
    {
      ...{
        from: "P.zip.tsr",
        covers: "pack",
        authority: "tsa",
        gen_time: TIME,
        accuracy: "1",
        policy: "1.2",
        serial: "1",
        nonce: "2",
      },
      ...{ state: "trusted", note: "n" },
    },
  ],
};

const INIT = documentCases({
  path: "output/trust",
  good: { ...base(TRUST, "init"), ...FILE, signers: 1 },
  closed: true,
  required: [...BASE, ...FILE_MEMBERS, "signers"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a form is known": set("form", "pgp") },
});

const CHECK = documentCases({
  path: "output/trust",
  good: { ...base(TRUST, "check"), ...FILE, changes: ["new: a"] },
  closed: true,
  required: [...BASE, ...FILE_MEMBERS],
  optional: ["changes"],
  fits: { ...ANSWER_FITS, "a form without versions": set("version", 0) },
  fails: { ...ANSWER_FAILS, "a digest is one": set("sha256", "a") },
});

const SHOW = documentCases({
  path: "output/trust",
  good: {
    ...{ ...base(TRUST, "show"), ...FILE, until: TIME, sentences: ["a"] },
    signers: [
      {
        id: "alice",
        name: "Alice",
        keys: [{ names: NAMES, from: TIME, until: TIME, revoked: { since: TIME, reason: "r" }, namespaces: ["file"] }],
      },
    ],
    authorities: [{ id: "tsa", name: "T" }],
    pack: { path: "P.zip", verdict: "failed", reason: "r", trust: REPORT, missing: ["approver: 1 of 2"] },
  },
  closed: true,
  required: [
    ...[
      ...BASE,
      ...FILE_MEMBERS,
      "sentences",
      "signers",
      "authorities",
      "signers.0.id",
      "signers.0.keys",
      "signers.0.keys.0.names",
    ],
    ...["signers.0.keys.0.namespaces", "authorities.0.id", "pack.path", "pack.verdict", "pack.reason", "pack.missing"],
    ...[
      "pack.trust.name",
      "pack.trust.version",
      "pack.trust.sha256",
      "pack.trust.at",
      "pack.trust.clock",
      "pack.trust.met",
    ],
    ...[
      "pack.trust.needs",
      "pack.trust.signatures",
      "pack.trust.timestamps",
      "pack.trust.needs.0.role",
      "pack.trust.needs.0.missing",
    ],
    ...["pack.trust.signatures.0.from", "pack.trust.signatures.0.format", "pack.trust.signatures.0.state"],
    ...["pack.trust.timestamps.0.from", "pack.trust.timestamps.0.covers", "pack.trust.timestamps.0.state"],
  ],
  optional: [
    ...[
      "until",
      "pack",
      "signers.0.name",
      "authorities.0.name",
      "pack.trust",
      "signers.0.keys.0.revoked",
      "signers.0.keys.0.names.minisign_id",
    ],
    ...["pack.trust.signatures.0.time", "pack.trust.signatures.0.comment", "pack.trust.timestamps.0.nonce"],
  ],
  fits: ANSWER_FITS,
  fails: {
    ...ANSWER_FAILS,
    "a state of a signature is known": set("pack.trust.signatures.0.state", "good"),
    "a state of a timestamp is known": set("pack.trust.timestamps.0.state", "good"),
    "a clock is one of two": set("pack.trust.clock", "both"),
  },
});

const SIGNED = {
  ...{
    path: "P.zip",
    pack_id: DIGEST,
    pack_type: "run",
    source_ref: "run_a",
    sha256: DIGEST,
    key_id: DIGEST,
    format: "dsse",
  },
  ...{
    predicate_type: "https://a",
    files: [{ path: "P.zip.sigs.jsonl", outcome: "added" }],
    to_sign: { path: "a.pae", size: 430 },
  },
};
const SIGNED_OPTIONAL = ["pack_id", "pack_type", "source_ref", "key_id", "format", "predicate_type", "to_sign"];

const SIGN = documentCases({
  path: "output/pack",
  good: { ...base("gait.pack.output", "sign"), ...SIGNED, role: "approver", comment: "fine", unchecked: ["a"] },
  closed: true,
  required: [...BASE, "path", "sha256", "files", "files.0.path", "files.0.outcome"],
  optional: [...SIGNED_OPTIONAL, "role", "comment", "unchecked"],
  fits: { ...ANSWER_FITS, "OpenSSH's form": set("format", "ssh") },
  fails: { ...ANSWER_FAILS, "an outcome is known": set("files.0.outcome", "replaced") },
});

const ATTEST = documentCases({
  path: "output/pack",
  good: { ...base("gait.pack.output", "attest"), ...SIGNED, subjects: 1, properties: ["GAIT_INTACT"] },
  closed: true,
  required: [...BASE, "path", "sha256", "files", "subjects"],
  optional: [...SIGNED_OPTIONAL, "properties"],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "subjects are counted": set("subjects", -1) },
});

const KEYS_SHOW = documentCases({
  path: "output/keys",
  good: { ...base("gait.keys.output", "show"), path: "a.pub", ...NAMES, is_private: false },
  closed: true,
  required: [...BASE, "path", "algorithm", "key_id", "openssh", "spki_sha256", "openssh_key", "is_private"],
  optional: ["minisign_id"],
  fits: { ...ANSWER_FITS, ECDSA: set("algorithm", "p256") },
  fails: { ...ANSWER_FAILS, "RSA signs no packs": set("algorithm", "rsa") },
});

const STAMPED = { path: "P.zip", pack_id: DIGEST, pack_type: "run", source_ref: "run_a", sha256: DIGEST };

const REQUEST = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "timestamp request"),
    ...STAMPED,
    hash: "sha256",
    requests: [{ path: "P.zip.tsq", covers: "pack" }],
  },
  closed: true,
  required: [...BASE, "path", "sha256", "hash", "requests", "requests.0.path", "requests.0.covers"],
  optional: ["pack_id", "pack_type", "source_ref"],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "SHA-1 is no hash": set("hash", "sha1") },
});

const ATTACH = documentCases({
  path: "output/pack",
  good: {
    ...{ ...base("gait.pack.output", "timestamp attach"), ...STAMPED },
    timestamps: [
      {
        ...{ response: "a.tsr", covers: "pack", file: { path: "P.zip.tsr", outcome: "created" } },
        ...{ state: "trusted", gen_time: TIME, authority: "tsa" },
      },
    ],
  },
  closed: true,
  required: [
    ...BASE,
    "path",
    "sha256",
    "timestamps",
    "timestamps.0.response",
    "timestamps.0.covers",
    "timestamps.0.file",
  ],
  optional: [
    "pack_id",
    "pack_type",
    "source_ref",
    "timestamps.0.state",
    "timestamps.0.gen_time",
    "timestamps.0.authority",
  ],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "only a trusted one is kept with a trust file": set("timestamps.0.state", "weak") },
});

export const TRUST_OUTPUT_CASES = [
  ...[INIT, CHECK, SHOW, SIGN, ATTEST, KEYS_SHOW, REQUEST, ATTACH],
  failureCases("output/trust", TRUST, "check", { "all that is wrong": set("faults", ["a"]) }),
];
