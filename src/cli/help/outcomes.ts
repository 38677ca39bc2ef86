/** Errors and exits, explained. */

import type { OutcomeExplanation } from "../../core/explain/verdict.ts";
import type { ErrorCode } from "../../core/finding/error.ts";
import { EXIT, type Exit } from "../command/exit.ts";

export const EXITS: Readonly<Record<Exit, OutcomeExplanation>> = {
  [EXIT.ok]: {
    summary: "Success.",
    meaning: "The command did what it was asked to. For a verification, the verdict is authentic or intact.",
    action: "To accept only authentic artifacts, use --require-signature with --public-key.",
  },
  [EXIT.internal]: {
    summary: "Internal error, or another process holds a lock.",
    meaning: "This says nothing about the evidence. With --json, retryable is true for a lock and false for a defect.",
    action:
      "If it is retryable, try again. Otherwise run gait selftest, and report it with the output of GAIT_DEBUG=1.",
  },
  [EXIT.failed]: {
    summary: "The evidence is bad; for gait pack diff, the two differ.",
    meaning: "The verdict is failed and the findings are listed, or evidence that the command needs does not verify.",
    action: "Read the findings: gait explain CODE explains each one.",
  },
  [EXIT.approvalRequired]: {
    summary: "A job waits for an approval.",
    meaning: "A person has to approve before the job can continue.",
    action: "gait job status shows the open decision; gait job approve records an approval.",
  },
  [EXIT.regressFailed]: {
    summary: "A regression: a run does not do what its fixture expects.",
    meaning: "The runs are whole, and gait regress run found a difference. It is no verdict on the evidence.",
    action: "The result names the fixture and the reason. Where the new behaviour is right, make the fixture again.",
  },
  [EXIT.invalidInput]: {
    summary: "Usage error: bad arguments, or a file that can't be read or written.",
    meaning: "This says nothing about the evidence: it was not read, or not completely.",
    action: "The message names the argument or the file; the hint says what to do.",
  },
  [EXIT.unsafe]: {
    summary: "Refused, because it is unsafe: gait run replay --real-tools.",
    meaning: "Running the tools again would execute commands that stand in the evidence. Nothing was run.",
    action: "Replay without the flag: it uses the recorded results, and stubs where there are none.",
  },
};

export const ERRORS: Readonly<Record<ErrorCode, OutcomeExplanation>> = {
  invalid_input: {
    summary: "The arguments or the input document are invalid.",
    meaning: "A flag, a value or an input document is not what the command takes. Nothing was written.",
    action: "See --help. For an input document, the message gives the place.",
  },
  not_found: {
    summary: "The file or id was not found.",
    meaning: "A path, run id or job id does not exist here. Ids are looked up below the current folder.",
    action: "Check the spelling and the folder.",
  },
  not_readable: {
    summary: "The file can't be read.",
    meaning: "It exists, but this user may not read it, or it is a folder or a device.",
    action: "Check its permissions.",
  },
  not_an_archive: {
    summary: "The file is not a ZIP archive.",
    meaning: "Packs, runpacks and evidence packs are ZIP archives, and this file does not start like one.",
    innocently: "The wrong file was named, or a web page with an error was saved in its place.",
    action: "Check what the file is, and get the artifact again.",
  },
  unsupported: {
    summary: "Not supported by this version.",
    meaning: "The request is valid, but this version can't do it.",
    action: "Use a newer version, if there is one.",
  },
  store_refused: {
    summary: "A bucket's server does not allow it.",
    meaning:
      "It answered, and said no: the credentials have no right for this, there is no such bucket, or it is in another region.",
    action:
      "Check the bucket, AWS_REGION, AWS_ENDPOINT_URL_S3 and the rights; docs/store.md lists those that each command needs.",
  },
  store_unreachable: {
    summary: "A bucket's server gives no answer.",
    meaning:
      "Requests were sent several times, and got none, or only answers that say to come again. What was acknowledged before stays.",
    action:
      "Check AWS_ENDPOINT_URL_S3 and the network, and run the command again: what is in the store already is not put twice.",
  },
  invalid_key: {
    summary: "A key can't be used.",
    meaning: "It is not an Ed25519 key in base64 or PEM, its halves don't match, or anyone could sign for it.",
    attack: "Other programs accept anyone's signature under a key of small order that is passed off as the producer's.",
    action:
      "Make one with gait keys init or openssl genpkey -algorithm ed25519; get a public key again from its owner.",
  },
  invalid_trust: {
    summary: "A trust file can't be used.",
    meaning: "It is no trust file, or one of its rules could never be met or would mean something else than it says.",
    attack: "Evidence that comes with a trust file of its own: use only the one that your organisation gave you.",
    action: "Run gait trust check on it. If --trust-sha256 refused it, get the right file.",
  },
  invalid_signature: {
    summary: "A signature that was to be attached does not verify.",
    meaning: "It is over other bytes, or by another key. Nothing was written.",
    action: "Sign exactly the bytes that --to-sign wrote, with the key whose public half was given.",
  },
  invalid_timestamp: {
    summary: "A timestamp that was to be attached does not fit.",
    meaning: "It answers another request, or stamps something else. Nothing was written.",
    action: "Make a new request with gait pack timestamp request, and attach the answer to that.",
  },
  already_exists: {
    summary: "The output file exists with different content.",
    meaning: "Evidence is not overwritten unless asked. The existing file was not changed.",
    action: "Choose another name, or add --force.",
  },
  write_failed: {
    summary: "The output could not be written.",
    meaning: "Permission denied, disk full, or a read-only folder. No partial file is left behind.",
    action: "Check the folder's permissions and the free space.",
  },
  input_changed: {
    summary: "A file changed while it was read.",
    meaning: "The parts read are from different moments, so there is no result.",
    attack: "A file swapped between two reads shows different content to each.",
    action: "Copy the file to where no other process writes, and run the command on the copy.",
  },
  approval_required: {
    summary: "A job waits for an approval.",
    meaning: "It has a decision that is not approved yet.",
    action: "Record the approval with gait job approve, then resume the job.",
  },
  unsafe: {
    summary: "Refused, because it is unsafe.",
    meaning: "It would make this machine do what evidence says. No flag allows it.",
    action: "Leave the flag out.",
  },
  contention: {
    summary: "Another process holds the lock.",
    meaning: "A running process is working on the same job. Nothing was changed; the same command may succeed later.",
    action: "Run the command again when it has ended.",
  },
  internal: {
    summary: "A defect of this program.",
    meaning: "Something happened that must not happen. This says nothing about the evidence.",
    action: "Run gait selftest, and report it with the command and the output of GAIT_DEBUG=1.",
  },
};
