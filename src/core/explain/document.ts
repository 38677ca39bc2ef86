/** The findings about what is in the archive, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { Explanation } from "./verdict.ts";

type DocumentCode = Exclude<FindingCode, `zip${string}`>;

const EDITED = "Somebody opened the document in an editor or ran a formatter over it.";
const OTHER_WRITER = "A writer that does not keep to the published schema.";
const NEWER = "The artifact was made by a newer version than this one.";

export const DOCUMENT_EXPLANATIONS: Readonly<Record<DocumentCode, Explanation>> = {
  json_invalid: {
    meaning: "A document is no JSON.",
    innocently: "The file is damaged, or something else was given its name.",
    attack: "Forgiving readers take comments or trailing commas and read something; others read nothing.",
  },
  json_duplicate_name: {
    meaning: "An object has the same member twice, with two values.",
    innocently: "A writer that puts JSON together as text.",
    attack: "One reader takes the first value, another the last: two people read two things in the same signed bytes.",
  },
  json_number_lossy: {
    meaning: "A number has more digits than a double keeps, so that readers see different numbers.",
    innocently: "A 64-bit id or an amount of money was written as a number.",
    attack: "Two amounts that one program compares as equal and another does not.",
  },
  json_too_deep: {
    meaning: "A document has objects in objects beyond any use.",
    attack: "Readers that follow the nesting by recursion crash.",
  },
  json_encoding_invalid: {
    meaning: "A document is not plain UTF-8: another encoding, a byte order mark, or half a character.",
    innocently: "It was saved by a Windows editor, or text was cut in the middle of an emoji.",
    attack: "What one reader replaces by a question mark, another reads.",
  },
  manifest_missing: {
    meaning: "The archive has no manifest: nothing in it says what belongs to it.",
    innocently:
      "It is another ZIP file, or the pack is inside of a folder in it: somebody zipped a folder with the pack.",
    action:
      "Check that this is the file that you meant. If a pack is inside, unpack that one, as a file, and verify it.",
  },
  manifest_ambiguous: {
    meaning: "The archive has the manifest of a pack and that of a runpack: it is two artifacts in one file.",
    innocently: "Somebody added a pack's files to an unpacked runpack, and zipped the folder.",
    attack: "One program verifies the pack of one run, another finds the runpack of another run in the same file.",
  },
  schema_invalid: {
    meaning: "A document is JSON, and not of the shape that its schema says.",
    innocently: OTHER_WRITER,
    attack: "A member that this program does not know might say to another that all is well.",
    action:
      "gait schema show prints the schema; the finding's path gives the place. The producer must correct its writer.",
  },
  schema_version_unsupported: {
    meaning: "A document says that it is of a kind or version that this program does not know.",
    innocently: NEWER,
    attack: "Checks are skipped where a reader guesses; this one does not guess.",
  },
  pack_type_unsupported: {
    meaning: "The manifest says that the pack is neither of a run nor of a job.",
    innocently: NEWER,
  },
  pack_id_mismatch: {
    meaning: "The manifest is not the one that its id was made of: something in it was changed afterwards.",
    innocently: EDITED,
    attack: "The list of files, or what they are said to be, was changed.",
  },
  manifest_digest_mismatch: {
    meaning: "The manifest is not the one that its digest was made of: something in it was changed afterwards.",
    innocently: EDITED,
    attack: "The list of files, or what they are said to be, was changed.",
  },
  file_missing: {
    meaning: "The manifest declares a file that is not there.",
    innocently: "A file was left out when the archive was packed again.",
    attack: "What does not suit is left out: the record of the one call that matters.",
  },
  file_undeclared: {
    meaning: "The archive has a file that the manifest does not declare: nobody vouches for it.",
    innocently: "An operating system added one of its own (.DS_Store, Thumbs.db) when it was packed again.",
    attack: "A file that looks like a part of the evidence, and was put there later.",
  },
  file_hash_mismatch: {
    meaning: "A file is not the one that the manifest declares: its content is another.",
    innocently: `${EDITED} Or it was changed and packed again “to correct a typo”.`,
    attack: "The evidence was rewritten: an argument, a result, a time.",
    action: "Get the artifact again from its source and compare. What the producer's own copy says, counts.",
  },
  file_declared_twice: {
    meaning: "The manifest declares a path twice, or declares itself.",
    innocently: OTHER_WRITER,
    attack: "Two digests for one file: whichever fits is shown.",
  },
  required_file_undeclared: {
    meaning: "A file that every artifact of this kind has is not declared.",
    innocently: OTHER_WRITER,
    attack: "The part of the evidence that would contradict is left out, and the manifest made to agree.",
  },
  payload_mismatch: {
    meaning: "The summary of the pack says something else than the evidence in it.",
    innocently: "The pack was put together from parts of two runs.",
    attack: "Readers who look at the summary alone are told another story: fewer calls, another time, another run.",
  },
  job_log_invalid: {
    meaning: "The log of a job has a gap, goes back in time, or tells of a step that could not be taken then.",
    innocently: "Two machines wrote to one job through a network folder that does not lock.",
    attack: "An event was taken out or put in: an approval that nobody gave.",
  },
  job_state_mismatch: {
    meaning: "The state of a job is not what its log tells.",
    innocently: "The state file was copied from another moment than the log.",
    attack: "The state says approved or completed, and the log does not.",
    action: "Believe the log: it is the truth of a job, and the state a picture of it.",
  },
  record_invalid: {
    meaning: "A line of a file of records is no record of its kind.",
    innocently: OTHER_WRITER,
  },
  document_too_large: {
    meaning: "A document is larger than any document of its kind needs to be.",
    attack: "Readers that load it whole run out of memory.",
  },
  record_too_long: {
    meaning: "A record is longer than a record needs to be.",
    innocently: "A tool's whole output was recorded as one result.",
    attack: "Readers that load it whole run out of memory.",
  },
  source_invalid: {
    meaning: "The runpack inside the pack, which is the evidence itself, does not verify.",
    innocently: "It was damaged before the pack was built by another writer, which did not check it.",
    attack: "Bad evidence in a sound wrapping.",
  },
  context_mismatch: {
    meaning: "What the pack says about the context of the run does not agree with the receipts in it.",
    innocently: OTHER_WRITER,
    attack: "A run is made to look as if it had known, or had not known, what it was given.",
  },
  control_mismatch: {
    meaning: "The controls of an evidence pack are not those that follow from its template and its evidence.",
    innocently: "It was made by a version with another template.",
    attack: "A control is shown as satisfied without the evidence that would satisfy it.",
  },
  pointer_mismatch: {
    meaning: "The list of evidence does not point at what is in the pack.",
    innocently: OTHER_WRITER,
    attack: "The reader is led to another file than the one that counts.",
  },
  rendered_artifact_mismatch: {
    meaning: "A page made for reading, a PDF for example, is not the one that the manifest lists.",
    innocently: "The page was made again, and the pack was not.",
    attack: "The page that people read tells another story than the evidence.",
  },
  signature_missing: {
    meaning: "A signature was asked for, and the artifact has none.",
    innocently: "The producer did not sign: gait pack build without --private-key.",
    attack: "Whoever changes a signed pack and has no key can take the signature out. That is why it is asked for.",
  },
  signature_unchecked: {
    meaning: "The artifact is signed, a checked signature was asked for, and no key was given to check with.",
    innocently: "--public-key was forgotten.",
    action:
      "Give the producer's key with --public-key FILE. Get it from the producer, not from where the pack came from.",
  },
  signature_invalid: {
    meaning: "No signature of the artifact verifies with a given key.",
    innocently:
      "The key is another one: of another producer, or from before a rotation. The key_id in the finding tells.",
    attack: "The artifact was changed after it was signed, or was signed by somebody else.",
    action: "Check that the key is the producer's, and the one for this time. If it is, treat the artifact as altered.",
  },
};
