/** The trust vectors: what ssh-keygen, minisign, openssl and others made, with what gait must answer. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bytesSource } from "../src/core/bytes/source.ts";
import type { TrustQuestion } from "../src/core/trust/evaluate.ts";
import { bundleLine, preAuthentication } from "../src/core/trust/format/dsse.ts";
import type { Sidecar } from "../src/core/trust/format/read-file.ts";
import { readPolicy } from "../src/core/trust/policy/read-policy.ts";
import { isSidecarName } from "../src/core/trust/sidecar-name.ts";
import type { Verified } from "../src/core/verify/verified.ts";
import { verifyArtifact } from "../src/core/verify/verify.ts";
import { loadPackSigner } from "../src/host/pack-signer.ts";
import { hostPlatform as platform } from "../src/host/platform/bun.ts";
import { vectorBytes, vectorPath } from "./go-vectors.ts";

export const TRUST_VECTORS = join(import.meta.dir, "vectors/trust");

export interface TrustItem {
  readonly file: string;
  readonly kind: string;
  readonly why: string;
  readonly expect: unknown;
  readonly pack?: string;
  readonly at?: string;
  readonly key?: string;
  readonly key_id?: string;
  readonly openssh_fingerprint?: string;
  readonly spki_sha256?: string;
  readonly minisign_key_id?: string;
  readonly namespace?: string;
  readonly predicate_type?: string;
  readonly signer?: string;
}

const INDEX = JSON.parse(readFileSync(join(TRUST_VECTORS, "index.json"), "utf8")) as { items: TrustItem[] };

/** The items of these kinds. Throws if there are none: an empty table proves nothing. */
export function trustItems(...kinds: string[]): TrustItem[] {
  const items = INDEX.items.filter(({ kind }) => kinds.includes(kind));
  if (items.length === 0) throw new Error(`no trust vectors of ${kinds.join(", ")}`);
  return items;
}

export function trustPath(file: string): string {
  return join(TRUST_VECTORS, file);
}

export function trustBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(trustPath(file)));
}

export function trustText(file: string): string {
  return readFileSync(trustPath(file), "utf8");
}

export const PACK = "packs/pack_run_alpha.zip";
export const NOW = "2026-04-01T00:00:00Z";

/** A trust file with these signers, `id` to public key, of whom `atLeast` have to have signed. */
export function trustFile(
  signers: Readonly<Record<string, string | readonly string[]>>,
  atLeast = 1,
  more: object = {},
): Uint8Array {
  const document = {
    ...{ schema_id: "gait.trust", schema_version: "1.0.0", name: "TEST ONLY", version: 1 },
    signers: Object.entries(signers).map(([id, keys]) => ({ id, keys: [keys].flat().map((key) => ({ key })) })),
    rules: [
      { for: ["run", "job", "guard"], need: [{ role: "approver", of: Object.keys(signers), at_least: atLeast }] },
    ],
    ...more,
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

export interface Asked {
  readonly trust: Uint8Array;
  readonly sidecars?: readonly Sidecar[];
  readonly pack?: Uint8Array | string;
  readonly at?: string;
}

/** The pack, judged with a trust file and what lies beside it. */
export async function judged({ trust, sidecars = [], pack = PACK, at = NOW }: Asked): Promise<Verified> {
  const policy = await readPolicy(trust, "trust.json", platform);
  const question: TrustQuestion = { policy, at, clock: "given", sidecars };
  const bytes = typeof pack === "string" ? vectorBytes(pack) : pack;
  const verified = await verifyArtifact(bytesSource(bytes), {
    platform,
    keys: [],
    requireSignature: false,
    trust: question,
  });
  verified.dispose();
  return verified;
}

/** A file of the vectors, beside the pack. */
export function beside(file: string, name = `pack_run_alpha.zip.${basename(file)}`): Sidecar {
  return { name, bytes: trustBytes(file) };
}

export function textBeside(name: string, text: string): Sidecar {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** What lies beside the pack of a scenario. */
export function scenarioSidecars(item: TrustItem): Sidecar[] {
  const names = readdirSync(trustPath(item.file)).filter((name) => isSidecarName(name, basename(item.pack ?? "")));
  return names.sort().map((name) => ({ name, bytes: trustBytes(`${item.file}/${name}`) }));
}

export function packPath(item: TrustItem): string {
  return vectorPath(item.pack ?? "");
}

/** `code`s of the findings, sorted, each once. */
export function codesOf({ findings }: Pick<Verified, "findings">): string[] {
  return [...new Set(findings.map(({ code }) => code))].sort();
}

/** Ids of those who count, sorted, each once. */
export function countedIn({ trust }: Pick<Verified, "trust">): string[] {
  const counted = (trust?.signatures ?? []).filter(({ state }) => state === "counted");
  return [...new Set(counted.flatMap(({ signer }) => (signer === undefined ? [] : [signer])))].sort();
}

/** Public keys of the vectors' signers, by name. */
export const KEYS = {
  alice: trustText("keys/TEST-ONLY-alice.ssh.pub").trim(),
  bob: trustText("keys/TEST-ONLY-bob.ssh.pub").trim(),
  carol: trustText("keys/TEST-ONLY-carol.ssh.pub").trim(),
  mallory: trustText("keys/TEST-ONLY-mallory.ssh.pub").trim(),
  alicePem: trustText("keys/TEST-ONLY-alice.spki.pem"),
  runnerPem: trustText("keys/TEST-ONLY-runner.spki.pem"),
  p256Pem: trustText("keys/TEST-ONLY-p256.spki.pem"),
  minisign: (trustText("keys/TEST-ONLY-minisign.pub").split("\n")[1] ?? "").trim(),
  minisignFile: trustText("keys/TEST-ONLY-minisign.pub"),
} as const;

export const RUN_ALPHA = {
  packId: "cae9350c1ca3669f59e1969a969f4e87a7883833ebc7fe0c98cf0fd6835edcdc",
  packType: "run",
  sourceRef: "run_alpha",
} as const;
export const RUN_ALPHA_FILE = {
  name: "pack_run_alpha.zip",
  sha256: "89cc0f46692b71092066ad0324851c4806332f95d2cf4a41a4ee577be89e788b",
} as const;

/** A line of `pack.zip.sigs.jsonl` over a payload, by a private key of the vectors. */
export async function signedLine(keyFile: string, payload: Uint8Array): Promise<string> {
  const { signer } = await loadPackSigner({ path: trustPath(`keys/${keyFile}`) }, platform);
  return bundleLine(payload, signer.publicKey, await signer.sign(preAuthentication(payload)));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
