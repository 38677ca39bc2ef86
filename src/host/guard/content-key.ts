/** The key of `gait guard encrypt` and `decrypt` (contract 3.8): base64 of 32 bytes, from a variable or from a program. */
import { decodeBase64 } from "../../core/bytes/encoding.ts";
import { GaitError } from "../../core/finding/error.ts";
import { errnoOf } from "../files/errno.ts";

export type ContentKeySource =
  | { readonly mode: "env"; readonly name: string }
  | { readonly mode: "command"; readonly command: string; readonly args: readonly string[] };

/** A key has 44 characters; what is longer by far is none. */
const MAX_KEY_TEXT = 4096;

/** @throws GaitError `invalid_key`, `invalid_input`; no message has any part of the key in it */
export async function contentKey(
  source: ContentKeySource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Uint8Array> {
  if (source.mode === "env") {
    const text = env[source.name]?.trim() ?? "";
    if (text === "") {
      throw new GaitError("invalid_key", `the environment variable ${source.name} has no key`, { hint: HINT });
    }
    return decoded(text, `the environment variable ${source.name}`);
  }
  return decoded((await printed(source)).trim(), `what ${source.command} printed`);
}

const HINT = "A key is 32 random bytes in base64: `head -c 32 /dev/urandom | base64`.";

function decoded(text: string, where: string): Uint8Array {
  const bytes = text.length > MAX_KEY_TEXT ? undefined : decodeBase64(text);
  if (bytes?.length === 32) return bytes;
  const is = bytes === undefined ? "is not base64" : `has ${bytes.length} bytes, and a key has 32`;
  throw new GaitError("invalid_key", `${where} ${is}`, { hint: HINT });
}

/** Started without a shell. Its messages, and its question for a password, are for the person at the terminal. */
async function printed({ command, args }: Extract<ContentKeySource, { mode: "command" }>): Promise<string> {
  let child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  try {
    child = Bun.spawn([command, ...args], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  } catch (error) {
    const why = errnoOf(error) === "EACCES" ? "may not be run by this user" : "was not found";
    throw new GaitError("invalid_input", `the key command ${command} ${why}`, {
      hint: "Give a program with --key-command, and its arguments with --key-command-args a,b.",
      cause: error,
    });
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length <= MAX_KEY_TEXT) continue;
    child.kill();
    throw new GaitError("invalid_key", `the key command ${command} printed more than a key`, { hint: HINT });
  }
  const exit = await child.exited;
  if (exit === 0) return text;
  throw new GaitError("invalid_input", `the key command ${command} ended with exit ${exit}`, { hint: HINT });
}
