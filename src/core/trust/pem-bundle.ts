/** Certificates in one PEM file: roots, which are their own issuer, and the others. Whether they are fit is judged later. */
import { DER, derElements, parsePem } from "../signature/pem.ts";
import { sameBytes } from "./key/ssh-wire.ts";

export function splitCertificates(text: string): { readonly roots: string[]; readonly others: string[] } {
  const roots: string[] = [];
  const others: string[] = [];
  for (const [block] of text.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)) {
    const der = parsePem(block)?.der;
    if (der === undefined) continue;
    (isOwnIssuer(der) ? roots : others).push(`${block.replaceAll("\r\n", "\n")}\n`);
  }
  return { roots, others };
}

/** TBSCertificate (RFC 5280 section 4.1): version, serial number, algorithm, issuer, validity, subject, … */
function isOwnIssuer(der: Uint8Array): boolean {
  const [certificate] = derElements(der) ?? [];
  const [tbs] = (certificate?.tag === DER.sequence && derElements(certificate.body)) || [];
  const parts = (tbs?.tag === DER.sequence && derElements(tbs.body)) || [];
  const [, , issuer, , subject] = parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  return issuer !== undefined && subject !== undefined && sameBytes(issuer.body, subject.body);
}
