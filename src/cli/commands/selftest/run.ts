/** The work of `gait selftest`. */
import type { CheckResult } from "../../../core/selftest/check.ts";
import { partsOf, selftest } from "../../../core/selftest/selftest.ts";
import { printable } from "../../../core/text/printable.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { createSigner } from "../../../host/platform/ed25519-native.ts";
import { thisMachine } from "../../../host/platform/machine.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type { SelftestOutput } from "../../../schema/answer/program.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call, Terminal } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

const HINT =
  "Don't trust this program's output on this machine. Get it again, compare its SHA-256 with the published one, and " +
  "if it is the same, report this with the output of gait selftest --json.";

export async function runSelftest(call: Call): Promise<Answer<SelftestOutput>> {
  return answerOf(call, await selftest(partsOf(hostPlatform, (seed) => createSigner(seed, hostPlatform))));
}

export function answerOf(call: Call, checks: readonly CheckResult[]): Answer<SelftestOutput> {
  const { version, commit, bun, target } = BUILD;
  const { os, arch, cpus, libc } = thisMachine(target);
  const failed = checks.filter(({ ok }) => !ok);
  const error = `${failed.length} of ${checks.length} checks failed: ${failed.map(({ name }) => name).join(", ")}`;
  const json: OwnMembers<SelftestOutput> = {
    ...{ version, commit, bun, target, os, arch, cpus },
    ...(libc === undefined ? {} : { libc }),
    passed: checks.length - failed.length,
    failed: failed.length,
    checks,
    ...(failed.length === 0
      ? {}
      : { error, error_code: "internal_failure", error_category: "internal_failure", hint: HINT, retryable: false }),
  };
  const processors = cpus === 1 ? "1 processor" : `${cpus} processors`;
  const about = rows(
    [
      ["version", version],
      ["commit", commit],
      ["bun", bun],
      ["target", target],
      ["runs on", [os, arch, processors, ...(libc === undefined ? [] : [libc])].join(", ")],
    ],
    call.stdout,
    "  ",
  );
  const text = `gait selftest\n${about}${checkLines(checks, call.stdout)}`;
  if (failed.length === 0) {
    return { exit: EXIT.ok, json, text: `${text}${paint("ok", "good", call.stdout)}  all ${checks.length} checks\n` };
  }
  const notes = `${paint("gait selftest", "bad", call.stderr)}: ${printable(error)}\n  hint: ${printable(HINT)}\n`;
  return { exit: EXIT.internal, json, text, notes };
}

function checkLines(checks: readonly CheckResult[], terminal: Terminal): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, shows, ok, error }) => {
      const mark = ok ? paint("ok    ", "good", terminal) : paint("FAILED", "bad", terminal);
      return `${mark}  ${name.padEnd(width)}  ${printable(ok ? shows : (error ?? ""))}\n`;
    })
    .join("");
}
