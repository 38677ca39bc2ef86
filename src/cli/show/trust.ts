/** What a trust file says of a pack, as text: the file and the clock, then each signature and timestamp with its state. */
import { signatureText, stateText, timestampText } from "../../core/trust/report-text.ts";
import type { TrustReport } from "../../schema/account/trust.ts";
import type { Terminal } from "../command/command.ts";
import { rows } from "../terminal/rows.ts";

export function trustLines(trust: TrustReport, terminal: Terminal): string {
  const { name, version, sha256, at, clock, signatures, timestamps } = trust;
  const head = rows(
    [
      ["trust file", `${name}${version === 0 ? "" : ` (v${version})`}, SHA-256 ${sha256}`],
      ["as of", `${at}, ${clock === "given" ? "given with --at" : "by this machine's clock"}`],
    ],
    terminal,
    "  ",
  );
  const items = [
    ...signatures.map((each) => [stateText(each.state), signatureText(each)] as const),
    ...timestamps.map((each) => [`time ${stateText(each.state)}`, timestampText(each)] as const),
  ];
  return head + rows(items, terminal, "  ");
}
