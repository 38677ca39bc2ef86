/** `relationship` of records of version 1.4 of the Go implementation (contract 15.2): what a record is about. */
import { type Static, Type } from "typebox";
import { text } from "../primitives.ts";

const NodeSchema = Type.Object({
  kind: text("Kind of thing: `session`, `run`, `tool`, `policy`, `trace` or `evidence`."),
  id: text("Its id."),
});
export type RelationshipNode = Static<typeof NodeSchema>;

const ids = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));

export const RelationshipSchema = Type.Object({
  parent_ref: Type.Optional(NodeSchema),
  entity_refs: Type.Optional(Type.Array(NodeSchema, { description: "What takes part, by kind and id." })),
  policy_ref: Type.Optional(
    Type.Object({
      policy_id: Type.Optional(text("Id of the policy.")),
      policy_version: Type.Optional(text("Its version.")),
      policy_digest: Type.Optional(text("Its digest.")),
      matched_rule_ids: ids("The rules that matched."),
    }),
  ),
  agent_chain: Type.Optional(
    Type.Array(Type.Object({ identity: text("An agent's identity."), role: text("What it was in the chain.") })),
  ),
  edges: Type.Optional(
    Type.Array(
      Type.Object({
        kind: text("`governed_by`, `derived_from` or `emits_evidence`."),
        from: NodeSchema,
        to: NodeSchema,
      }),
    ),
  ),
  parent_record_id: Type.Optional(text("Id of the record that this one belongs to.")),
  related_record_ids: ids("Ids of further records."),
  related_entity_ids: ids("Ids of `entity_refs`, sorted."),
  agent_lineage: Type.Optional(Type.Array(Type.Unknown(), { description: "Agents before these." })),
});
export type Relationship = Static<typeof RelationshipSchema>;
