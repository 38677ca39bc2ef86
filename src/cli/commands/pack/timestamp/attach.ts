/** The work of `gait pack timestamp attach`. */
import { dirname, join } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { printable } from "../../../../core/text/printable.ts";
import { hintText } from "../../../../core/trust/check-signature.ts";
import { bundleLine, MAX_TOKEN_BYTES } from "../../../../core/trust/format/dsse.ts";
import { sameBytes } from "../../../../core/trust/key/ssh-wire.ts";
import type { StampableSignature } from "../../../../core/trust/stampable.ts";
import type { TokenImprint, TokenJudgement } from "../../../../core/trust/time/judgement.ts";
import { answerFault, readRequest } from "../../../../core/trust/time/request.ts";
import { TIME } from "../../../../core/trust/time/token.ts";
import { readInput } from "../../../../host/files/input.ts";
import type { TrustCall } from "../../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { addLines, type SidecarWritten, writeLabelled, writeOrKeep } from "../../../../host/signing/sidecar-file.ts";
import type { PackFailure, PackTimestampAttachOutput } from "../../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { policyOf } from "../../../flags/policy.ts";
import { refusal } from "../../../show/refusal.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { digestOfThing, type StampedThings, stampedThings } from "./stamped-things.ts";

/** An answer, and what it stamps: nothing, for the pack. */
interface Answered {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly thing: StampableSignature | undefined;
  readonly judgement?: TokenJudgement;
}

export async function attachTimestamps(call: Call): Promise<Answer<PackTimestampAttachOutput | PackFailure>> {
  const responses = call.options("--response");
  if (responses.length === 0)
    throw new GaitError("invalid_input", "--response is missing", {
      hint: "Give the authority's answer: --response FILE.",
    });
  const trustFile = call.option("--trust");
  const trust = trustFile === undefined ? undefined : await policyOf(call, trustFile);
  const things = await stampedThings(call);
  const { path, verification, members } = things;
  if (verification.verdict === "failed") return refusal(call, "nothing was attached", [{ path, verification }]);
  const answered: Answered[] = [];
  for (const response of responses) answered.push(await read(response, things, trust));
  // Everything is checked before anything is written.
  const timestamps: PackTimestampAttachOutput["timestamps"][number][] = [];
  for (const each of answered) {
    const file = await keep(each, things, [...call.inputs, path]);
    const { state, genTime, authority } = each.judgement ?? {};
    timestamps.push({
      ...{ response: each.path, covers: each.thing?.from ?? "pack", file },
      ...(state === "trusted" ? { state } : {}),
      ...(genTime === undefined ? {} : { gen_time: genTime }),
      ...(authority === undefined ? {} : { authority }),
    });
  }
  const warnings = trust === undefined ? ["not verified: no trust file was given"] : [];
  const text = rows(
    timestamps.map(
      ({ covers, file, gen_time: genTime }) =>
        ["attached", `${file.path}, over ${covers}${genTime === undefined ? "" : `, ${genTime}`}`] as const,
    ),
    call.stdout,
  );
  const json = { ...members, timestamps, ...(warnings.length > 0 ? { warnings } : {}) };
  return { exit: EXIT.ok, json, text, notes: warningLines(warnings, call.stderr) };
}

async function read(path: string, things: StampedThings, trust: TrustCall | undefined): Promise<Answered> {
  const bytes = await readInput(path, {
    limit: MAX_TOKEN_BYTES,
    limitHint: "Give the answer of a timestamp authority.",
  });
  const imprint = TIME.imprintOf(bytes);
  if (imprint === undefined) {
    const { note } = await TIME.judgeToken(
      bytes,
      { digest: () => new Uint8Array(0) },
      [],
      "2000-01-01T00:00:00Z",
      hostPlatform,
    );
    throw refused(path, note ?? "it is no timestamp");
  }
  const thing = await stampedBy(imprint, things);
  if (thing === "nothing") throw refused(path, "it is neither over the pack nor over a signature beside it");
  const fault = await requestFault(path, imprint);
  if (fault !== undefined) throw refused(path, fault);
  if (trust === undefined) return { path, bytes, thing };
  const digest = () => imprint.digest;
  const judgement = await TIME.judgeToken(bytes, { digest }, trust.policy.authorities, trust.at, hostPlatform);
  if (judgement.state !== "trusted") throw refused(path, `${judgement.state.replaceAll("_", " ")}: ${judgement.note}`);
  return { path, bytes, thing, judgement };
}

function refused(path: string, why: string): GaitError {
  return new GaitError("invalid_timestamp", `${printable(path)} can't be attached: ${why}`);
}

/** By its digest. */
async function stampedBy(
  { algorithm, digest }: TokenImprint,
  things: StampedThings,
): Promise<StampableSignature | undefined | "nothing"> {
  if (sameBytes(things.packDigest(algorithm), digest)) return undefined;
  for (const thing of things.signatures) if (sameBytes(await digestOfThing(thing, algorithm), digest)) return thing;
  return "nothing";
}

/** F.tsr answers F.tsq, where that is at hand. */
async function requestFault(path: string, imprint: TokenImprint): Promise<string | undefined> {
  if (!path.endsWith(".tsr")) return undefined;
  try {
    const request = readRequest(await readInput(`${path.slice(0, -3)}tsq`, { limit: MAX_TOKEN_BYTES }));
    return request === undefined ? undefined : answerFault(request, imprint);
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_found") return undefined;
    throw error;
  }
}

/** Beside what it stamps. A line gets a second one, with the timestamp in it: the first stays byte for byte. */
async function keep(
  { bytes, thing }: Answered,
  { path }: StampedThings,
  inputs: readonly string[],
): Promise<SidecarWritten> {
  if (thing === undefined) return writeLabelled(path, "tsr", bytes, inputs);
  if (thing.file !== undefined) return writeOrKeep(join(dirname(path), `${thing.file}.tsr`), bytes, inputs);
  const {
    payload = new Uint8Array(0),
    signature,
    hint,
    tokens,
  } = thing.line ?? { signature: thing.bytes, hint: undefined, tokens: [] };
  const id = hint === undefined ? "" : (hintText(hint) ?? "");
  return addLines(`${path}.sigs.jsonl`, [bundleLine(payload, { id }, signature, [...tokens, bytes])], inputs);
}
