/** The findings about what is in the archive, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { LogCode } from "./log.ts";
import type { TrustCode } from "./trust.ts";
import type { Explanation } from "./verdict.ts";

type DocumentCode = Exclude<FindingCode, `zip${string}` | TrustCode | LogCode>;

const EDITED = "The document was edited or reformatted.";
const OTHER_WRITER = "A writer that does not follow the published schema.";
const NEWER = "The artifact was made by a newer version.";

export const DOCUMENT_EXPLANATIONS: Readonly<Record<DocumentCode, Explanation>> = {
  json_invalid: {
    meaning: "A document is not JSON.",
    innocently: "The file is damaged, or a different file was given its name.",
    attack: "Lenient parsers accept comments or trailing commas; others read nothing.",
  },
  json_duplicate_name: {
    meaning: "An object has the same member twice, with two values.",
    innocently: "A writer that builds JSON by joining strings.",
    attack:
      "One parser takes the first value, another the last: two people read different things in the same signed bytes.",
  },
  json_number_lossy: {
    meaning: "A number has more digits than a double can hold, so readers see different numbers.",
    innocently: "A 64-bit id or a money amount was written as a number.",
    attack: "Two amounts that are equal in one program and differ in another.",
  },
  json_too_deep: {
    meaning: "A document is nested too deeply.",
    attack: "Recursive parsers crash.",
  },
  json_encoding_invalid: {
    meaning: "A document is not plain UTF-8: another encoding, a byte order mark, or half a character.",
    innocently: "It was saved by a Windows editor, or text was cut in the middle of an emoji.",
    attack: "Text that one reader shows and another replaces by a question mark.",
  },
  manifest_missing: {
    meaning: "The archive has no manifest: nothing declares its files.",
    innocently: "It is some other ZIP file, or a zipped folder that contains the pack.",
    action: "Check that this is the right file. If it contains a pack, unpack the pack as a file and verify that.",
  },
  manifest_ambiguous: {
    meaning: "The archive has both a pack manifest and a runpack manifest: two artifacts in one file.",
    innocently: "A pack's files were added to an unpacked runpack, and the folder was zipped.",
    attack: "One program verifies the pack of one run; another finds the runpack of a different run in the same file.",
  },
  schema_invalid: {
    meaning: "A document is JSON but does not match its schema.",
    innocently: OTHER_WRITER,
    attack: "A member unknown to this program might tell another program that all is well.",
    action: "gait schema show prints the schema; the finding's path gives the place. The producer must fix its writer.",
  },
  schema_version_unsupported: {
    meaning: "A document has a schema or version that this program does not know.",
    innocently: NEWER,
    attack: "A reader that guesses skips checks; this one does not guess.",
  },
  pack_type_unsupported: {
    meaning: "The pack's type is neither run nor job.",
    innocently: NEWER,
  },
  pack_id_mismatch: {
    meaning: "The id does not match the manifest: the manifest was changed after the id was computed.",
    innocently: EDITED,
    attack: "The list of files, or their description, was changed.",
  },
  manifest_digest_mismatch: {
    meaning: "The stored digest does not match the manifest: the manifest was changed after the digest was computed.",
    innocently: EDITED,
    attack: "The list of files, or their description, was changed.",
  },
  file_missing: {
    meaning: "The manifest declares a file that is missing.",
    innocently: "A file was left out when the archive was packed again.",
    attack: "Incriminating evidence is removed: the record of the one call that matters.",
  },
  file_undeclared: {
    meaning: "The archive has a file that the manifest does not declare, so no signature covers it.",
    innocently: "The operating system added a file (.DS_Store, Thumbs.db) when it was zipped again.",
    attack: "A file that looks like evidence but was added later.",
  },
  file_hash_mismatch: {
    meaning: "A file's content differs from what the manifest declares.",
    innocently: `${EDITED} Or it was edited and zipped again “to fix a typo”.`,
    attack: "The evidence was rewritten: an argument, a result, a time.",
    action: "Get the artifact again from its source and compare. The producer's copy is what counts.",
  },
  file_declared_twice: {
    meaning: "The manifest declares a path twice, or declares itself.",
    innocently: OTHER_WRITER,
    attack: "Two digests for one file: the attacker shows the one that fits.",
  },
  required_file_undeclared: {
    meaning: "A file that every artifact of this kind must have is not declared.",
    innocently: OTHER_WRITER,
    attack: "Contradicting evidence is removed, and the manifest is adjusted to match.",
  },
  payload_mismatch: {
    meaning: "The summary of the pack differs from the evidence in it.",
    innocently: "The pack was assembled from parts of two runs.",
    attack: "Readers of the summary are misled: fewer calls, a different time, a different run.",
  },
  job_log_invalid: {
    meaning: "The log of a job has a gap, goes back in time, or has a step that was not possible at that point.",
    innocently: "Two machines wrote to one job on a network folder without locking.",
    attack: "An event was removed or added, such as an approval that was never given.",
  },
  job_state_mismatch: {
    meaning: "The state of a job does not match its log.",
    innocently: "The state file was copied at a different time from the log.",
    attack: "The state says approved or completed; the log does not.",
    action: "Trust the log: the state is only a snapshot of it.",
  },
  record_invalid: {
    meaning: "A line in a records file is not a valid record.",
    innocently: OTHER_WRITER,
  },
  document_too_large: {
    meaning: "A document is larger than the limit for its kind.",
    attack: "Readers that load it whole run out of memory.",
  },
  record_too_long: {
    meaning: "A record is longer than the limit.",
    innocently: "A tool's whole output was recorded as one result.",
    attack: "Readers that load it whole run out of memory.",
  },
  source_invalid: {
    meaning: "The runpack inside the pack, which is the evidence itself, does not verify.",
    innocently: "It was already damaged when a different program built the pack without checking it.",
    attack: "Bad evidence inside a valid pack.",
  },
  context_mismatch: {
    meaning: "The pack's description of the run's context does not agree with its receipts.",
    innocently: OTHER_WRITER,
    attack: "The run is made to look as if it did, or did not, have certain information.",
  },
  proof_chain_broken: {
    meaning: "A line of proof_records.jsonl was changed, or does not follow the line before it.",
    innocently: OTHER_WRITER,
    attack: "The chain of records is made to say something else of the pack's entries.",
  },
  decrypted_content_mismatch: {
    meaning:
      "The file was decrypted with the right key, and its content is not what the file says of it. Nothing was written.",
    innocently: "The program that encrypted it stated another file's digest or size.",
    attack: "Whoever has the key exchanged the content, and left the digest of the one before.",
  },
  proof_entry_mismatch: {
    meaning:
      "The proof records don't cover exactly the entries of the pack: one is missing, left over, or out of date.",
    innocently: "An entry was replaced, and the pack was built again without making its records again.",
    attack: "An entry is exchanged or added, and whoever looks only at the chain finds it unbroken.",
    action: "Ask the producer for the pack as it was built. The Go tool's v1.4.0 does not notice this.",
  },
  chain_run_mismatch: {
    meaning: "A trace or a pack that was given with a run names another run.",
    innocently: "The wrong file was taken: each of them may be good for its own run.",
    attack: "The decision or the pack of a harmless run is shown beside another one.",
  },
  session_link_broken: {
    meaning:
      "A checkpoint in the chain of a session does not continue the one before: a number is left out, events overlap or are missing, or a digest is not that of its members.",
    innocently: "The chain was put together by hand, or of two sessions.",
    attack: "A checkpoint with calls that should not be seen is dropped, or another one is put in its place.",
  },
  session_runpack_missing: {
    meaning: "A runpack that the chain of a session names is not there, or is no archive.",
    innocently:
      "The command runs in another folder than the one that the checkpoints were made in, or the runpack was moved.",
    attack: "The calls of one checkpoint are taken away, while the chain stays whole.",
  },
  session_runpack_mismatch: {
    meaning: "The runpack at a checkpoint's path is a good one, but not the one of this checkpoint.",
    innocently: "Two checkpoints were written to the same file, or files were renamed.",
    attack: "A harmless runpack is put where the one of the checkpoint was.",
  },
  call_rule_broken: {
    meaning:
      "The lines of a call contradict its rules: something was said without a decision that allowed it, or an event is missing.",
    innocently: OTHER_WRITER,
    attack: "A commitment that the gate had blocked is shown as one that it allowed.",
  },
  authorization_mismatch: {
    meaning: "The decision in an authorization pack links evidence that is not there, or is something else.",
    innocently: "A linked file was changed after the bundle was written.",
    attack: "An approval, or the outcome, is exchanged for another one.",
  },
  control_mismatch: {
    meaning: "The controls of an evidence pack don't match its template and its evidence.",
    innocently: "It was made by a version with a different template.",
    attack: "A control is shown as satisfied without evidence.",
  },
  pointer_mismatch: {
    meaning: "The evidence pointers don't match the pack's contents.",
    innocently: OTHER_WRITER,
    attack: "The reader is led to the wrong file.",
  },
  rendered_artifact_mismatch: {
    meaning: "A rendered page, for example a PDF, differs from the one that the manifest lists.",
    innocently: "The page was rendered again, but the pack was not rebuilt.",
    attack: "The page that people read differs from the evidence.",
  },
  signature_missing: {
    meaning: "A signature is required, but the artifact has none.",
    innocently: "The producer did not sign: gait pack build was run without --private-key.",
    attack:
      "Without the key, an attacker who changes a signed pack can only remove the signature. That is why it is " +
      "required.",
  },
  signature_unchecked: {
    meaning: "The artifact is signed and a signature is required, but no key was given to check it with.",
    innocently: "--public-key was forgotten.",
    action:
      "Give the producer's key with --public-key FILE. Get it from the producer, not from where the pack came from.",
  },
  signature_invalid: {
    meaning: "None of the artifact's signatures verifies with a given key.",
    innocently:
      "The wrong key was given: another producer's, or one from before a rotation. See the key_id in the finding.",
    attack: "The artifact was changed after signing, or was signed by someone else.",
    action: "Check that it is the producer's key for that time. If it is, treat the artifact as altered.",
  },
};
