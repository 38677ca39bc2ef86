/** The chain of a session's checkpoints as a file (contract 15.3), and what is wrong with it. */
import type { SessionChain, SessionCheckpoint } from "../../schema/document/session/journal.ts";
import { explain } from "../../schema/validate/explain.ts";
import { foldedNameIssues } from "../../schema/validate/folded-name.ts";
import { sessionChainValidator } from "../../schema/validator/journal.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { jsonInputError, jsonPath } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { parseJson } from "../json/parse.ts";
import type { Hashing } from "../signature/digest.ts";
import { checkpointRunId } from "./checkpoint.ts";
import { linkFault } from "./link.ts";

const HINT =
  "Give a runpack, or a chain as `gait run session checkpoint` writes it; of a record, `gait run record` makes a runpack.";

/** @throws GaitError `invalid_input` for what is no chain: no JSON, another schema, no ids, no checkpoint */
export function parseChain(bytes: Uint8Array, path: string): SessionChain {
  let value: ReturnType<typeof parseJson>;
  try {
    value = parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, path);
    throw error;
  }
  const [first] = sessionChainValidator.fits(value)
    ? foldedNameIssues(sessionChainValidator.schema, value)
    : explain(sessionChainValidator, value);
  if (first === undefined) return value as SessionChain;
  throw new GaitError("invalid_input", `${path} is no chain of a session: ${jsonPath(first.path)} ${first.message}`, {
    hint: HINT,
  });
}

/** What does not link: each checkpoint is the next one of the same session, and its digest is that of its members. */
export function linkFindings(
  { session_id, run_id, checkpoints }: SessionChain,
  path: string,
  hashing: Hashing,
): Finding[] {
  return checkpoints.flatMap((checkpoint, at) => {
    const place = `${path}#$.checkpoints[${at}]`;
    const faults: Finding[] = linkFault(checkpoints[at - 1], checkpoint, hashing).map(
      ({ member, expected, actual, message }) =>
        finding("session_link_broken", { path: `${place}.${member}`, expected, actual, message: `its ${message}` }),
    );
    for (const [member, expected] of [
      ["session_id", session_id],
      ["run_id", run_id],
    ] as const) {
      const actual = checkpoint[member];
      if (actual === expected) continue;
      const message = `the checkpoint is of another ${member === "run_id" ? "run" : "session"}`;
      faults.push(finding("session_link_broken", { path: `${place}.${member}`, expected, actual, message }));
    }
    return faults;
  });
}

/** What a verified runpack says of itself. */
export interface CheckpointRunpack {
  readonly manifestDigest: string;
  readonly runId: string;
  readonly intents: number;
}

/** Whether a runpack that verified is the one of the checkpoint. @param place of the checkpoint in its chain */
export function runpackFindings(checkpoint: SessionCheckpoint, place: string, runpack: CheckpointRunpack): Finding[] {
  const { manifest_digest, run_id, checkpoint_index, sequence_start, sequence_end } = checkpoint;
  const differ = (member: string, expected: string, actual: string, message: string): Finding[] =>
    expected === actual
      ? []
      : [finding("session_runpack_mismatch", { path: `${place}.${member}`, expected, actual, message })];
  return [
    ...differ("manifest_digest", manifest_digest, runpack.manifestDigest, "the runpack has another manifest digest"),
    ...differ("run_id", checkpointRunId(run_id, checkpoint_index), runpack.runId, "the runpack is of another run"),
    ...differ(
      "sequence_end",
      `${sequence_end - sequence_start + 1} events`,
      `${runpack.intents} events`,
      "the runpack has another number of events than the checkpoint",
    ),
  ];
}
