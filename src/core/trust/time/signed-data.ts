/** The CMS around a timestamp (RFC 5652, RFC 3161 section 2.4.2): one signer, signed attributes, and the certificates that came with it. */
import { type HashName, hashOf } from "./algorithm.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { children, type Der, DerError, explicit, integerOf, octetsOf, oidOf, TAG } from "./der.ts";

export interface SignedTimestamp {
  /** TSTInfo in DER. */
  readonly content: Uint8Array;
  /** Names and serial number of the signer's certificate. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly digest: HashName;
  readonly algorithm: Der;
  readonly signature: Uint8Array;
  /** The attributes as they are signed: as SET OF. */
  readonly attributes: Uint8Array;
  readonly messageDigest: Uint8Array;
  /** Hashes of the signer's certificate; empty: none is stated. */
  readonly certificateHashes: readonly { readonly hash: HashName | "SHA-1"; readonly digest: Uint8Array }[];
  /** Those that can be read: anybody may add some. */
  readonly certificates: readonly Certificate[];
}

const OID = {
  signedData: "1.2.840.113549.1.7.2",
  timestampInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
} as const;

/** @param token ContentInfo. @throws DerError, WeakError */
export function readSignedTimestamp(token: Der): SignedTimestamp {
  const [type, wrapped, ...more] = children(token);
  if (oidOf(type) !== OID.signedData || more.length > 0) throw new DerError("no SignedData");
  const [signedData, ...others] = children(wrapped, explicit(0));
  if (others.length > 0) throw new DerError("no SignedData");
  const [version, digests, content, ...rest] = children(signedData);
  if (integerOf(version) !== 3n || digests?.tag !== TAG.set) throw new DerError("a SignedData of another version");
  const certificates = rest[0]?.tag === explicit(0) ? children(rest.shift(), explicit(0)) : [];
  // Revocation lists: inert.
  if (rest[0]?.tag === explicit(1)) rest.shift();
  const signers = children(rest.shift(), TAG.set);
  const [signer, ...further] = signers;
  if (rest.length > 0 || signer === undefined || further.length > 0) throw new DerError("not exactly one signer");
  return {
    ...{ content: contentOf(content), ...signerOf(signer) },
    certificates: certificates.flatMap((certificate) => readable(certificate.bytes)),
  };
}

function contentOf(element: Der | undefined): Uint8Array {
  const [type, wrapped, ...more] = children(element);
  if (oidOf(type) !== OID.timestampInfo || more.length > 0) throw new DerError("the content is no TSTInfo");
  const [octets, ...others] = children(wrapped, explicit(0));
  if (others.length > 0) throw new DerError("the content is no TSTInfo");
  return octetsOf(octets);
}

function readable(bytes: Uint8Array): Certificate[] {
  try {
    return [readCertificate(bytes)];
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}

type Signer = Omit<SignedTimestamp, "content" | "certificates">;

function signerOf(element: Der): Signer {
  const [version, sid, digestAlgorithm, attributes, algorithm, signature, ...rest] = children(element);
  if (integerOf(version) !== 1n) throw new DerError("a signer of another version");
  const [issuer, serial, ...more] = children(sid);
  if (issuer === undefined || serial === undefined || more.length > 0)
    throw new DerError("the signer is not named by issuer and serial number");
  integerOf(serial);
  // Unsigned attributes: inert.
  if (rest.length > 1 || (rest[0] !== undefined && rest[0].tag !== explicit(1)))
    throw new DerError("a signer with more than its members");
  if (attributes?.tag !== explicit(0) || algorithm === undefined) throw new DerError("there are no signed attributes");
  const signed = children(attributes, explicit(0));
  assertSetOrder(signed);
  return {
    ...{
      issuer: issuer.bytes,
      serial: serial.body,
      digest: hashOf(digestAlgorithm),
      algorithm,
      signature: octetsOf(signature),
    },
    attributes: Uint8Array.of(TAG.set, ...attributes.bytes.subarray(1)),
    ...attributesOf(signed),
  };
}

/** What is signed is the SET OF in DER, whose elements are sorted by their bytes (RFC 5652 section 5.4). */
function assertSetOrder(elements: readonly Der[]): void {
  for (const [at, { bytes }] of elements.entries()) {
    const next = elements[at + 1]?.bytes;
    if (next !== undefined && compareBytes(bytes, next) > 0)
      throw new DerError("signed attributes that are not in order");
  }
}

/** As X.690 compares the elements of a SET OF: the shorter one padded with zeros; no two differ by those alone. */
function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function attributesOf(attributes: readonly Der[]): Pick<Signer, "messageDigest" | "certificateHashes"> {
  const found = new Map<string, Der>();
  for (const attribute of attributes) {
    const [type, values, ...more] = children(attribute);
    const name = oidOf(type);
    const [value, ...others] = children(values, TAG.set);
    if (value === undefined || more.length > 0) throw new DerError("no attribute");
    const isKnown = (Object.values(OID) as string[]).includes(name);
    if (isKnown && (others.length > 0 || found.has(name))) throw new DerError("a signed attribute twice");
    found.set(name, value);
  }
  if (oidOf(found.get(OID.contentType)) !== OID.timestampInfo) throw new DerError("the signed content type is another");
  return { messageDigest: octetsOf(found.get(OID.messageDigest)), certificateHashes: certificateHashes(found) };
}

/** ESSCertIDv2 (RFC 5816), and ESSCertID with SHA-1, which is a pointer only. The first of each is the signer's. */
function certificateHashes(attributes: ReadonlyMap<string, Der>): Signer["certificateHashes"] {
  const hashes: { hash: HashName | "SHA-1"; digest: Uint8Array }[] = [];
  const old = attributes.get(OID.signingCertificate);
  if (old !== undefined) {
    const [digest] = children(firstOf(old));
    hashes.push({ hash: "SHA-1", digest: octetsOf(digest) });
  }
  const current = attributes.get(OID.signingCertificateV2);
  if (current !== undefined) {
    const parts = children(firstOf(current));
    const hash = parts[0]?.tag === TAG.sequence ? hashOf(parts.shift()) : "SHA-256";
    hashes.push({ hash, digest: octetsOf(parts[0]) });
  }
  return hashes;
}

function firstOf(element: Der): Der {
  const [list] = children(element);
  const [first] = children(list);
  if (first === undefined) throw new DerError("no certificate is named");
  return first;
}
