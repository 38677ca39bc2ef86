/** The work of `gait pack attest`: what verification found, or a statement of the caller's, signed. */

import { GaitError } from "../../../../core/finding/error.ts";
import { isObject, jsonInputError } from "../../../../core/json/document.ts";
import { JsonError } from "../../../../core/json/error.ts";
import { parseJson } from "../../../../core/json/parse.ts";
import { sameDigest } from "../../../../core/signature/digest.ts";
import { preAuthentication } from "../../../../core/trust/format/dsse.ts";
import { COUNTERSIGNATURE, type StatementSubject, statementBytes } from "../../../../core/trust/format/statement.ts";
import { readInput } from "../../../../host/files/input.ts";
import type { FileOptions } from "../../../../host/packs/artifact-file.ts";
import type { PackAttestOutput, PackFailure } from "../../../../schema/answer/pack.ts";
import type { JsonObject } from "../../../../schema/document/primitives.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { clockOf, policyOf } from "../../../flags/policy.ts";
import { UNKEYED } from "../../artifact.ts";
import { type PackToSign, withSoundPack } from "./opened-pack.ts";
import { attachSigned, signStatement, writeToSign } from "./statement.ts";
import { wayOf } from "./way.ts";

/** in-toto's Simple Verification Result. */
const SVR = "https://in-toto.io/attestation/svr/v0.2";
const VERIFIER = "https://gait.dev/verifier/v1";
const MAX_PREDICATE_BYTES = 4 * 1024 * 1024;

export async function attestPack(call: Call): Promise<Answer<PackAttestOutput | PackFailure>> {
  const way = wayOf(call, "attest");
  const own = await ownPredicate(call, way === "signed");
  const trust = call.option("--trust");
  if (trust === undefined) {
    for (const flag of ["--bundle", "--trust-sha256", "--revoked", "--at"] as const) {
      if (call.has(flag))
        throw new GaitError("invalid_input", `${flag} is given without --trust`, {
          hint: "Give the trust file too: --trust FILE.",
        });
    }
  }
  const options: FileOptions = {
    ...{ ...UNKEYED, limits: limitsOf(call) },
    ...(trust === undefined ? {} : { trust: await policyOf(call, trust) }),
  };
  return withSoundPack<PackAttestOutput>(call, "attest", options, async (pack) => {
    if (way === "signed") {
      return attachSigned(call, pack, ({ predicateType, subjects }) => ({
        ...{ ...pack.members, format: "dsse" as const, predicate_type: predicateType, subjects },
      }));
    }
    const subjects = subjectsOf(pack, call.has("--contents"));
    const found = own ?? verificationResult(call, pack);
    const payload = statementBytes(subjects, found.type, found.predicate);
    const { properties } = found;
    const members = {
      ...{ ...pack.members, format: "dsse" as const, predicate_type: found.type, subjects: subjects.length },
      ...(properties === undefined ? {} : { properties }),
    };
    if (way === "to sign") return writeToSign(call, pack, "attest", preAuthentication(payload), members);
    return signStatement(call, way, pack, payload, members);
  });
}

interface Predicate {
  readonly type: string;
  readonly predicate: JsonObject;
  readonly properties?: readonly string[];
}

async function ownPredicate(call: Call, isSigned: boolean): Promise<Predicate | undefined> {
  const [file, type] = [call.option("--predicate"), call.option("--predicate-type")];
  if (isSigned && (file !== undefined || type !== undefined || call.has("--contents"))) {
    throw new GaitError("invalid_input", "what was signed is a statement already", {
      hint: "Give --predicate and --contents with --to-sign.",
    });
  }
  if (file === undefined && type === undefined) return undefined;
  if (file === undefined || type === undefined || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(type)) {
    throw new GaitError("invalid_input", "--predicate and --predicate-type belong together, and the type is a URI", {
      hint: "Give both: --predicate review.json --predicate-type https://example.com/review/v1.",
    });
  }
  if (type === COUNTERSIGNATURE || type === SVR) {
    throw new GaitError("invalid_input", `statements of type ${type} are made by gait`, {
      hint: "Use `gait pack sign`, or leave --predicate out.",
    });
  }
  return { type, predicate: await predicateIn(file) };
}

async function predicateIn(file: string): Promise<JsonObject> {
  const bytes = await readInput(file, { limit: MAX_PREDICATE_BYTES });
  try {
    const value = parseJson(bytes);
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, file);
    throw error;
  }
  throw new GaitError("invalid_input", `${file} is not a JSON object`, {
    hint: "Give the predicate as a JSON object.",
  });
}

/** The pack file first, then each declared file, once each. */
function subjectsOf({ subject, files }: PackToSign, withContents: boolean): StatementSubject[] {
  if (!withContents) return [subject];
  const inside = files.map(({ path, sha256 }) => ({ name: path, sha256: sha256.toLowerCase() }));
  return [subject, ...inside.filter(({ sha256 }) => !sameDigest(sha256, subject.sha256))];
}

function verificationResult(call: Call, { verification: { verdict, trust } }: PackToSign): Predicate {
  const roles = (trust?.needs ?? []).map(({ role }) => `GAIT_ROLE_${role.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`);
  const properties = ["GAIT_INTACT", ...(verdict === "authentic" ? ["GAIT_AUTHENTIC", ...new Set(roles)] : [])];
  const policies = trust === undefined ? {} : { policies: [{ name: trust.name, digest: { sha256: trust.sha256 } }] };
  const timeCreated = trust?.at ?? clockOf(call).at;
  const predicate: JsonObject = { verifier: { id: VERIFIER }, timeCreated, ...policies, properties };
  return { type: SVR, predicate, properties };
}
