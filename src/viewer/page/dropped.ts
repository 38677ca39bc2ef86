/** What a given file is: an artifact to verify, a file beside one, or a trust file. */
import { examinePolicy, MAX_TRUST_BYTES } from "../../core/trust/policy/read-policy.ts";
import { isSomeSidecarName } from "../../core/trust/sidecar-name.ts";
import { besideNames } from "../../core/verify/unchecked.ts";
import { PROOF_ENDING } from "../verifier/log-proof.ts";
import { browserPlatform, type TrustFile } from "../verifier/verify-file.ts";

export interface Dropped {
  readonly artifacts: readonly File[];
  readonly beside: readonly File[];
  readonly trust: readonly TrustFile[];
}

/** Keeps the order. A file is read only where its name does not say what it is. */
export async function sorted(files: readonly File[], isBeside: (name: string) => boolean): Promise<Dropped> {
  const artifacts: File[] = [];
  const beside: File[] = [];
  const trust: TrustFile[] = [];
  for (const file of files) {
    const { name } = file;
    const read = /\.zip$/i.test(name) || isBeside(name) || isMeantBeside(name) ? undefined : await trustFileOf(file);
    if (read !== undefined) trust.push(read);
    else if (/\.zip$/i.test(name) || !(isBeside(name) || isMeantBeside(name))) artifacts.push(file);
    else beside.push(file);
  }
  return { artifacts, beside, trust };
}

/** Whether a file of this name can only lie beside a pack, whichever that is. */
function isMeantBeside(name: string): boolean {
  return isSomeSidecarName(name) || name.toLowerCase().endsWith(`.zip${PROOF_ENDING}`);
}

/** The names of the files that lie beside an artifact: signatures and timestamps, and the proof of a log. */
export function namesBeside(names: readonly string[], artifact: string): string[] {
  return [...besideNames(names, artifact), ...names.filter((name) => name === `${artifact}${PROOF_ENDING}`)];
}

/** A file that is meant as a trust file, sound or not; `undefined` for anything else. */
export async function trustFileOf(file: File): Promise<TrustFile | undefined> {
  if (file.size === 0 || file.size > MAX_TRUST_BYTES) return undefined;
  const bytes = await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined,
  );
  if (bytes === undefined) return undefined;
  const isMeant =
    NAMES.test(file.name) || saysSo(bytes) || (await examinePolicy(bytes, browserPlatform)).policy !== undefined;
  return isMeant ? { name: file.name, bytes } : undefined;
}

/** What trust files are called, here and by OpenSSH. */
const NAMES = /(?:^|[._-])(?:trust\.json|allowed_signers)$/i;

/** Whether it says that it is one of ours: then its faults are told, and it is not taken for an artifact. */
function saysSo(bytes: Uint8Array): boolean {
  return /"schema_id"\s*:\s*"gait\.trust"/.test(new TextDecoder("latin1").decode(bytes));
}
