/** The work of `gait viewer`. */

import { GaitError } from "../../../core/finding/error.ts";
import { sha256Hex } from "../../../core/signature/digest.ts";
import { printable } from "../../../core/text/printable.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { viewerPage } from "../../../host/viewer-page.ts";
import type { ViewerWrittenOutput } from "../../../schema/answer/program.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

/** @throws GaitError `invalid_input` without `--out`, and what writing throws */
export async function writeViewer(call: Call): Promise<Answer<ViewerWrittenOutput>> {
  const path = call.option("--out");
  if (path === undefined) {
    throw new GaitError("invalid_input", "--out is missing: it names the page to write", {
      hint: "gait viewer --out verify.html",
    });
  }
  const page = new TextEncoder().encode(viewerPage());
  await writeAtomically(path, async (sink) => sink.write(page), { force: call.has("--force") });
  const { version, commit } = BUILD;
  const sha256 = sha256Hex(hostPlatform, page);
  const lines = rows(
    [
      ["sha256", sha256],
      ["size", `${page.length} bytes`],
      ["gait", `${version}, commit ${commit}`],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: { path, sha256, size: page.length, version, commit },
    text: `the verifier page  ${printable(path)}\n${lines}`,
  };
}
