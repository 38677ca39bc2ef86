/**
 * What became of a timestamp token (RFC 3161). A token is data: whatever is wrong with it becomes a state, and nothing is
 * thrown or fetched.
 */
import type { TimestampState } from "../../../schema/account/trust.ts";
import type { AuthorityDocument } from "../../../schema/document/trust.ts";
import type { Platform } from "../../platform/platform.ts";

/** Digests that a token may state of what it stamps. */
export type ImprintAlgorithm = "sha256" | "sha384" | "sha512";

/** What a token must be over: its digest by the algorithm that the token names. */
export interface Stamped {
  digest(algorithm: ImprintAlgorithm): Promise<Uint8Array> | Uint8Array;
}

export interface TokenJudgement {
  readonly state: TimestampState;
  /** What the token says, as far as it could be read; believed only where the state is `trusted`. UTC, contract 0.2. */
  readonly genTime?: string;
  /** Id of the authority of the trust file under which it was judged. */
  readonly authority?: string;
  /** Dotted object identifier. */
  readonly policy?: string;
  /** Decimal. */
  readonly serial?: string;
  /** Seconds as a decimal, `1.5`. */
  readonly accuracy?: string;
  readonly nonce?: string;
  /** Why it has this state; for people. */
  readonly note?: string;
}

/** An authority of a trust file, read. Plain data, so that it can cross threads. */
export interface Authority {
  readonly id: string;
  readonly name?: string;
  /** The member as it stands in the trust file. */
  readonly document: AuthorityDocument;
}

/** What a token says it is over. */
export interface TokenImprint {
  readonly algorithm: ImprintAlgorithm;
  readonly digest: Uint8Array;
  readonly nonce?: string;
}

/** What reads and judges tokens. */
export interface TimeReading {
  /** @throws GaitError `invalid_trust` with a message that begins with `where`, a JSON path of the trust file */
  readAuthority(document: AuthorityDocument, where: string, platform: Platform): Promise<Authority> | Authority;
  /** The algorithm of the imprint; `undefined` of what is no token. Cheap: decides which digest of a file is taken. */
  imprintOf(token: Uint8Array): TokenImprint | undefined;
  /** Never throws. `at` is the clock, UTC, contract 0.2. */
  judgeToken(
    token: Uint8Array,
    stamped: Stamped,
    authorities: readonly Authority[],
    at: string,
    platform: Platform,
  ): Promise<TokenJudgement>;
}
