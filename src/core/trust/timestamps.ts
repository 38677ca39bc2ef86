/** The timestamps of a pack and of the signatures beside it: which bytes each is over, and what it proves (contract 11.7). */
import type { TrustTimestamp } from "../../schema/account/trust.ts";
import type { Platform } from "../platform/platform.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { digestBytes } from "./file-digests.ts";
import type { ReadableSignature } from "./format/countersignature.ts";
import { MAX_TOKEN_BYTES } from "./format/dsse.ts";
import type { Sidecar, SignatureFile } from "./format/read-file.ts";
import type { Authority, ImprintAlgorithm, Stamped } from "./time/judgement.ts";

/** A token and what it lies over. */
export interface PlacedToken {
  readonly from: string;
  readonly bytes: Uint8Array;
  readonly covers:
    | { readonly kind: "pack" }
    | { readonly kind: "file"; readonly name: string }
    | { readonly kind: "signature"; readonly of: ReadableSignature };
}

/** Tokens over one file; more are told and not judged. */
const MAX_TOKENS = 10;

/** The tokens in files of their own: `X.tsr` is over the file X where that is at hand, else over the pack. */
export function tokensInFiles(files: readonly SignatureFile[]): PlacedToken[] {
  const lastPart = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  return files.flatMap(({ name, token }): PlacedToken[] => {
    if (token === undefined) return [];
    const base = name.replace(/\.tsr$/, "");
    const over =
      files.find((file) => file.name === base) ??
      files.find((file) => base !== name && lastPart(file.name) === lastPart(base));
    const covers =
      over === undefined || over.name === name
        ? ({ kind: "pack" } as const)
        : ({ kind: "file", name: over.name } as const);
    return [{ from: name, bytes: token, covers }];
  });
}

export interface JudgedTokens {
  readonly timestamps: readonly TrustTimestamp[];
  /** Earliest trusted time of the pack itself, which covers the signatures inside it. */
  readonly ofPack?: string;
  timeOf(signature: ReadableSignature): string | undefined;
}

export interface TokenQuestion {
  readonly tokens: readonly PlacedToken[];
  readonly sidecars: readonly Sidecar[];
  packDigest(algorithm: ImprintAlgorithm): Uint8Array | undefined;
  readonly authorities: readonly Authority[];
  readonly at: string;
  readonly platform: Platform;
}

export async function judgeTokens(question: TokenQuestion): Promise<JudgedTokens> {
  const { tokens, authorities, at, platform } = question;
  const timestamps: TrustTimestamp[] = [];
  const times = new Map<unknown, string>();
  const counts = new Map<unknown, number>();
  if (tokens.length > 0) {
    const { TIME } = await import("./time/token.ts");
    for (const { from, bytes, covers } of tokens) {
      const target = targetOf(covers);
      const count = (counts.get(target) ?? 0) + 1;
      counts.set(target, count);
      const fault = faultOf(from, bytes, count);
      const named = { from, covers: coversText(covers) };
      if (fault !== undefined) {
        timestamps.push({ ...named, state: "malformed", note: fault });
        continue;
      }
      const { genTime, state, ...rest } = await TIME.judgeToken(
        bytes,
        stampedBy(covers, question),
        authorities,
        at,
        platform,
      );
      timestamps.push({ ...named, ...rest, ...(genTime === undefined ? {} : { gen_time: genTime }), state });
      const known = times.get(target);
      const isEarlier = genTime !== undefined && (known === undefined || compareTimestamps(genTime, known) < 0);
      if (state === "trusted" && isEarlier) times.set(target, genTime);
    }
  }
  const ofPack = times.get("pack");
  return {
    timestamps,
    ...(ofPack === undefined ? {} : { ofPack }),
    timeOf(signature) {
      const own = [times.get(signature), ...signature.files.map((name) => times.get(`file ${name}`))].filter(
        (time) => time !== undefined,
      );
      return own.toSorted(compareTimestamps)[0];
    },
  };
}

function faultOf(from: string, bytes: Uint8Array, count: number): string | undefined {
  if (from.endsWith(".tsr.tsr")) return "a timestamp over a timestamp is not read yet";
  if (bytes.length > MAX_TOKEN_BYTES) return "it is larger than 64 KiB";
  return count > MAX_TOKENS ? `there are more than ${MAX_TOKENS} over the same bytes` : undefined;
}

function targetOf(covers: PlacedToken["covers"]): unknown {
  if (covers.kind === "signature") return covers.of;
  return covers.kind === "file" ? `file ${covers.name}` : "pack";
}

function coversText(covers: PlacedToken["covers"]): string {
  if (covers.kind === "pack") return "pack";
  return covers.kind === "file" ? covers.name : covers.of.from;
}

function stampedBy(covers: PlacedToken["covers"], { sidecars, packDigest, platform }: TokenQuestion): Stamped {
  if (covers.kind === "pack") return { digest: (algorithm) => packDigest(algorithm) ?? new Uint8Array(0) };
  const file = covers.kind === "file" ? sidecars.find(({ name }) => name === covers.name)?.bytes : covers.of.signature;
  return { digest: (algorithm) => digestBytes(algorithm, file ?? new Uint8Array(0), platform) };
}
