/** The warnings of `gait run import`, explained. */
import type { ImportWarning } from "../import/source/tally.ts";
import type { OutcomeExplanation } from "./verdict.ts";

/** A code has an explanation, or this does not compile. */
export const IMPORT_WARNINGS: Readonly<Record<ImportWarning, OutcomeExplanation>> = {
  args_absent: {
    summary: "The source has no arguments of a call.",
    meaning: "The call is recorded without arguments and without their digest: absent is not the same as empty.",
    action: "Turn on the recording of arguments in the agent or its instrumentation, if they matter.",
  },
  args_changed: {
    summary: "The arguments of a call were others when it ended than when it began.",
    meaning: "Another hook or the user changed them in between. Those that were told first are recorded.",
    action: "Look at both events in the source.",
  },
  args_not_json: {
    summary: "Arguments that the format defines as JSON text are no JSON.",
    meaning: "Models write such arguments at times. The text itself is recorded.",
    action: "Look at the place in the source to see what the model asked for.",
  },
  duplicate_differs: {
    summary: "A call has a second result that says something else.",
    meaning: "The first result stands, and the second is counted as a duplicate.",
    action: "Look at the place in the source: the log may have been edited, or two sessions written to one file.",
  },
  id_made: {
    summary: "A call has no id in the source.",
    meaning: "It is recorded as intent_<n>, n being the number of the call in its run.",
    action: "Nothing needs to be done.",
  },
  id_reused: {
    summary: "A call has the id of an earlier one.",
    meaning: "Models do use ids again. The call is recorded under its id with #2, #3 and so on.",
    action: "Nothing needs to be done.",
  },
  lone_surrogate_replaced: {
    summary: "Half of a character in arguments or a result.",
    meaning: "A text was cut within an emoji or the like. The half is recorded as U+FFFD, since it has no UTF-8.",
    action: "Nothing needs to be done.",
  },
  malformed_line: {
    summary: "A line is no strict JSON, or not what must be there.",
    meaning: "It could not be understood and gave nothing; all other lines were read.",
    action: "Look at the places. With --strict such a source is refused.",
  },
  number_kept_as_text: {
    summary: "A number that a double can't hold exactly.",
    meaning: "It is recorded as its text, so that no digit is lost.",
    action: "Nothing needs to be done.",
  },
  orphan_result: {
    summary: "A result of a call that the source does not have.",
    meaning: "It is recorded as it is, and no call is invented for it. The beginning of the source may be missing.",
    action: "Import the whole session, if there is more of it.",
  },
  payload_too_large: {
    summary: "Arguments or a result are longer than a record may be.",
    meaning: "Only their digest is recorded.",
    action: "Keep the source with --keep-source: it has them.",
  },
  result_absent: {
    summary: "A call was answered without content.",
    meaning: "The status alone is recorded.",
    action: "Turn on the recording of results in the agent or its instrumentation, if they matter.",
  },
  rewound: {
    summary: "The session was taken back to an earlier message.",
    meaning: "Nothing is removed: what ran has run.",
    action: "Read the calls behind that place as the second attempt.",
  },
  time_absent: {
    summary: "A call or result has no time in the source.",
    meaning: "Its record gets the time of the run, because it must have one.",
    action: "Don't rely on the order in time of such a run.",
  },
  time_unreadable: {
    summary: "A time in the source says no zone, or is no time.",
    meaning: "Its record has no time of its own. No zone is guessed.",
    action: "Look at the place in the source.",
  },
  torn_last_line: {
    summary: "The last line is not whole.",
    meaning: "The agent was stopped while it wrote, or is still writing.",
    action: "Import it again when the session has ended.",
  },
  truncated_at_source: {
    summary: "The agent had cut the text of a result.",
    meaning: "What is recorded is the cut text; the whole is not in the source.",
    action: "Capture with hooks or at the MCP server, where the whole result can be had.",
  },
  unresolved: {
    summary: "A call has no result.",
    meaning: "It was running when the record ended, or its result was not written. No result is invented.",
    action: "Look at the end of the session.",
  },
  zone_assumed_utc: {
    summary: "A time without a zone, in a format whose times are UTC.",
    meaning: "It is recorded as UTC, as the documents of the format say.",
    action: "Nothing needs to be done.",
  },
};
