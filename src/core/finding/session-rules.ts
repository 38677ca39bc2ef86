/** The rules of sessions: how their checkpoints link, and what their runpacks are (contract 15). */
import type { FindingRule } from "./rule.ts";

export const SESSION_RULES = {
  session_link_broken: {
    rule: "Each checkpoint of a session is the next one: its number, the digest of the one before, its events and its own digest fit.",
    hint: "A checkpoint was changed, dropped or put in: take the chain from a copy, and compare.",
  },
  session_runpack_missing: {
    rule: "The runpack of each checkpoint of a session is where its chain says, and is an archive.",
    hint: "Paths in a chain begin at the folder of the command: go there, or get the runpack from a copy.",
  },
  session_runpack_mismatch: {
    rule: "The runpack of a checkpoint has the manifest digest, the run and the number of events that the chain says.",
    hint: "It is another runpack: look for the one of this checkpoint.",
  },
} satisfies Record<string, FindingRule>;
