/** The work of `gait pack timestamp request`. */
import { basename, dirname, join } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { printable } from "../../../../core/text/printable.ts";
import type { ImprintAlgorithm } from "../../../../core/trust/time/judgement.ts";
import { writeRequest } from "../../../../core/trust/time/request.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import type { PackFailure, PackTimestampRequestOutput } from "../../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { refusal } from "../../../show/refusal.ts";
import { rows } from "../../../terminal/rows.ts";
import { digestOfThing, type StampedThings, stampedThings } from "./stamped-things.ts";

export async function requestTimestamps(call: Call): Promise<Answer<PackTimestampRequestOutput | PackFailure>> {
  const things = await stampedThings(call);
  const { path, verification, members } = things;
  if (verification.verdict === "failed") return refusal(call, "nothing was requested", [{ path, verification }]);
  const algorithm = (call.option("--hash") ?? "sha256") as ImprintAlgorithm;
  const requests: { path: string; covers: string }[] = [];
  for (const { name, covers, digest } of await wanted(call, things, algorithm)) {
    const target = join(call.option("--out-dir") ?? dirname(path), `${name}.tsq`);
    const bytes = writeRequest(algorithm, digest, nonce());
    // Every request is a new one: an older one of this name is of no use.
    await writeAtomically(target, async (sink) => sink.write(bytes), { force: true, inputs: [path] });
    requests.push({ path: target, covers });
  }
  const lines = requests.map(({ path: target }) => ["send", sendLine(target)] as const);
  const text = rows([["requested", requests.map(({ covers }) => covers).join(", ")], ...lines], call.stdout);
  return { exit: EXIT.ok, json: { ...members, hash: algorithm, requests }, text: `${text}` };
}

interface Wanted {
  /** Of the request, without its ending. */
  readonly name: string;
  readonly covers: string;
  readonly digest: Uint8Array;
}

async function wanted(
  call: Call,
  { path, packDigest, signatures }: StampedThings,
  algorithm: ImprintAlgorithm,
): Promise<Wanted[]> {
  const pack = basename(path);
  if (call.option("--of") === "pack") return [{ name: pack, covers: "pack", digest: packDigest(algorithm) }];
  if (signatures.length === 0) {
    throw new GaitError("invalid_input", `no signature lies beside ${path}`, {
      hint: "Sign it first, or ask for the pack itself: --of pack.",
    });
  }
  const lines = signatures.filter(({ file }) => file === undefined);
  return Promise.all(
    signatures.map(async (thing): Promise<Wanted> => {
      const name = thing.file ?? `${pack}.sigs.jsonl.${lines.indexOf(thing) + 1}`;
      return { name, covers: thing.from, digest: await digestOfThing(thing, algorithm) };
    }),
  );
}

/** Positive, and of 8 bytes. */
function nonce(): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function sendLine(request: string): string {
  const answer = `${request.slice(0, -"tsq".length)}tsr`;
  return printable(`curl -H 'Content-Type: application/timestamp-query' --data-binary @${request} URL -o ${answer}`);
}
