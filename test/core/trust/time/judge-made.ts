/** Judges tokens that are made for a test, under roots that are made too. */
import { digestBytes } from "../../../../src/core/trust/file-digests.ts";
import type { Authority, ImprintAlgorithm } from "../../../../src/core/trust/time/judgement.ts";
import { TIME } from "../../../../src/core/trust/time/token.ts";
import { hostPlatform as platform } from "../../../../src/host/platform/bun.ts";
import type { Maker } from "./token-maker.ts";

/** What the tokens are over. */
export const OVER = new TextEncoder().encode("the pack");
const NOW = "2026-04-01T00:00:00Z";

/** @param more certificates that the trust file has besides the roots */
export async function judgeMade(bytes: Uint8Array, roots: readonly Maker[], more: readonly Maker[] = []) {
  const document = { id: "a", roots: roots.map(({ pem }) => pem), certificates: more.map(({ pem }) => pem) };
  const authority = TIME.readAuthority(document, "authorities[0]", platform) as Authority;
  const stamped = { digest: (algorithm: ImprintAlgorithm) => digestBytes(algorithm, OVER, platform) };
  return TIME.judgeToken(bytes, stamped, [authority], NOW, platform);
}
