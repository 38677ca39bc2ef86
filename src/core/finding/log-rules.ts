/** The rules of stores, and of the logs of collections: RFC 6962, C2SP tlog-tiles, tlog-checkpoint and tlog-proof. */
import type { FindingRule } from "./rule.ts";

export const LOG_RULES = {
  pack_changed: {
    rule: "A file in a store, or that an entry of a log names, has the SHA-256 of its name or entry.",
    hint: "It was replaced or damaged: take it from another copy, and find out who can write there.",
  },
  pack_missing: {
    rule: "Each pack that a log has an entry for is there, or has an entry that says why it was removed.",
    hint: "Look for it in other copies; if it was removed lawfully, whoever keeps the log appends that it was.",
  },
  pack_hidden: {
    rule: "A pack that a log has an entry for is not only an older version, behind a delete marker or another object.",
    hint: "It is still in the bucket: get that version of the object, and find out who put something on top of it.",
  },
  pack_unlisted: {
    rule: "A pack in a store that is older than the head of a log has an entry there.",
    hint: "`gait collection append --new` enters it; find out first why that was not done when it was put.",
  },
  retention_missing: {
    rule: "With --require-retention each pack in a bucket has a retention or a legal hold (S3 Object Lock).",
    hint: "Give the bucket a default retention, and lock the packs that are there: `gait store retain`.",
  },
  retention_short: {
    rule: "With --require-retention each pack in a bucket is locked for as long as the store says.",
    hint: "`gait store retain STORE SHA256 --until TIME` makes it longer; nothing makes it shorter.",
  },
  log_checkpoint_malformed: {
    rule: "A head of a log is a signed note with origin, size and root (C2SP tlog-checkpoint).",
    hint: "Get it again from its source, or take an earlier one that you have kept.",
  },
  log_signature_invalid: {
    rule: "A head of a log is signed by the log's own key.",
    hint: "Check that the key is the one that the keeper of the log gave out; if it is, do not rely on this copy.",
  },
  log_root_mismatch: {
    rule: "The entries of a log have the root that its signed heads give (RFC 6962 section 2.1).",
    hint: "Entries were changed, dropped or added: compare with another copy.",
  },
  log_tile_mismatch: {
    rule: "Each tile and bundle of a log is what its entries give (C2SP tlog-tiles).",
    hint: "Get the named file again, or remove it where the log is kept: a checkpoint writes it again. Do not rely on proofs that were made from it.",
  },
  log_rewritten: {
    rule: "The log begins with the entries that an earlier head was signed over (RFC 6962 section 2.1.2).",
    hint: "The earlier head and the new one prove it between them: keep both, and ask the keeper of the log.",
  },
  log_shrunk: {
    rule: "A log never has fewer entries than an earlier head of it says.",
    hint: "It was put back to an older state: keep the earlier head, and ask the keeper of the log.",
  },
  log_proof_invalid: {
    rule: "A proof leads from the pack's own entry to the root of the log's head (RFC 9162 section 2.1.3).",
    hint: "Check that it is the proof of this pack: it has the pack's name and ends in .tlog-proof.",
  },
  log_witness_missing: {
    rule: "As many of the named witnesses as were asked for have signed the head (C2SP tlog-cosignature).",
    hint: "Ask them to verify the log and to sign with `gait collection cosign`.",
  },
} as const satisfies Record<string, FindingRule>;
