/** `--since AGE` of the commands that look at what is new. */
import { inputTime } from "../../core/time/timestamp.ts";
import type { Call } from "../command/command.ts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds since 1970: so long ago (`7d`, `12h`), or from that time or day on. @throws GaitError `invalid_input` */
export function sinceOf(call: Call): number | undefined {
  const text = call.option("--since");
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return call.now() - Number(count) * (UNIT_MS[unit] as number);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  return Date.parse(inputTime(time, "--since") ?? "");
}
