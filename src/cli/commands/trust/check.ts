/** The work of `gait trust check`. */
import { errorMembers, GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { examinePolicy, MAX_TRUST_BYTES } from "../../../core/trust/policy/read-policy.ts";
import { policyChanges, policyWarnings } from "../../../core/trust/policy/text.ts";
import { readInput } from "../../../host/files/input.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { TrustCheckOutput, TrustFailure } from "../../../schema/answer/trust-file.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { clockOf, loadPolicy } from "../../flags/policy.ts";
import { warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

export async function checkTrust(call: Call): Promise<Answer<TrustCheckOutput | TrustFailure>> {
  const [path = ""] = call.positionals;
  const bytes = await readInput(path, { limit: MAX_TRUST_BYTES, limitHint: "Give a trust file." });
  const { policy, faults } = await examinePolicy(bytes, hostPlatform);
  if (policy === undefined)
    return refused(
      call,
      path,
      faults.map(({ text }) => text),
    );
  const previous = call.option("--previous");
  const { changes, fault } =
    previous === undefined
      ? { changes: undefined, fault: undefined }
      : policyChanges(await loadPolicy(previous), policy);
  if (fault !== undefined) return refused(call, path, [fault]);
  const { form, name, version, sha256 } = policy;
  const warnings = policyWarnings(policy, clockOf(call).at);
  const text = rows(
    [
      ["sound", path],
      ["name", version === 0 ? name : `${name} (v${version})`],
      ["sha256", sha256],
      ...(changes ?? []).map((change) => ["change", change] as const),
    ],
    call.stdout,
  );
  return {
    exit: EXIT.ok,
    json: {
      path,
      form,
      name,
      version,
      sha256,
      ...(changes === undefined ? {} : { changes }),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text,
    notes: warningLines(warnings, call.stderr),
  };
}

function refused(call: Call, path: string, faults: readonly string[]): Answer<TrustFailure> {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const error = new GaitError("invalid_trust", `the trust file ${path} can't be used: ${count}: ${faults[0] ?? ""}`, {
    hint: "Correct it: until then every verification with it is refused.",
  });
  const lines = faults.map((fault) => `  ${printable(fault)}\n`).join("");
  const notes = `${paint("refused", "bad", call.stderr)}  ${printable(path)}: ${count}\n${lines}`;
  return { exit: EXIT.invalidInput, json: { ...errorMembers(error), path, faults }, text: "", notes };
}
