/** The work of `gait pack sign`. */
import { basename, dirname, join } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { preAuthentication } from "../../../../core/trust/format/dsse.ts";
import { sshSignatureBlob, sshsigMessage, writeSshsig } from "../../../../core/trust/format/sshsig.ts";
import { COUNTERSIGNATURE, countersignatureStatement } from "../../../../core/trust/format/statement.ts";
import { writeBeside, writeNamed } from "../../../../host/signing/sidecar-file.ts";
import type { PackFailure, PackSignOutput } from "../../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { UNKEYED } from "../../artifact.ts";
import { addSignatures } from "./add.ts";
import { type PackToSign, placeWarnings, withSoundPack } from "./opened-pack.ts";
import { attachSigned, signedText, signStatement, writeToSign } from "./statement.ts";
import { type SigningWay, signMessage, wayOf } from "./way.ts";

export async function signPack(call: Call): Promise<Answer<PackSignOutput | PackFailure>> {
  const way = wayOf(call, "sign");
  const format = call.option("--format") ?? (way === "agent" ? "ssh" : "dsse");
  assertFits(call, way, format);
  return withSoundPack<PackSignOutput>(call, "sign", { ...UNKEYED, limits: limitsOf(call) }, (pack) => {
    if (way === "add") return addSignatures(call, pack);
    return format === "ssh" ? signSsh(call, way, pack) : signDsse(call, way, pack);
  });
}

/** Flags that would say something that the format or the way can't. */
function assertFits(call: Call, way: SigningWay, format: string): void {
  const said = ["--role", "--comment"].filter((flag) => call.has(flag as "--role"));
  const refuse = (what: string, hint: string) => {
    throw new GaitError("invalid_input", what, { hint });
  };
  if (said.length > 0 && way === "add")
    refuse(`${said[0]} is given, but what is added is signed already`, "Leave it out.");
  if (said.length > 0 && way === "signed")
    refuse(`${said[0]} is given, but what was signed says it already`, "Give it with --to-sign.");
  if (said.length > 0 && format === "ssh") {
    refuse(`${said[0]} is given, but SSHSIG signs the file alone: it has no place for it`, "Give --format dsse.");
  }
  if (format === "ssh" && (way === "to sign" || way === "signed")) {
    refuse("--format ssh is not made in two steps", "Use `ssh-keygen -Y sign -n file`, and --add its file.");
  }
  if (call.has("--format") && way === "add")
    refuse("--format is given, but what is added has its format already", "Leave it out.");
  if (call.has("--namespace") && format !== "ssh")
    refuse("--namespace is given without --format ssh", "Give --format ssh.");
  const role = call.option("--role");
  if (role !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(role)) {
    refuse(
      "--role is not an id of letters, digits and ._@+-",
      "Give the role as the trust file names it: --role approver.",
    );
  }
  const comment = call.option("--comment");
  if (comment !== undefined && (comment.trim() === "" || comment.length > MAX_COMMENT || !comment.isWellFormed())) {
    refuse(`--comment is blank, or longer than ${MAX_COMMENT} characters`, "Give a sentence.");
  }
}

const MAX_COMMENT = 1000;

async function signDsse(call: Call, way: SigningWay, pack: PackToSign): Promise<Answer<PackSignOutput>> {
  const said = { role: call.option("--role"), comment: call.option("--comment") };
  if (way === "signed") {
    return attachSigned(call, pack, ({ predicateType, role, comment }) => ({
      ...{ ...pack.members, format: "dsse" as const, predicate_type: predicateType },
      ...(role === undefined ? {} : { role }),
      ...(comment === undefined ? {} : { comment }),
    }));
  }
  const payload = countersignatureStatement(pack.subject, pack.identity, said);
  const shown = {
    ...(said.role === undefined ? {} : { role: said.role }),
    ...(said.comment === undefined ? {} : { comment: said.comment }),
  };
  const members = { ...pack.members, ...shown, format: "dsse", predicate_type: COUNTERSIGNATURE } as const;
  if (way === "to sign") return writeToSign(call, pack, "sign", preAuthentication(payload), members);
  return signStatement(call, way, pack, payload, members);
}

async function signSsh(call: Call, way: SigningWay, pack: PackToSign): Promise<Answer<PackSignOutput>> {
  const namespace = call.option("--namespace") ?? "file";
  if (!/^[\x21-\x7e]+$/.test(namespace)) {
    throw new GaitError("invalid_input", "--namespace is not a word of plain ASCII", {
      hint: "Give a name like file or evidence@example.com.",
    });
  }
  const { key, signature, warnings: told } = await signMessage(call, way, sshsigMessage(namespace, pack.sha512));
  const bytes = new TextEncoder().encode(writeSshsig(key, namespace, sshSignatureBlob(key, signature)));
  const inputs = [...call.inputs, pack.path];
  const out = call.option("--out");
  const written =
    out === undefined
      ? await writeBeside(besidePath(pack.path, key.id), "sig", bytes, inputs)
      : await writeNamed(out, bytes, inputs);
  const warnings = [...told, ...placeWarnings(written.path, pack.path)];
  const json = {
    ...pack.members,
    key_id: key.id,
    format: "ssh",
    files: [written],
    ...(warnings.length > 0 ? { warnings } : {}),
  } as const;
  return { exit: EXIT.ok, json, ...signedText(call, pack, key, [written], warnings) };
}

/** `PACK.<first 16 digits of the key id>`, to which the ending is added. */
function besidePath(pack: string, keyId: string): string {
  return join(dirname(pack), `${basename(pack)}.${keyId.slice(0, 16)}`);
}
