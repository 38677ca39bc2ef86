/** Reads and judges timestamp tokens (contract 11.7). The first rule that fails is the state told. */
import type { AuthorityDocument } from "../../../schema/document/trust.ts";
import { GaitError } from "../../finding/error.ts";
import type { Platform } from "../../platform/platform.ts";
import { sha256Hex } from "../../signature/digest.ts";
import { parsePem } from "../../signature/pem.ts";
import { compareTimestamps, shiftTimestamp } from "../../time/timestamp.ts";
import { webCrypto } from "../key/web-crypto.ts";
import { isSignedBy, WeakError } from "./algorithm.ts";
import { type Certificate, readCertificate, same } from "./certificate.ts";
import { assertDer, type Der, DerError } from "./der.ts";
import type { Authority, Stamped, TimeReading, TokenImprint, TokenJudgement } from "./judgement.ts";
import { pathToRoot, unfitness } from "./path.ts";
import { readSignedTimestamp, type SignedTimestamp } from "./signed-data.ts";
import { readTimestampInfo, type TimestampInfo, tokenIn } from "./timestamp-info.ts";

/** How far a token may be ahead of the clock, in nanoseconds: clocks differ. */
const AHEAD = 5n * 60n * 1_000_000_000n;

export const TIME: TimeReading = { readAuthority, imprintOf, judgeToken };

function readAuthority(document: AuthorityDocument, where: string): Authority {
  for (const [at, pem] of document.roots.entries()) {
    const place = `${where}.roots[${at}]`;
    if (!certificateOf(pem, place).isCa) throw invalid(place, "is no certificate of a certificate authority");
  }
  for (const [at, pem] of (document.certificates ?? []).entries()) certificateOf(pem, `${where}.certificates[${at}]`);
  for (const [at, policy] of (document.policies ?? []).entries()) {
    if (/^[0-2](\.(0|[1-9]\d*))+$/.test(policy)) continue;
    throw new GaitError("invalid_trust", `${where}.policies[${at}] is no object identifier`, {
      hint: "Give the policy as its numbers with dots, such as 1.3.6.1.4.1.99999.1.",
    });
  }
  const { id, name } = document;
  return { id, document, ...(name === undefined ? {} : { name }) };
}

function certificateOf(pem: string, where: string): Certificate {
  const block = parsePem(pem);
  if (block?.label !== "CERTIFICATE" || block.der === undefined)
    throw invalid(where, "is not exactly one PEM certificate");
  try {
    assertDer(block.der);
    return readCertificate(block.der);
  } catch (error) {
    if (error instanceof DerError) throw invalid(where, "is a certificate that is damaged");
    throw error;
  }
}

function invalid(where: string, what: string): GaitError {
  return new GaitError("invalid_trust", `${where} ${what}`, { hint: "Give the authority's certificates in PEM." });
}

function imprintOf(bytes: Uint8Array): TokenImprint | undefined {
  try {
    const { info } = read(bytes);
    if (info?.algorithm === undefined) return undefined;
    const { algorithm, imprint: digest, nonce } = info;
    return { algorithm, digest, ...(nonce === undefined ? {} : { nonce }) };
  } catch (error) {
    if (error instanceof DerError || error instanceof WeakError) return undefined;
    throw error;
  }
}

interface ReadToken {
  readonly rejected?: string;
  readonly signed?: SignedTimestamp;
  readonly info?: TimestampInfo;
}

function read(bytes: Uint8Array): ReadToken {
  assertDer(bytes);
  const token = tokenIn(bytes);
  if ("rejected" in token) return token;
  const signed = readSignedTimestamp(token as Der);
  assertDer(signed.content);
  return { signed, info: readTimestampInfo(signed.content) };
}

async function judgeToken(
  bytes: Uint8Array,
  stamped: Stamped,
  authorities: readonly Authority[],
  at: string,
  platform: Platform,
): Promise<TokenJudgement> {
  try {
    const { rejected, signed, info } = read(bytes);
    if (signed === undefined || info === undefined) return { state: "rejected", note: rejected ?? "there is no token" };
    const said = saidBy(info);
    if (authorities.length === 0) return { ...said, state: "untrusted", note: "the trust file names no authorities" };
    let nearest: TokenJudgement | undefined;
    for (const authority of authorities) {
      const judgement = await judgeUnder(authority, signed, info, stamped, at, platform);
      if (judgement.state === "trusted") return { ...said, ...judgement };
      if (nearest === undefined || nearest.state === "untrusted") nearest = judgement;
    }
    return { ...said, ...(nearest as TokenJudgement) };
  } catch (error) {
    if (error instanceof DerError) return { state: "malformed", note: `it can't be read: ${error.message}` };
    if (error instanceof WeakError) return { state: "weak", note: `it rests on ${error.message}` };
    throw error;
  }
}

function saidBy({ genTime, policy, serial, accuracy, nonce }: TimestampInfo): Omit<TokenJudgement, "state"> {
  return {
    ...{ genTime, policy, serial },
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

async function judgeUnder(
  authority: Authority,
  signed: SignedTimestamp,
  info: TimestampInfo,
  stamped: Stamped,
  at: string,
  platform: Platform,
): Promise<TokenJudgement> {
  const { document } = authority;
  const roots = document.roots.map((pem) => certificateOf(pem, "root"));
  const others = [
    ...signed.certificates,
    ...(document.certificates ?? []).map((pem) => certificateOf(pem, "certificate")),
  ];
  const signer = await signerOf(signed, others);
  if ("state" in signer) return signer;
  const signature = await signatureFault(signed, signer, platform);
  if (signature !== undefined) return signature;
  const path = await pathToRoot(signer, { roots, others, time: info.genTime, platform });
  if ("state" in path && path.state === "untrusted") return path;
  const unfit = unfitness(signer);
  if (unfit !== undefined) return { authority: authority.id, state: "certificate_unfit", note: unfit };
  if ("state" in path) return { authority: authority.id, ...path };
  return { authority: authority.id, ...(await judgeTime(authority, path, info, stamped, at, platform)) };
}

/** By issuer and serial number, and by the hash that is signed; never by position. */
async function signerOf(
  signed: SignedTimestamp,
  certificates: readonly Certificate[],
): Promise<Certificate | TokenJudgement> {
  if (signed.certificateHashes.length === 0)
    return { state: "invalid", note: "it does not state the hash of its certificate (RFC 5816)" };
  const named = certificates.filter(({ issuer, serial }) => same(issuer, signed.issuer) && same(serial, signed.serial));
  if (named.length === 0) return { state: "untrusted", note: "its certificate is not at hand" };
  for (const certificate of named) {
    const matches = await Promise.all(
      signed.certificateHashes.map(async ({ hash, digest }) => same(await hashed(hash, certificate.der), digest)),
    );
    if (matches.every((fits) => fits)) return certificate;
  }
  return { state: "invalid", note: "the hash of its certificate is of another one" };
}

async function hashed(hash: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest(hash, Uint8Array.from(bytes)));
}

async function signatureFault(
  signed: SignedTimestamp,
  signer: Certificate,
  platform: Platform,
): Promise<TokenJudgement | undefined> {
  const digest = await hashed(signed.digest, signed.content);
  if (!same(digest, signed.messageDigest))
    return { state: "invalid", note: "the digest that is signed is not that of its content" };
  const fits = await isSignedBy(
    signer.spki,
    signed.algorithm,
    signed.signature,
    signed.attributes,
    platform,
    signed.digest,
  );
  return fits ? undefined : { state: "invalid", note: "its signature does not verify" };
}

/** What it is over, when, and whether that counts here. */
async function judgeTime(
  { document }: Authority,
  path: readonly Certificate[],
  { algorithm, imprint, genTime, policy }: TimestampInfo,
  stamped: Stamped,
  at: string,
  platform: Platform,
): Promise<TokenJudgement> {
  if (algorithm === undefined)
    return { state: "weak", note: "what it is over is stated with SHA-1, or an unknown hash" };
  if (!same(await stamped.digest(algorithm), imprint)) return { state: "mismatch", note: "it is over other bytes" };
  if (compareTimestamps(genTime, shiftTimestamp(at, AHEAD)) > 0)
    return { state: "in_future", note: `its time ${genTime} is later than ${at}` };
  const { from, until, policies, revoked = [] } = document;
  const isOutside =
    (from !== undefined && compareTimestamps(genTime, from) < 0) ||
    (until !== undefined && compareTimestamps(genTime, until) > 0);
  if (isOutside)
    return { state: "untrusted", note: "its time is outside of those that the trust file takes of this authority" };
  if (policies !== undefined && !policies.includes(policy))
    return { state: "policy", note: `its policy ${policy} is not one that the trust file takes` };
  const hashes = path.map(({ der }) => sha256Hex(platform, der));
  for (const { certificate, since, reason } of revoked) {
    if (!hashes.includes(certificate.toLowerCase())) continue;
    const isBefore = reason !== "key_compromise" && since !== undefined && compareTimestamps(genTime, since) < 0;
    if (!isBefore)
      return {
        state: "certificate_revoked",
        note: `a certificate in its path is revoked: ${reason.replaceAll("_", " ")}`,
      };
  }
  return { state: "trusted" };
}
