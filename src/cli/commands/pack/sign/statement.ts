/** A statement about a pack becomes a line beside it: signed at once, or in two steps. */
import { GaitError } from "../../../../core/finding/error.ts";
import { printable } from "../../../../core/text/printable.ts";
import { bundleLine, preAuthentication } from "../../../../core/trust/format/dsse.ts";
import { readStatement, type Statement } from "../../../../core/trust/format/statement.ts";
import { keyNames, NAME_OF_ALGORITHM, type VerificationKey } from "../../../../core/trust/key/public.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { addLines, type SidecarWritten } from "../../../../host/signing/sidecar-file.ts";
import type { PackSignOutput } from "../../../../schema/answer/pack.ts";
import type { Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { paint } from "../../../terminal/style.ts";
import { type PackToSign, placeWarnings } from "./opened-pack.ts";
import { broughtBack, publicKeyFor, type SigningWay, signMessage } from "./way.ts";

/** The file that gets the lines. */
function linesPath(call: Call, pack: PackToSign): string {
  return call.option("--out") ?? `${pack.path}.sigs.jsonl`;
}

type Members = { readonly path: string; readonly sha256: string };

/** Signs the statement now, and adds its line. */
export async function signStatement<M extends Members>(
  call: Call,
  way: SigningWay,
  pack: PackToSign,
  payload: Uint8Array,
  members: M,
): Promise<Signed<M>> {
  const { key, signature, warnings } = await signMessage(call, way, preAuthentication(payload));
  return addLine(call, pack, payload, { key, signature, warnings }, members);
}

/** The answer of a signing: the members given, and what was written. */
type Signed<M> = {
  readonly exit: typeof EXIT.ok;
  readonly json: M & {
    readonly key_id: string;
    readonly files: readonly SidecarWritten[];
    readonly warnings?: readonly string[];
  };
  readonly text: string;
  readonly notes: string;
};

async function addLine<M extends Members>(
  call: Call,
  pack: PackToSign,
  payload: Uint8Array,
  {
    key,
    signature,
    warnings: told,
  }: { readonly key: VerificationKey; readonly signature: Uint8Array; readonly warnings: readonly string[] },
  members: M,
): Promise<Signed<M>> {
  const written = await addLines(
    linesPath(call, pack),
    [bundleLine(payload, key, signature)],
    [...call.inputs, pack.path],
  );
  const warnings = [...told, ...placeWarnings(written.path, pack.path)];
  const json = { ...members, key_id: key.id, files: [written], ...(warnings.length > 0 ? { warnings } : {}) };
  return { exit: EXIT.ok, json, ...signedText(call, pack, key, [written], warnings) };
}

/** Writes the bytes that another machine signs. */
export async function writeToSign<M extends Members>(
  call: Call,
  pack: PackToSign,
  verb: "sign" | "attest",
  bytes: Uint8Array,
  members: M,
): Promise<{
  readonly exit: typeof EXIT.ok;
  readonly json: M & Pick<PackSignOutput, "files" | "to_sign">;
  readonly text: string;
}> {
  const path = call.option("--to-sign") ?? "";
  // Read now, so that a key that signs no packs is refused before anybody signs with it.
  const key = await publicKeyFor(call);
  await writeAtomically(path, async (sink) => sink.write(bytes), { inputs: [...call.inputs, pack.path], force: true });
  const json = { ...members, files: [], to_sign: { path, size: bytes.length } };
  const how = key.algorithm === "ed25519" ? "Ed25519, the bytes as they are" : "ECDSA with SHA-256";
  const next = `gait pack ${verb} ${pack.path} --public-key ${call.option("--public-key")} --signed ${path} --signature FILE`;
  const text = rows(
    [
      ["to sign", `${path}, ${bytes.length} bytes (${how})`],
      ["then", next],
    ],
    call.stdout,
  );
  return { exit: EXIT.ok, json, text };
}

/**
 * Adds the line of what was signed elsewhere: a statement about this pack, and nothing else. `members` makes the answer's of
 * the statement.
 */
export async function attachSigned<M extends Members>(
  call: Call,
  pack: PackToSign,
  members: (statement: Statement) => M,
): Promise<Signed<M>> {
  const { payload, ...made } = await broughtBack(call);
  const statement = readStatement(payload, pack.subject.sha256, pack.identity);
  const refuse = (why: string) =>
    new GaitError("invalid_signature", `what was signed is not about this pack: ${why}`, {
      hint: "Give the pack that --to-sign was given.",
    });
  if ("state" in statement) throw refuse(statement.note);
  if (!statement.isAbout) throw refuse("its subject has another SHA-256");
  if (statement.contradiction !== undefined) throw refuse(statement.contradiction);
  return addLine(call, pack, payload, made, members(statement));
}

export function signedText(
  call: Call,
  pack: PackToSign,
  key: VerificationKey,
  files: readonly SidecarWritten[],
  warnings: readonly string[],
): { readonly text: string; readonly notes: string } {
  const lines = rows(
    [
      ["key", `${NAME_OF_ALGORITHM[key.algorithm]} ${key.id}`],
      ["OpenSSH", keyNames(key, hostPlatform).openssh],
      ...files.map(
        ({ path, outcome }) => ["file", outcome === "unchanged" ? `${path}, where it was already` : path] as const,
      ),
    ],
    call.stdout,
    "  ",
  );
  return {
    text: `${paint("signed", "good", call.stdout)}  ${printable(pack.path)}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}
