/**
 * Mach-O files of 64 bits and their code signature (Apple's <mach-o/loader.h> and xnu's cs_blobs.h): what macOS checks
 * before it runs a page. A signature here is ad hoc: it names no signer, it only shows that the pages are as they were
 * signed. Without a valid one arm64 kills the program at once, and x64 when a page with a wrong hash is touched.
 */
import { createHash } from "node:crypto";

const MAGIC_64 = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const SLOT_CODE_DIRECTORY = 0;
const SHA256 = 2;
const FLAG_ADHOC = 0x2;
const EXEC_MAIN_BINARY = 0x1n;
/** The last version before the fields of the hardened runtime; it has the limits of the executable segment. */
const DIRECTORY_VERSION = 0x20400;
const DIRECTORY_SIZE = 88;
const PAGE_SHIFT = 12;

interface Segment {
  readonly name: string;
  /** Where its load command begins. */
  readonly at: number;
  readonly address: bigint;
  readonly memory: bigint;
  readonly offset: number;
  readonly size: number;
}

export interface MachO {
  readonly cpu: "x64" | "arm64" | "other";
  readonly segments: readonly Segment[];
  /** The LC_CODE_SIGNATURE: where its command begins, and its target. */
  readonly signature: { readonly at: number; readonly offset: number; readonly size: number };
}

/** Reads the load commands, and checks that each is within bounds. @throws Error */
export function parseMachO(bytes: Uint8Array): MachO {
  const view = viewOf(bytes);
  if (bytes.length < 32 || view.getUint32(0, true) !== MAGIC_64) throw new Error("not a Mach-O file of 64 bits");
  const cpu = ({ 16777223: "x64", 16777228: "arm64" } as const)[view.getUint32(4, true)] ?? "other";
  const commandsEnd = 32 + view.getUint32(20, true);
  const segments: Segment[] = [];
  let signature: MachO["signature"] | undefined;
  let at = 32;
  for (let left = view.getUint32(16, true); left > 0; left -= 1) {
    if (at + 8 > commandsEnd || commandsEnd > bytes.length) throw new Error("a load command is outside the header");
    const command = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    if (size < 8 || at + size > commandsEnd) throw new Error(`the load command at ${at} has the wrong size ${size}`);
    if (command === LC_SEGMENT_64) segments.push(segmentAt(bytes, view, at));
    if (command === LC_CODE_SIGNATURE) {
      signature = { at, offset: view.getUint32(at + 8, true), size: view.getUint32(at + 12, true) };
    }
    at += size;
  }
  if (at !== commandsEnd) throw new Error("the load commands do not fill the header");
  if (signature === undefined) throw new Error("there is no code signature");
  if (signature.offset + signature.size !== bytes.length) throw new Error("the code signature does not end the file");
  return { cpu, segments, signature };
}

function segmentAt(bytes: Uint8Array, view: DataView, at: number): Segment {
  const segment = {
    name: new TextDecoder().decode(bytes.subarray(at + 8, at + 24)).replace(/\0.*$/s, ""),
    at,
    address: view.getBigUint64(at + 24, true),
    memory: view.getBigUint64(at + 32, true),
    offset: Number(view.getBigUint64(at + 40, true)),
    size: Number(view.getBigUint64(at + 48, true)),
  };
  if (segment.offset + segment.size > bytes.length) throw new Error(`${segment.name} ends after the end of the file`);
  if (BigInt(segment.size) > segment.memory) throw new Error(`${segment.name} has more bytes than memory`);
  return segment;
}

export interface SignatureCheck {
  readonly pages: number;
  /** Indexes of pages whose hash is not the one that was signed. */
  readonly wrong: readonly number[];
  readonly isAdHoc: boolean;
  readonly identifier: string;
}

/** Hashes every page as the kernel would. @throws Error for an invalid signature */
export function checkCodeSignature(bytes: Uint8Array): SignatureCheck {
  const { signature } = parseMachO(bytes);
  const blob = bytes.subarray(signature.offset);
  const view = viewOf(blob);
  if (blob.length < 12 || view.getUint32(0) !== SUPER_BLOB) throw new Error("the code signature has the wrong magic");
  if (view.getUint32(4) > blob.length) throw new Error("the code signature is truncated");
  const at = codeDirectoryOffset(view);
  if (view.getUint32(at) !== CODE_DIRECTORY) throw new Error("the code directory has the wrong magic");
  if (view.getUint8(at + 36) !== 32 || view.getUint8(at + 37) !== SHA256) throw new Error("the hashes are not SHA-256");
  const pages = view.getUint32(at + 28);
  const limit = view.getUint32(at + 32);
  const pageSize = 2 ** view.getUint8(at + 39);
  if (limit !== signature.offset || pages !== Math.ceil(limit / pageSize)) {
    throw new Error(`${pages} pages up to ${limit} are signed, and the code ends at ${signature.offset}`);
  }
  const hashes = at + view.getUint32(at + 16);
  const wrong: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const signed = blob.subarray(hashes + page * 32, hashes + page * 32 + 32);
    if (!pageHash(bytes, page, pageSize, limit).equals(signed)) wrong.push(page);
  }
  const nameAt = at + view.getUint32(at + 20);
  const identifier = new TextDecoder().decode(blob.subarray(nameAt, blob.indexOf(0, nameAt)));
  return { pages, wrong, isAdHoc: (view.getUint32(at + 12) & FLAG_ADHOC) !== 0, identifier };
}

function codeDirectoryOffset(view: DataView): number {
  for (let index = 0; index < view.getUint32(8); index += 1) {
    if (view.getUint32(12 + index * 8) === SLOT_CODE_DIRECTORY) return view.getUint32(16 + index * 8);
  }
  throw new Error("the code signature has no code directory");
}

/** The same program with its signature replaced by an ad hoc one over its pages. */
export function signAdHoc(bytes: Uint8Array, identifier: string): Uint8Array {
  const { segments, signature } = parseMachO(bytes);
  const text = segments.find(({ name }) => name === "__TEXT");
  const linkEdit = segments.find(({ name }) => name === "__LINKEDIT");
  if (text === undefined || linkEdit === undefined) throw new Error("there is no __TEXT or no __LINKEDIT");
  const limit = signature.offset;
  const name = new TextEncoder().encode(`${identifier}\0`);
  const pageSize = 2 ** PAGE_SHIFT;
  const pages = Math.ceil(limit / pageSize);
  const hashOffset = DIRECTORY_SIZE + name.length;
  const directorySize = hashOffset + pages * 32;
  const blobSize = 20 + directorySize;
  // The file ends at a multiple of 16, as `codesign` leaves it.
  const signatureSize = Math.ceil(blobSize / 16) * 16;

  const signed = new Uint8Array(limit + signatureSize);
  signed.set(bytes.subarray(0, limit));
  const header = viewOf(signed);
  header.setUint32(signature.at + 12, signatureSize, true);
  // The header is part of the first page: it must be final before that is hashed.
  const linkEditSize = signed.length - linkEdit.offset;
  header.setBigUint64(linkEdit.at + 48, BigInt(linkEditSize), true);
  header.setBigUint64(linkEdit.at + 32, BigInt(Math.ceil(linkEditSize / 0x4000) * 0x4000), true);

  const view = viewOf(signed.subarray(limit));
  // Super blob: magic, length, one blob, its slot and offset.
  for (const [index, value] of [SUPER_BLOB, blobSize, 1, SLOT_CODE_DIRECTORY, 20].entries()) {
    view.setUint32(index * 4, value);
  }
  const fields = [
    CODE_DIRECTORY,
    directorySize,
    DIRECTORY_VERSION,
    FLAG_ADHOC,
    hashOffset,
    DIRECTORY_SIZE,
    0,
    pages,
    limit,
  ];
  for (const [index, value] of fields.entries()) view.setUint32(20 + index * 4, value);
  // Size and kind of a hash, the platform (none), the page size.
  signed.set([32, SHA256, 0, PAGE_SHIFT], limit + 20 + 36);
  // Spare fields, scatter, team and the limit of 64 bits stay 0; then the executable segment.
  view.setBigUint64(20 + 64, BigInt(text.offset));
  view.setBigUint64(20 + 72, BigInt(text.size));
  view.setBigUint64(20 + 80, EXEC_MAIN_BINARY);
  signed.set(name, limit + 20 + DIRECTORY_SIZE);
  for (let page = 0; page < pages; page += 1) {
    signed.set(pageHash(signed, page, pageSize, limit), limit + 20 + hashOffset + page * 32);
  }
  return signed;
}

function pageHash(bytes: Uint8Array, page: number, pageSize: number, limit: number): Buffer {
  return createHash("sha256")
    .update(bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit)))
    .digest();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
