/** What the callers of a recorder say, and what it is told of its machine. */
import type { CaptureMode } from "../../schema/document/primitives.ts";
import type { Platform } from "../platform/platform.ts";
import type { Signer } from "../signature/signature.ts";
import type { RecorderLog } from "./log.ts";

/** How a run is recorded. */
export interface RecorderOptions {
  /** Names the run: 1 to 128 of the characters `A-Z a-z 0-9 . _ : -`, the first a letter or digit. */
  readonly runId: string;
  /** `raw` keeps arguments and results; `reference`, the default, only their digests: the log has no more either. */
  readonly captureMode?: CaptureMode | undefined;
  /** Version of the program that records. Without it `0.0.0-dev` is recorded, with a warning. */
  readonly producerVersion?: string | undefined;
  /**
   * The machine, in Go's naming (`linux`, `amd64`), and the agent with its version. By default what Node and Bun say of
   * themselves; a browser does not tell, and `unknown` is recorded.
   */
  readonly env?: {
    readonly os?: string | undefined;
    readonly arch?: string | undefined;
    readonly runtime?: string | undefined;
  };
  /** Takes each line while the run goes on, so that a crash loses nothing. By default they are kept in memory. */
  readonly log?: RecorderLog | undefined;
  /** The clock, as RFC 3339; by default the system's. */
  readonly now?: (() => string) | undefined;
  /** Told at once of what `warnings` lists: what was not recorded as it was given, and why. What it throws is ignored. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** When something happened: RFC 3339 or a `Date`; by default now. */
export interface AtTime {
  readonly time?: string | Date | undefined;
}

/** About one call. */
export interface IntentOptions extends AtTime {
  /** The agent's own id for the call; by default `intent_` and its number. One that was used already gets `#2`. */
  readonly id?: string | undefined;
}

/** About one event. */
export interface EventOptions extends AtTime {
  /** What it belongs to: the id of a call, for example. */
  readonly ref?: string | undefined;
}

/** Something that the agent looked at: its digests are recorded, never its text. */
export interface ReferenceOptions extends AtTime {
  /** By default `ref_` and its number. */
  readonly id?: string | undefined;
  /** Kind of source: `retrieval`, `file`. */
  readonly type: string;
  /** Where the source is. */
  readonly locator: string;
  /** Recorded as the SHA-256 of its UTF-8 bytes. */
  readonly query?: string | undefined;
  /** Recorded as the SHA-256 of its canonical JSON. */
  readonly content?: unknown;
}

/** Who signs. Without either nothing is signed. */
export interface SigningOptions {
  /** The text of a private key: base64 as `gait keys init` writes it, or PEM. */
  readonly privateKey?: string | undefined;
  /** Instead of it: what signs without giving the key away. */
  readonly signer?: ExternalSigner | undefined;
}

/** A key that is elsewhere. */
export interface ExternalSigner {
  /** The text of its public key: base64 or PEM. */
  readonly publicKey: string;
  /** The 64 bytes of the Ed25519 signature over `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What the platform's face gives to those who record and build. */
export interface LibraryHost {
  /** RFC 3339. */
  now(): string;
  readonly env: { readonly os: string; readonly arch: string; readonly runtime: string };
  derivePublicKey(seed: Uint8Array): Promise<Uint8Array>;
  createSigner(seed: Uint8Array, platform: Platform): Promise<Signer>;
}

/** What a recorder is made with, besides its options. */
export interface RecorderSetting {
  readonly platform: Platform;
  readonly host: LibraryHost;
  /** Runs the known-answer tests, once. @throws GaitError `unsupported` on a wrong answer */
  check(): Promise<void>;
}
