/** The work of `gait trust init`. */
import { GaitError } from "../../../core/finding/error.ts";
import { splitCertificates } from "../../../core/trust/pem-bundle.ts";
import { readPolicy } from "../../../core/trust/policy/read-policy.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { readKeyText } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { TrustInitOutput } from "../../../schema/answer/trust-file.ts";
import type { AuthorityDocument, TrustDocument } from "../../../schema/document/trust.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

export async function initTrust(call: Call): Promise<Answer<TrustInitOutput>> {
  const out = call.option("--out");
  if (out === undefined)
    throw new GaitError("invalid_input", "--out is missing", { hint: "Name the trust file to write." });
  const signers = await signersOf(call);
  const tsa = call.option("--tsa");
  const document: TrustDocument = {
    schema_id: "gait.trust",
    schema_version: "1.0.0",
    name: call.option("--name") ?? "",
    version: 1,
    signers,
    rules: [
      {
        for: ["run", "job", "guard"],
        need: [{ role: call.option("--role") ?? "", of: signers.map(({ id }) => id), at_least: atLeastOf(call) }],
      },
    ],
    ...(tsa === undefined ? {} : { authorities: [await authorityOf(tsa)] }),
  };
  assertPersons(signers, document.rules[0]?.need[0]?.at_least ?? 1);
  const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
  // Read as everybody will read it: what would be refused is not written.
  const { name, version, sha256, form } = await readPolicy(bytes, out, hostPlatform);
  const inputs = signersFiles(call).map(({ path }) => path);
  await writeAtomically(out, async (sink) => sink.write(bytes), { force: call.has("--force"), inputs });
  const text = rows(
    [
      ["trust file", `${out}, ${name} (v${version})`],
      ["sha256", sha256],
      ["signers", signers.map(({ id }) => id).join(", ")],
    ],
    call.stdout,
  );
  return { exit: EXIT.ok, json: { path: out, form, name, version, sha256, signers: signers.length }, text };
}

/** What the reader of the file would say of a file that nobody has yet. */
function assertPersons(signers: TrustDocument["signers"], atLeast: number): void {
  if (atLeast > signers.length) {
    throw new GaitError("invalid_input", `--at-least ${atLeast} asks for more persons than --signer names`, {
      hint: `Name ${atLeast} with --signer, or ask for fewer.`,
    });
  }
  const owners = new Map<string, string>();
  for (const { id, keys } of signers) {
    for (const { key } of keys) {
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new GaitError("invalid_input", `--signer ${owner} and --signer ${id} have the same key`, {
          hint: "A key is one person's: give each their own.",
        });
      }
      owners.set(key, id);
    }
  }
}

function signersFiles(call: Call): { readonly id: string; readonly path: string }[] {
  const given = call.options("--signer");
  if (given.length === 0)
    throw new GaitError("invalid_input", "--signer is missing", {
      hint: "Give each as ID=FILE: --signer alice=alice.pub.",
    });
  return given.map((text) => {
    const at = text.indexOf("=");
    if (at <= 0 || at === text.length - 1) {
      throw new GaitError("invalid_input", "--signer is not ID=FILE", {
        hint: "Give an id and the file of a public key: --signer alice=alice.pub.",
      });
    }
    return { id: text.slice(0, at), path: text.slice(at + 1) };
  });
}

async function signersOf(call: Call): Promise<TrustDocument["signers"]> {
  const keys = new Map<string, { key: string }[]>();
  for (const { id, path } of signersFiles(call)) {
    const { text } = await readKeyText({ path });
    // A file of minisign: the comment above the key is nobody's word.
    const key = /^untrusted comment:/i.test(text) ? (text.trim().split(/\r?\n/)[1] ?? "") : text.trim();
    const own = keys.get(id);
    if (own === undefined) keys.set(id, [{ key }]);
    else own.push({ key });
  }
  return [...keys].map(([id, own]) => ({ id, keys: own }));
}

function atLeastOf(call: Call): number {
  const text = call.option("--at-least") ?? "";
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new GaitError("invalid_input", `--at-least ${text} is not a number of persons`, {
    hint: "Give a whole number from 1.",
  });
}

const MAX_PEM_BYTES = 1024 * 1024;

async function authorityOf(path: string): Promise<AuthorityDocument> {
  const text = new TextDecoder().decode(await readInput(path, { limit: MAX_PEM_BYTES }));
  const { roots, others } = splitCertificates(text);
  if (roots.length === 0) {
    throw new GaitError("invalid_input", `${path} has no certificate that is its own issuer: a root is needed`, {
      hint: "Give the authority's root certificate in PEM, and its intermediates in the same file.",
    });
  }
  return { id: "tsa", roots, ...(others.length === 0 ? {} : { certificates: others }) };
}
