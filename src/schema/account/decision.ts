/** The accounts of a spoken call and of an authorization: what was decided, and what came of it. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, text } from "../document/primitives.ts";

export const SpokenCallAccountSchema = Type.Object(
  {
    call_id: text("The call's id."),
    run_id: Type.Optional(text("Run of the embedded runpack.")),
    privacy_mode: text("`hash_only` or `dispute_encrypted`."),
    events: count("Events of the call."),
    commitments: count("Commitments that were declared."),
    decisions: Type.Array(
      Type.Object(
        {
          call_seq: count("Place in the call."),
          turn_index: count("Turn of the conversation."),
          commitment_class: text("What was to be committed to."),
          verdict: text("What the gate decided."),
          reason_codes: Type.Optional(Type.Array(Type.String())),
          approval_ref: Type.Optional(text("The approval.")),
        },
        CLOSED,
      ),
      { description: "In the order of the pack." },
    ),
    spoken: Type.Array(
      Type.Object(
        {
          call_seq: count("Place in the call."),
          turn_index: count("Turn of the conversation."),
          commitment_class: text("What was committed to."),
          emitted_at: text("When it was said."),
          say_token_id: text("Token that let it be said."),
          spoken_digest: text("SHA-256 of what was said."),
        },
        CLOSED,
      ),
      { description: "In the order of the pack." },
    ),
  },
  CLOSED,
);
export type SpokenCallAccount = Frozen<Static<typeof SpokenCallAccountSchema>>;

export const AuthorizationAccountSchema = Type.Object(
  {
    trace_id: text("The decision's trace."),
    decided_at: text("When it was decided."),
    policy_digest: text("SHA-256 of the policy."),
    intent_digest: text("SHA-256 of the intent."),
    outcome_status: Type.Optional(text("`allow`, `block`, `dry_run` or `require_approval`.")),
    linked: Type.Array(
      Type.Object(
        {
          kind: text("`trace` or `approval_audit` for example."),
          path: text("Below `evidence/`."),
          digest: Type.Optional(text("As the bundle gives it.")),
        },
        CLOSED,
      ),
      { description: "The evidence that the bundle links." },
    ),
  },
  CLOSED,
);
export type AuthorizationAccount = Frozen<Static<typeof AuthorizationAccountSchema>>;
