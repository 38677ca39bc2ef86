/** `relationship` as version 1.4 of the Go implementation writes it (contract 15.2). */
import type { Relationship, RelationshipNode } from "../../schema/document/session/relationship.ts";
import { compareUtf8 } from "../text/utf8-order.ts";

type Edge = NonNullable<Relationship["edges"]>[number];

interface Parts {
  readonly parent: RelationshipNode;
  readonly entities: readonly RelationshipNode[];
  readonly edges?: readonly Edge[];
  readonly policyDigest?: string;
}

/** Members in the order of the Go implementation; lists are sorted, without repetitions. */
export function relationshipOf({ parent, entities, edges = [], policyDigest = "" }: Parts): Relationship {
  const refs = [...entities].sort(compareNodes).filter((node, at, all) => at === 0 || !isSame(node, all[at - 1]));
  const ids = [...new Set(refs.map(({ id }) => id))].sort(compareUtf8);
  return {
    parent_ref: parent,
    entity_refs: refs,
    ...(policyDigest === "" ? {} : { policy_ref: { policy_digest: policyDigest } }),
    ...(edges.length === 0 ? {} : { edges: [...edges].sort(compareEdges) }),
    parent_record_id: parent.id,
    related_entity_ids: ids,
  };
}

export function node(kind: string, id: string): RelationshipNode {
  return { kind, id };
}

/** The nodes and edges of a decision about a call. */
export function decisionNodes(event: {
  readonly tool_name?: string;
  readonly trace_id?: string;
  readonly policy_digest?: string;
}): { readonly entities: RelationshipNode[]; readonly edges: Edge[] } {
  const { tool_name: tool = "", trace_id: trace = "", policy_digest: policy = "" } = event;
  return {
    entities: [
      ...(tool === "" ? [] : [node("tool", tool)]),
      ...(trace === "" ? [] : [node("trace", trace)]),
      ...(policy === "" ? [] : [node("policy", policy)]),
    ],
    edges:
      tool === "" || policy === ""
        ? []
        : [{ kind: "governed_by", from: node("tool", tool), to: node("policy", policy) }],
  };
}

function compareNodes(left: RelationshipNode, right: RelationshipNode): number {
  return compareUtf8(left.kind, right.kind) || compareUtf8(left.id, right.id);
}

function compareEdges(left: Edge, right: Edge): number {
  return compareUtf8(left.kind, right.kind) || compareNodes(left.from, right.from) || compareNodes(left.to, right.to);
}

function isSame(left: RelationshipNode, right: RelationshipNode | undefined): boolean {
  return right !== undefined && compareNodes(left, right) === 0;
}
