/**
 * The ssh-agent protocol (draft-miller-ssh-agent), as far as a signature needs it: list the keys, sign. Only for commands
 * that sign, and only when asked for: verification opens no socket.
 */
import { connect, type Socket } from "node:net";
import { GaitError } from "../../core/finding/error.ts";
import type { Hashing } from "../../core/signature/digest.ts";
import { sshBlobOf, type VerificationKey } from "../../core/trust/key/public.ts";
import { sshBlobKey } from "../../core/trust/key/read-public.ts";
import { joined, SshReader, sshString, uint32 } from "../../core/trust/key/ssh-wire.ts";

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;

const MAX_ANSWER_BYTES = 1024 * 1024;
/** A key may wait for a touch, or for a person to say yes. */
const SIGN_WAIT_MS = 120_000;
const LIST_WAIT_MS = 10_000;

export interface SshAgent {
  /** Its keys that sign packs, in its order. */
  keys(): Promise<readonly VerificationKey[]>;
  /** The signature in SSH's form: a string of its type and a string of its bytes. */
  sign(key: VerificationKey, message: Uint8Array): Promise<Uint8Array>;
}

/** @param path the socket: the value of SSH_AUTH_SOCK. @throws GaitError `invalid_input` */
export function sshAgent(path: string | undefined, hashing: Hashing): SshAgent {
  if (path === undefined || path === "") {
    throw new GaitError("invalid_input", "SSH_AUTH_SOCK is not set, so that no ssh-agent is known", {
      hint: 'Start one and add your key: `eval "$(ssh-agent)"`, `ssh-add FILE`.',
    });
  }
  return {
    async keys() {
      const answer = await exchange(path, Uint8Array.of(REQUEST_IDENTITIES), LIST_WAIT_MS);
      const count = answer.take(1)?.[0] === IDENTITIES_ANSWER ? answer.uint32() : undefined;
      if (count === undefined) throw refused("did not list its keys");
      const keys: VerificationKey[] = [];
      for (let index = 0; index < count; index += 1) {
        const [blob, comment] = [answer.string(), answer.string()];
        if (blob === undefined || comment === undefined) throw refused("gave a damaged list of keys");
        keys.push(...usable(blob, hashing));
      }
      return keys;
    },
    async sign(key, message) {
      const request = joined(Uint8Array.of(SIGN_REQUEST), sshString(sshBlobOf(key)), sshString(message), uint32(0));
      const answer = await exchange(path, request, SIGN_WAIT_MS);
      const blob = answer.take(1)?.[0] === SIGN_RESPONSE ? answer.string() : undefined;
      if (blob === undefined) throw refused("did not sign: it does not hold that key, or somebody said no");
      return blob;
    },
  };
}

function usable(blob: Uint8Array, hashing: Hashing): VerificationKey[] {
  try {
    return [sshBlobKey(blob, hashing)];
  } catch (error) {
    if (error instanceof GaitError) return [];
    throw error;
  }
}

function refused(what: string): GaitError {
  return new GaitError("invalid_key", `the ssh-agent ${what}`, {
    hint: "`ssh-add -l` lists its keys; `ssh-add FILE` adds one.",
  });
}

/** One request, one answer. */
async function exchange(path: string, request: Uint8Array, waitMs: number): Promise<SshReader> {
  const socket = connect({ path });
  const timer = setTimeout(() => socket.destroy(refused("did not answer in time")), waitMs);
  try {
    socket.write(joined(uint32(request.length), request));
    return new SshReader(await answerOf(socket));
  } catch (error) {
    if (error instanceof GaitError) throw error;
    throw new GaitError("invalid_input", "the ssh-agent of SSH_AUTH_SOCK can't be reached", {
      hint: "Check that it runs: `ssh-add -l`.",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function answerOf(socket: Socket): Promise<Uint8Array> {
  let received = new Uint8Array(0);
  for await (const chunk of socket) {
    received = new Uint8Array(joined(received, chunk as Uint8Array));
    const length = received.length < 4 ? undefined : new DataView(received.buffer).getUint32(0);
    if (length === undefined) continue;
    if (length > MAX_ANSWER_BYTES) throw refused("gave an answer that is too long");
    if (received.length >= 4 + length) return received.subarray(4, 4 + length);
  }
  throw refused("closed the connection");
}
