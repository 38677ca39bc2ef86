/** What records and builds in a browser. A module of its own, which bundlers leave out where nothing of it is used. */
import { makingOn } from "./making-library.ts";
import { portablePlatform } from "./portable-platform.ts";
import type { LibraryHost } from "./recorder/options.ts";
import type { Recorder as RunRecorder } from "./recorder/recorder.ts";

/** A page does not know its machine: what the caller does not state is unknown. */
export const BROWSER: LibraryHost = {
  now: () => new Date().toISOString(),
  env: { os: "unknown", arch: "unknown", runtime: "unknown" },
  derivePublicKey: async (seed) => (await portableSigning()).derivePublicKeyPortable(seed),
  createSigner: async (seed, platform) => (await portableSigning()).createPortableSigner(seed, platform),
};

function portableSigning() {
  return import("./signature/ed25519-portable-signer.ts");
}

const { Recorder, ...functions } = makingOn(portablePlatform, BROWSER);
type Recorder = RunRecorder;

export { Recorder };
export const { report, buildPack, recoverRun } = functions;
