/** The findings about stores and the logs of collections, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { Explanation } from "./verdict.ts";

export type LogCode = Extract<
  FindingCode,
  `log_${string}` | "pack_changed" | "pack_missing" | "pack_hidden" | "pack_unlisted" | `retention_${string}`
>;

export const LOG_EXPLANATIONS: Readonly<Record<LogCode, Explanation>> = {
  pack_changed: {
    meaning: "The file is named by the SHA-256 that it had when it was put, and has another one now.",
    innocently: "A damaged disk, or a copy that was cut off.",
    attack: "A pack was replaced by one that tells another story; it may verify on its own.",
    action: "Do not rely on the file. Take the pack from another copy of the store, and compare.",
  },
  pack_missing: {
    meaning: "The log has an entry for the pack, and the pack is not where it was looked for.",
    innocently: "The copy is not whole, or covers other days than the log.",
    attack: "A run that somebody would rather not show was removed after it had been recorded.",
    action: "Ask for the pack by the SHA-256 in the finding. A lawful removal has an entry of its own in the log.",
  },
  pack_hidden: {
    meaning:
      "The log has an entry for the pack, and in the bucket it is out of sight: something lies on top of it, or it was marked as deleted.",
    innocently: "Somebody cleaned up, or put another object under the name by mistake; Object Lock forbids neither.",
    attack: "A run that somebody would rather not show is covered, where a lock keeps it from being removed.",
    action:
      "Get the older version of the object from the bucket, and ask whoever has the right to put and to delete there.",
  },
  pack_unlisted: {
    meaning:
      "The pack lies in the store under an old day, the log names packs of later days, and it has no entry for this one.",
    innocently:
      "Nobody has run gait collection append --new for days, or the clock of the machine that put it is slow.",
    attack: "A run was put in later, under a day that is past, or was kept out of the log to be removed unseen.",
    action: "Ask who put it, and when. Only from the head on that covers its entry does the log say that it was there.",
  },
  retention_missing: {
    meaning: "The pack lies in a bucket, and neither a retention nor a legal hold keeps it from being deleted.",
    innocently:
      "It was put before the bucket had a default retention, by another tool, or the credentials may not read locks.",
    attack: "Whoever may delete in the bucket can take the run away before anybody asks for it.",
    action: "Lock it with gait store retain, and give the bucket a default retention.",
  },
  retention_short: {
    meaning: "The lock of the pack ends before the time that the store's own retention asks for.",
    innocently: "The bucket's default retention is shorter than that of the store.",
    attack: "The run can be deleted, lawfully by the lock, before the law allows it.",
    action: "Make it longer with gait store retain.",
  },
  log_checkpoint_malformed: {
    meaning:
      "A file that should hold a signed head of the log can't be read as one, or is of another size than its name says.",
    innocently: "It was damaged in a copy.",
    attack: "A head that some programs read and others do not.",
  },
  log_signature_invalid: {
    meaning: "The head is not signed by the key that was given, or is of another log.",
    innocently: "The key of another collection was given.",
    attack: "Somebody without the log's key wrote a head over other entries.",
    action: "Compare the key with the one that the keeper of the log gave you by another way than this copy.",
  },
  log_root_mismatch: {
    meaning: "The entries that are here are not those that the signed head was made over.",
    innocently: "The copy was made while the log grew, or is not whole.",
    attack: "Entries were removed from the log, changed, or put in.",
    action: "Copy the collection again and verify. If it stays, keep this copy: the signed head proves the difference.",
  },
  log_tile_mismatch: {
    meaning: "A file of the tree differs from what the entries give, or has no entries that it could be of.",
    innocently: "It was damaged, or belongs to another collection.",
    attack: "Proofs made from it would show another log than the entries.",
    action:
      "Get the file again from another copy. Where the log is kept, remove it: `gait collection checkpoint` writes it again. The verdict rests on the entries and the head, not on it.",
  },
  log_rewritten: {
    meaning: "The log does not begin with what the earlier head was signed over: its past was changed.",
    innocently: "The earlier head is of another collection with the same key.",
    attack: "Whoever holds the log's key wrote a second history, without a run that was in the first.",
    action: "Keep both heads: each is signed by the log, and together they prove it. Ask its keeper.",
  },
  log_shrunk: {
    meaning: "The log has fewer entries than the earlier head says.",
    innocently: "A backup was restored, or this is an older copy.",
    attack: "Everything after some moment was removed, and the older signed head put back.",
    action: "Ask for the newest copy. If there is none, the earlier head proves that there was more.",
  },
  log_proof_invalid: {
    meaning: "From this pack and the proof one does not arrive at the root that the log signed.",
    innocently: "It is the proof of another pack, or of the same run packed again.",
    attack: "A pack is shown with the proof of another, to look as if it had been in the log.",
  },
  log_witness_missing: {
    meaning: "Fewer of the named witnesses have signed the head than were asked for.",
    innocently: "The head is new, and they have not looked at it yet; or their signatures were not copied along.",
    attack: "A head that the witnesses would not sign, since it does not fit what they remember.",
    action: "Ask the witnesses. One who refuses has seen another log: compare.",
  },
};
