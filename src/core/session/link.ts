/** How a checkpoint of a session continues the one before it (contract 15.1). */
import type { SessionCheckpoint } from "../../schema/document/session/journal.ts";
import { type Hashing, sha256OfText } from "../signature/digest.ts";

/** What is wrong with one member. */
export interface LinkFault {
  readonly member:
    | "checkpoint_index"
    | "prev_checkpoint_digest"
    | "sequence_start"
    | "sequence_end"
    | "checkpoint_digest";
  readonly expected: string;
  readonly actual: string;
  /** As a clause after "whose". */
  readonly message: string;
}

/** All faults of `checkpoint` after `before`; none where it is the next one. */
export function linkFault(
  before: SessionCheckpoint | undefined,
  checkpoint: SessionCheckpoint,
  hashing: Hashing,
): LinkFault[] {
  const faults: LinkFault[] = [];
  const expect = (member: LinkFault["member"], expected: string, actual: string, message: string): void => {
    if (expected !== actual) faults.push({ member, expected, actual: actual.slice(0, 100), message });
  };
  const { checkpoint_index: index, sequence_start: start, sequence_end: end } = checkpoint;
  const next = (before?.checkpoint_index ?? 0) + 1;
  expect("checkpoint_index", `${next}`, `${index}`, `index is ${index}, and ${next} comes next`);
  const previous = before?.checkpoint_digest ?? "";
  expect(
    "prev_checkpoint_digest",
    previous,
    checkpoint.prev_checkpoint_digest ?? "",
    "prev_checkpoint_digest is not the digest of the one before",
  );
  const first = (before?.sequence_end ?? 0) + 1;
  expect("sequence_start", `${first}`, `${start}`, `events begin at ${start}, and ${first} comes next`);
  if (end < start)
    faults.push({
      member: "sequence_end",
      expected: `${start} or more`,
      actual: `${end}`,
      message: `events end at ${end}, before they begin`,
    });
  expect(
    "checkpoint_digest",
    checkpointDigest(checkpoint, hashing),
    checkpoint.checkpoint_digest,
    "checkpoint_digest is not that of its members",
  );
  return faults;
}

/** `checkpoint_digest` as it has to be. */
export function checkpointDigest(
  checkpoint: Pick<
    SessionCheckpoint,
    "manifest_digest" | "prev_checkpoint_digest" | "checkpoint_index" | "sequence_start" | "sequence_end"
  >,
  hashing: Hashing,
): string {
  const { manifest_digest, prev_checkpoint_digest: previous = "", checkpoint_index } = checkpoint;
  const { sequence_start, sequence_end } = checkpoint;
  return sha256OfText(hashing, [manifest_digest, previous, checkpoint_index, sequence_start, sequence_end].join(":"));
}
