/** Every element of a token removed, doubled, moved, retagged, emptied, wrapped or added to: trusted only where nothing signs it. */
import { expect, test } from "bun:test";
import { judgeMade, OVER } from "./judge-made.ts";
import { bool, CA, certificate, int, STAMPS, seq, tlv, token } from "./token-maker.ts";

interface Node {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly children?: Node[];
}

function parsed(bytes: Uint8Array): Node[] {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let [start, length] = [at + 2, bytes[at + 1] ?? 0];
    if (length >= 0x80) {
      const digits = bytes.subarray(start, start + (length & 0x7f));
      start += digits.length;
      length = digits.reduce((value, digit) => value * 256 + digit, 0);
    }
    const body = bytes.subarray(start, start + length);
    nodes.push({ tag, body, ...((tag & 0x20) === 0 ? {} : { children: parsed(body) }) });
    at = start + length;
  }
  return nodes;
}
const written = ({ tag, body, children }: Node): Uint8Array =>
  children === undefined ? tlv(tag, body) : tlv(tag, ...children.map(written));

/** Each element: the one that holds it, its place there, and the path to it. */
function elements(node: Node, path = ""): { readonly holder: Node; readonly at: number; readonly path: string }[] {
  return (node.children ?? []).flatMap((child, at) => [
    { holder: node, at, path: `${path}/${at}` },
    ...elements(child, `${path}/${at}`),
  ]);
}

const NULL = { tag: 5, body: new Uint8Array(0) };
const CHANGES: Readonly<Record<string, (siblings: Node[], at: number, node: Node) => unknown>> = {
  removed: (siblings, at) => siblings.splice(at, 1),
  doubled: (siblings, at, node) => siblings.splice(at, 0, node),
  moved: (siblings, at) => siblings.splice(at, 2, ...siblings.slice(at, at + 2).toReversed()),
  retagged: (siblings, at, node) => siblings.splice(at, 1, { ...node, tag: node.tag ^ 0x80 }),
  "of the next kind": (siblings, at, node) => siblings.splice(at, 1, { ...node, tag: node.tag ^ 1 }),
  emptied: (siblings, at, { tag }) => siblings.splice(at, 1, { tag, body: new Uint8Array(0) }),
  wrapped: (siblings, at, node) => siblings.splice(at, 1, { tag: 0x30, body: node.body, children: [node] }),
  "with a stranger behind": (siblings) => siblings.push(NULL),
};

/** The list of digests in front, and the certificates, both of the SignedData: /1/0 is that. */
const UNSIGNED = /^\/1\/0\/[13]/;

test("of one with everything optional in it", async () => {
  const root = await certificate(undefined, { ...CA, name: "root", serial: 1 });
  const signer = await certificate(root, { ...STAMPS, name: "tsa", serial: 2 });
  const more = [seq(int(1)), bool(true), int(9), tlv(0xa0, tlv(0xa4, seq()))];
  const good = await token(signer, OVER, { more });
  const count = elements(parsed(good)[0] as Node).length;
  expect(count).toBeGreaterThan(70);
  let [refused, kept] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    for (const [what, change] of Object.entries(CHANGES)) {
      const tree = parsed(good)[0] as Node;
      const { holder, at, path } = elements(tree)[index] as ReturnType<typeof elements>[number];
      const siblings = holder.children ?? [];
      change(siblings, at, siblings[at] as Node);
      const bytes = written(tree);
      if (Buffer.compare(bytes, good) === 0) continue;
      const { state, genTime } = await judgeMade(bytes, [root], [signer]);
      if (state !== "trusted") refused += 1;
      else {
        kept += 1;
        // A digest's parameters may be NULL or absent (RFC 5754): of the signer's that is said outside of what is signed.
        const isFree = UNSIGNED.test(path) || (what === "with a stranger behind" && /^\/1\/0\/4\/0\/2\//.test(path));
        expect([path, what, isFree, genTime]).toEqual([path, what, true, "2026-03-01T12:00:00Z"]);
      }
    }
  }
  expect([refused > 200, kept > 10]).toEqual([true, true]);
});
