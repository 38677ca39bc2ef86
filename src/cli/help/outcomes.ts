/** Errors and exits, explained. */

import type { OutcomeExplanation } from "../../core/explain/verdict.ts";
import type { ErrorCode } from "../../core/finding/error.ts";
import { EXIT, type Exit } from "../command/exit.ts";

export const EXITS: Readonly<Record<Exit, OutcomeExplanation>> = {
  [EXIT.ok]: {
    summary: "All is well.",
    meaning: "The command did what it was asked to. Of a verification: the verdict is authentic or intact.",
    action: "To accept authentic alone, ask for it: --require-signature, with --public-key.",
  },
  [EXIT.internal]: {
    summary: "gait itself failed, or another process holds a lock.",
    meaning: "Nothing has been said about the evidence. With --json, retryable tells a held lock from a defect.",
    action: "Try again where it is retryable. Else run gait selftest, and report it with the output of GAIT_DEBUG=1.",
  },
  [EXIT.failed]: {
    summary: "The evidence is bad; of gait pack diff: the two differ.",
    meaning: "The verdict is failed, and the findings are listed; or evidence that a command needed does not verify.",
    action: "Read the findings: gait explain CODE tells about each.",
  },
  [EXIT.approvalRequired]: {
    summary: "A job waits for an approval.",
    meaning: "Somebody has to decide before the job may go on.",
    action: "gait job status shows what is to be decided, gait job approve records the decision.",
  },
  [EXIT.invalidInput]: {
    summary: "Called wrong: the words, or a file that can't be read or written.",
    meaning: "Nothing has been said about the evidence: it was not looked at, or not to its end.",
    action: "The message names the word or the file, and the hint what to do.",
  },
};

export const ERRORS: Readonly<Record<ErrorCode, OutcomeExplanation>> = {
  invalid_input: {
    summary: "The words of the call, or the document that was given, are off.",
    meaning: "A flag, a value or an input document is not what the command takes. Nothing was written.",
    action: "--help shows what the command takes; the message gives the place in a document.",
  },
  not_found: {
    summary: "The named file or id is not there.",
    meaning: "A path, or the id of a run or of a job, names nothing here. Ids are looked for below the current folder.",
    action: "Check the spelling and the folder.",
  },
  not_readable: {
    summary: "The named file can't be read.",
    meaning: "It is there, and the system does not let this user read it, or it is a folder or a device.",
    action: "Check its permissions.",
  },
  not_an_archive: {
    summary: "The named file is no ZIP archive at all.",
    meaning: "Packs, runpacks and evidence packs are ZIP archives, and this does not even begin like one.",
    innocently: "The wrong file was named, or a web page with an error was saved in its place.",
    action: "Look at what the file is, and get the artifact again.",
  },
  unsupported: {
    summary: "Known, and not done by this version.",
    meaning: "The call is understood, and this version can't do it.",
    action: "Use a newer version, if there is one.",
  },
  invalid_key: {
    summary: "A key can't be used.",
    meaning: "It is no Ed25519 key in base64 or PEM, its halves don't belong together, or anybody could sign for it.",
    attack: "A key of small order, given as the producer's, makes signatures of anybody's verify elsewhere.",
    action:
      "Make one with gait keys init or openssl genpkey -algorithm ed25519; get a public one again from its owner.",
  },
  already_exists: {
    summary: "The file to write is there, with other bytes.",
    meaning: "Evidence is not overwritten without being told to. The file that is there was left as it is.",
    action: "Choose another name, or add --force.",
  },
  write_failed: {
    summary: "The output could not be written.",
    meaning: "The system refused: a permission, a full disk, a read-only folder. No half-written file is left.",
    action: "Check the folder's permissions and the free space.",
  },
  input_changed: {
    summary: "A file changed while it was read.",
    meaning: "What was read of it is of two moments, so nothing is said about it.",
    attack: "A file that is exchanged between two looks at it shows each look something else.",
    action: "Copy the file to where nobody else writes, and run the command on the copy.",
  },
  approval_required: {
    summary: "A job waits for an approval.",
    meaning: "It has a decision that nobody has approved.",
    action: "gait job approve records it; then resume the job.",
  },
  contention: {
    summary: "Another process holds the lock.",
    meaning: "A living process works on the same job. Nothing was changed; the same call may succeed later.",
    action: "Run the command again when it has ended.",
  },
  internal: {
    summary: "A defect of this program.",
    meaning: "Something happened that must not. Nothing has been said about the evidence.",
    action: "Run gait selftest, and report it with the command and the output of GAIT_DEBUG=1.",
  },
};
