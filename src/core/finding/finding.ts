/** Bad evidence as data: every finding is collected, none is thrown. */
import { LOG_RULES } from "./log-rules.ts";
import type { FindingRule } from "./rule.ts";
import { SESSION_RULES } from "./session-rules.ts";

const REBUILT_ARCHIVE = "Get the file again from its source; if the finding remains, its producer must rebuild it.";
const REZIPPED =
  "If it was zipped again in transit, `gait pack normalize` restores it; otherwise get the file again from its source.";
const ALTERED = "Treat the artifact as altered: get it again from its source and compare.";
const WRONG_DOCUMENT = "The producer must write this document according to its published schema.";

/**
 * The rule behind each finding code. Codes are stable: programs match them, so none is renamed or reused.
 * APPNOTE is PKWARE's .ZIP File Format Specification 6.3.10.
 */
export const FINDING_RULES = {
  // The archive: every byte belongs to exactly one record, and the records agree.
  zip_truncated: {
    rule: "The archive ends where its end record says (APPNOTE 4.3.16).",
    hint: "The file is truncated: copy it again.",
  },
  zip_prefix: { rule: "There is nothing before the first entry.", hint: REBUILT_ARCHIVE },
  zip_suffix: { rule: "There is nothing after the end record.", hint: REBUILT_ARCHIVE },
  zip_gap: { rule: "There is nothing between the records of the archive.", hint: REBUILT_ARCHIVE },
  zip_overlap: { rule: "No two records share bytes.", hint: REBUILT_ARCHIVE },
  zip_comment: { rule: "Neither the archive nor an entry has a comment.", hint: REZIPPED },
  zip_end_record_ambiguous: {
    rule: "There is one end record, and no other bytes that a reader takes for one (APPNOTE 4.3.16).",
    hint: REBUILT_ARCHIVE,
  },
  zip_count_mismatch: {
    rule: "The end record has the number of central directory headers (APPNOTE 4.4.21, 4.4.22).",
    hint: REBUILT_ARCHIVE,
  },
  zip_offset_mismatch: {
    rule: "Records are at the declared offsets with the declared sizes (APPNOTE 4.4.16, 4.4.23, 4.4.24).",
    hint: REBUILT_ARCHIVE,
  },
  zip_multi_disk: {
    rule: "The archive is one file, not a part of a split one (APPNOTE 4.4.19).",
    hint: REBUILT_ARCHIVE,
  },
  zip64_mismatch: {
    rule:
      "Zip64 records are where they are needed or the tool always writes them, hold exactly the open numbers, and " +
      "agree (APPNOTE 4.3.14, 4.5.3).",
    hint: REZIPPED,
  },
  zip_header_mismatch: {
    rule:
      "Local header, central header and data descriptor agree, and one known tool writes all of them like this " +
      "(APPNOTE 4.3.7, 4.3.9, 4.3.12).",
    hint: REZIPPED,
  },
  zip_method_unsupported: { rule: "An entry is stored (0) or deflated (8) (APPNOTE 4.4.5).", hint: REBUILT_ARCHIVE },
  zip_encrypted: { rule: "No entry is encrypted (APPNOTE 4.4.4 bits 0, 6, 13).", hint: REBUILT_ARCHIVE },
  zip_flag_unsupported: {
    rule: "Only the data descriptor, UTF-8 and deflate option flags are set (APPNOTE 4.4.4).",
    hint: REBUILT_ARCHIVE,
  },
  zip_extra_field_invalid: {
    rule: "Extra fields are those of one known tool, in their places, with nothing but their values (APPNOTE 4.5).",
    hint: REZIPPED,
  },
  zip_name_invalid: {
    rule: "A name is non-empty UTF-8 without control characters, and flagged as UTF-8 if not ASCII.",
    hint: REBUILT_ARCHIVE,
  },
  zip_name_unsafe: {
    rule:
      "A name is a relative path of letters, digits, `.`, `_` and `-`, which no reader changes to another (APPNOTE " +
      "4.4.17).",
    hint:
      "Don't unpack this archive. If it was zipped again in transit, `gait pack normalize` removes what that added; " +
      "otherwise its producer must rebuild it.",
  },
  zip_name_collision: {
    rule: "No two names are the same on a file system that folds letter case or Unicode forms.",
    hint: REBUILT_ARCHIVE,
  },
  zip_duplicate_entry: {
    rule: "Each name occurs once in the archive.",
    hint: "Readers disagree about which one counts: treat the artifact as altered.",
  },
  zip_directory_entry: { rule: "The archive contains only files.", hint: REZIPPED },
  zip_not_regular_file: {
    rule:
      "An entry is a regular file to every reader: no link, device or set-user-id bit, and the attributes of its " +
      "host.",
    hint:
      "Don't unpack this archive. If it was zipped again in transit, try `gait pack normalize`; otherwise its " +
      "producer " +
      "must rebuild it.",
  },
  zip_crc_mismatch: { rule: "An entry's content has the CRC-32 that its header gives (APPNOTE 4.4.7).", hint: ALTERED },
  zip_size_mismatch: { rule: "An entry's content has the size that its header gives (APPNOTE 4.4.9).", hint: ALTERED },
  zip_deflate_invalid: {
    rule: "An entry's data is one complete deflate stream with nothing after it (RFC 1951).",
    hint: ALTERED,
  },
  zip_too_many_entries: {
    rule: "The archive has no more entries than the limit.",
    hint: "If the archive is yours and this large, raise the limit.",
  },
  zip_too_large: {
    rule: "The archive's content is no larger than the limit.",
    hint: "If the archive is yours and this large, raise the limit.",
  },
  zip_ratio_exceeded: {
    rule: "The archive expands no more than the limit.",
    hint: "If the archive is yours and this repetitive, raise the limit.",
  },

  // JSON: one meaning for every reader (RFC 8259, I-JSON RFC 7493).
  json_invalid: { rule: "A document is one JSON text (RFC 8259).", hint: WRONG_DOCUMENT },
  json_duplicate_name: {
    rule: "A member name occurs once in its object (RFC 7493 section 2.3).",
    hint: "Readers disagree about which one counts: treat the artifact as altered.",
  },
  json_number_lossy: {
    rule: "A number keeps its value when it is read as a double (RFC 7493 section 2.2).",
    hint: "The producer must write this number as a string.",
  },
  json_too_deep: { rule: "A document is nested no deeper than the limit.", hint: WRONG_DOCUMENT },
  json_encoding_invalid: {
    rule: "A document is UTF-8 without a byte order mark or lone surrogates (RFC 7493 section 2.1).",
    hint: WRONG_DOCUMENT,
  },

  // Documents and their agreement.
  manifest_missing: {
    rule: "The archive has a `pack_manifest.json` (pack, evidence pack) or a `manifest.json` (runpack).",
    hint: "Check that this is the right file: without a manifest it is not evidence.",
  },
  manifest_ambiguous: {
    rule: "An archive has one manifest: it is a pack or a runpack, not both.",
    hint: "Programs disagree about which of the two this is: treat the artifact as altered.",
  },
  schema_invalid: { rule: "A document matches its published schema.", hint: WRONG_DOCUMENT },
  schema_version_unsupported: {
    rule: "A document has a schema and version that this program knows.",
    hint: "Use a newer version of gait, if the artifact comes from one.",
  },
  pack_type_unsupported: {
    rule: "This program knows the pack's type.",
    hint: "Use a newer version of gait, if the artifact comes from one.",
  },
  pack_id_mismatch: {
    rule: "`pack_id` is the digest of the manifest without it and its signatures (PackSpec v1).",
    hint: ALTERED,
  },
  manifest_digest_mismatch: {
    rule: "`manifest_digest` is the digest of the manifest without it and its signatures.",
    hint: ALTERED,
  },
  file_missing: { rule: "Every declared file is in the archive.", hint: ALTERED },
  file_undeclared: { rule: "Every file in the archive is declared in the manifest.", hint: ALTERED },
  file_hash_mismatch: { rule: "A file has the SHA-256 that the manifest declares.", hint: ALTERED },
  file_declared_twice: { rule: "The manifest declares each path once, and not itself.", hint: WRONG_DOCUMENT },
  required_file_undeclared: {
    rule: "The manifest declares every file that its kind of artifact must have.",
    hint: ALTERED,
  },
  payload_mismatch: {
    rule: "The payload agrees with the evidence.",
    hint: "The payload does not come from this evidence: treat the artifact as altered.",
  },
  job_log_invalid: {
    rule: "A job's log has the revisions 1..n in order, with times that never go back, and only valid transitions.",
    hint: ALTERED,
  },
  job_state_mismatch: { rule: "A job's state matches its log.", hint: ALTERED },
  record_invalid: { rule: "Every line is one record that matches its schema.", hint: WRONG_DOCUMENT },
  document_too_large: { rule: "A document is no larger than the limit.", hint: WRONG_DOCUMENT },
  record_too_long: { rule: "A record is no longer than the limit.", hint: WRONG_DOCUMENT },
  source_invalid: {
    rule: "The embedded runpack verifies.",
    hint: "The embedded evidence is bad, even if the rest of the pack is fine.",
  },
  context_mismatch: { rule: "Context members agree with the receipts they describe.", hint: ALTERED },
  proof_chain_broken: {
    rule: "Each proof record has the hash of its content and of the record before it.",
    hint: ALTERED,
  },
  decrypted_content_mismatch: {
    rule: "Decrypted content has the SHA-256 and the size that its file states.",
    hint: ALTERED,
  },
  proof_entry_mismatch: {
    rule: "The proof records are those of the pack's other entries, one each, in the order of their paths.",
    hint: "The records were made for another pack, or some were dropped: treat the artifact as altered.",
  },

  chain_run_mismatch: {
    rule: "What is verified together is of one run.",
    hint: "Look for the trace or the pack of this run: this one is of another.",
  },
  call_rule_broken: {
    rule: "In a call nothing was said that the gate had not allowed before, and each of its lines is of that call.",
    hint: ALTERED,
  },
  authorization_mismatch: {
    rule: "What an authorization bundle links is in the pack, with the digest that the bundle gives.",
    hint: ALTERED,
  },

  // Evidence packs.
  control_mismatch: {
    rule: "The controls of an evidence pack are those of its template, with the evidence that is in the pack.",
    hint: "The controls don't reflect the pack's contents: treat the artifact as altered.",
  },
  pointer_mismatch: {
    rule: "The evidence pointers of an evidence pack are its contents, numbered in the order of their paths.",
    hint: ALTERED,
  },
  rendered_artifact_mismatch: {
    rule: "The rendered artifacts of an evidence pack are entries with the digests that its contents declare.",
    hint: ALTERED,
  },

  // Signatures (RFC 8032, cofactorless, over the manifest's digest).
  signature_missing: {
    rule: "A required signature is present.",
    hint: "Ask the producer for a signed artifact.",
  },
  signature_unchecked: {
    rule: "A required signature is checked with a key that the caller trusts.",
    hint: "Give the producer's key with --public-key.",
  },
  signature_invalid: {
    rule: "A signature of the stored manifest verifies with a given key.",
    hint: "Check that the key is the producer's; if it is, treat the artifact as altered.",
  },
  countersignature_invalid: {
    rule: "A signature beside the pack that names a trusted key verifies over this file.",
    hint: "Get the pack and the named file again from their source; if it stays, ask the signer.",
  },
  countersignature_malformed: {
    rule: "A signature file beside the pack can be read, in one way only.",
    hint: "Get the named file again from its source, or remove it.",
  },
  countersignature_contradicts: { rule: "A signed statement names this pack as the pack names itself.", hint: ALTERED },
  timestamp_mismatch: {
    rule: "A timestamp of a trusted authority is over the bytes that it lies beside.",
    hint: "It was made for something else: remove it, or get the right one.",
  },
  trust_unmet: {
    rule: "Those whom the trust file asks for have signed.",
    hint: "Ask the missing persons to sign with `gait pack sign`, and put their signatures beside the pack.",
  },
  trust_no_rule: {
    rule: "The trust file has a rule for this kind of pack.",
    hint: "Add a rule for it to the trust file, or give the trust file that is meant for it.",
  },
  ...LOG_RULES,
  ...SESSION_RULES,
} as const satisfies Record<string, FindingRule>;

export type FindingCode = keyof typeof FINDING_RULES;

export interface Finding {
  readonly code: FindingCode;
  /** The file in the archive, inside an embedded archive after `!/`, followed by `#` and a place in it, if known. */
  readonly path?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly message: string;
  readonly hint: string;
}

export function finding(
  code: FindingCode,
  details: {
    message: string;
    path?: string | undefined;
    expected?: string | undefined;
    actual?: string | undefined;
    /** Instead of the code's own. */
    hint?: string | undefined;
  },
): Finding {
  const { message, path, expected, actual, hint = FINDING_RULES[code].hint } = details;
  return {
    code,
    ...(path === undefined ? {} : { path }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    message,
    hint,
  };
}

/** Maximum findings per code: more are not useful, and millions fit into a manifest. */
export const MAX_FINDINGS_OF_A_CODE = 1000;

/** Limits `findings` per code, and adds one that counts the rest. */
export function listed(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_FINDINGS_OF_A_CODE) return findings;
  const counts = new Map<FindingCode, number>();
  const kept = findings.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= MAX_FINDINGS_OF_A_CODE;
  });
  for (const [code, count] of counts) {
    const unlisted = count - MAX_FINDINGS_OF_A_CODE;
    if (unlisted > 0) kept.push(finding(code, { message: `${unlisted} more findings like these are not listed` }));
  }
  return kept;
}

/** The findings of an archive inside `container`, with paths as seen from outside. */
export function inside(container: string, findings: readonly Finding[]): Finding[] {
  return findings.map((each) => ({
    ...each,
    path: each.path === undefined ? container : `${container}!/${each.path}`,
  }));
}
