/** Times of X.509 and RFC 3161, as timestamps of contract 0.2 in UTC. */
import { isTimestamp } from "../../../schema/validate/format.ts";
import { type Der, DerError, TAG } from "./der.ts";

/** UTCTime (1950 to 2049) or GeneralizedTime, both with seconds and Z (RFC 5280 section 4.1.2.5). */
export function timeOf(element: Der | undefined): string {
  if (element?.tag !== TAG.utcTime) return generalizedTimeOf(element, false);
  const [, year = "", rest = ""] = /^(\d\d)(\d{10})Z$/.exec(textOf(element)) ?? [];
  return timestampOf(`${Number(year) < 50 ? "20" : "19"}${year}${rest}`, "");
}

/** GeneralizedTime; of a token with a fraction, without zeros at its end (RFC 3161 section 2.4.2). */
export function generalizedTimeOf(element: Der | undefined, hasFraction: boolean): string {
  if (element?.tag !== TAG.generalizedTime) throw new DerError("no time");
  const [, digits = "", fraction = ""] = /^(\d{14})(\.\d{0,8}[1-9])?Z$/.exec(textOf(element)) ?? [];
  if (fraction !== "" && !hasFraction) throw new DerError("a time with a fraction");
  return timestampOf(digits, fraction);
}

function timestampOf(digits: string, fraction: string): string {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`;
  if (!isTimestamp(text)) throw new DerError("a time that is none");
  return text;
}

function textOf({ body }: Der): string {
  return body.length > 32 ? "" : String.fromCharCode(...body);
}
