/** Checks `proof_records.jsonl` while it is hashed: hashes, chain, signatures, and that the records are of these entries. */
import type { PackManifest } from "../../schema/document/pack.ts";
import type { ProofRecord } from "../../schema/document/proof.ts";
import { proofRecordValidator } from "../../schema/validator/proof.ts";
import { decodeBase64 } from "../bytes/encoding.ts";
import type { Observer } from "../contents/contents.ts";
import type { FormatOptions } from "../contents/format.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { jsonFinding, jsonPath, textIssues } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { canonicalize } from "../json/jcs.ts";
import { createLineReader, isBlankLine } from "../json/lines.ts";
import { parseJsonText } from "../json/parse.ts";
import { isSha256Hex } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import type { Archive } from "../zip/reader.ts";
import { PROOF_RECORDS, type ProvenEntry, proofEvent, proofRecordHash, proofRecordId } from "./proof-records.ts";

const MAX_LINE_BYTES = 10 * 1024 * 1024;
/** Reading stops after this many bad lines. */
const MAX_FINDINGS = 20;

export interface ProofConclusion {
  readonly findings: readonly Finding[];
  /** Records whose hash and place in the chain are right. */
  readonly verified: number;
}

export interface ProofChecker {
  readonly observer: Observer;
  /** Call once, after the last chunk. */
  end(): Promise<ProofConclusion>;
}

/**
 * The entries that the manifest declares are those that must have a record: the digests are then checked against the bytes
 * by whoever reads the archive.
 */
export function createProofChecker(archive: Archive, manifest: PackManifest, options: FormatOptions): ProofChecker {
  const check = new ProofCheck(archive, manifest, options);
  const reader = createLineReader((bytes, start, end, line) => {
    if (!isBlankLine(bytes, start, end)) check.line(bytes, start, end, line);
  }, MAX_LINE_BYTES);
  return {
    observer: reader.push,
    end() {
      reader.end();
      return check.end(reader.tooLong);
    },
  };
}

interface Signed {
  readonly line: number;
  readonly integrity: ProofRecord["integrity"];
}

class ProofCheck {
  readonly #options: FormatOptions;
  readonly #manifest: PackManifest;
  /** In byte order of their paths; those without a record yet. */
  readonly #expected: ProvenEntry[];
  readonly #findings: Finding[] = [];
  readonly #signed: Signed[] = [];
  #previous = "";
  #verified = 0;
  #count = 0;
  #bad = 0;

  constructor(archive: Archive, manifest: PackManifest, options: FormatOptions) {
    this.#options = options;
    this.#manifest = manifest;
    this.#expected = manifest.contents
      .filter(({ path }) => path !== PROOF_RECORDS)
      .map(({ path, type, sha256 }) => ({
        path,
        type,
        sha256: sha256.toLowerCase(),
        size: archive.has(path) ? archive.entry(path).uncompressedSize : 0,
      }))
      .sort((left, right) => compareUtf8(left.path, right.path));
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (this.#bad >= MAX_FINDINGS) return;
    const before = this.#findings.length;
    const record = this.#read(bytes, start, end, line);
    if (record !== undefined) {
      this.#check(record, line);
      this.#count += 1;
      // A pack has as many records as entries: what is beyond is not kept.
      if (this.#count <= this.#manifest.contents.length) this.#signed.push({ line, integrity: record.integrity });
    }
    if (this.#findings.length > before) this.#bad += 1;
  }

  async end(tooLong: number | undefined): Promise<ProofConclusion> {
    if (tooLong !== undefined) {
      const message = `line ${tooLong} is longer than ${MAX_LINE_BYTES} bytes; no line after it was read`;
      this.#findings.push(finding("record_too_long", { path: `${PROOF_RECORDS}:${tooLong}`, message }));
    }
    if (this.#bad < MAX_FINDINGS) {
      for (const { path } of this.#expected.slice(0, MAX_FINDINGS)) {
        const message = "this entry has no record";
        this.#findings.push(finding("proof_entry_mismatch", { path: PROOF_RECORDS, expected: path, message }));
      }
    }
    return { findings: [...this.#findings, ...(await this.#signatures())], verified: this.#verified };
  }

  #read(bytes: Uint8Array, start: number, end: number, line: number): ProofRecord | undefined {
    const place = `${PROOF_RECORDS}:${line}`;
    try {
      const text = parseJsonText(bytes, { start, end, line });
      const [issue] = textIssues(text, bytes, proofRecordValidator, { start, end });
      if (issue === undefined) return text.value as unknown as ProofRecord;
      const { path, message, expected, actual } = issue;
      this.#findings.push(finding("record_invalid", { path: `${place}#${jsonPath(path)}`, message, expected, actual }));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.#findings.push(jsonFinding(error, place));
    }
    return undefined;
  }

  #check(record: ProofRecord, line: number): void {
    const { platform } = this.#options;
    const { integrity } = record;
    const hash = proofRecordHash(record, platform);
    const isChained =
      this.#chain(line, "integrity.record_hash", hash, integrity.record_hash) &&
      this.#chain(line, "integrity.previous_record_hash", this.#previous, integrity.previous_record_hash ?? "") &&
      this.#chain(line, "record_id", proofRecordId(record, platform), record.record_id);
    if (isChained) this.#verified += 1;
    // As it states it: one wrong hash is one finding, not one in each line that follows.
    this.#previous = integrity.record_hash;
    this.#compare(record, line);
  }

  #chain(line: number, member: string, expected: string, actual: string): boolean {
    if (expected === actual) return true;
    const message =
      member === "integrity.previous_record_hash"
        ? "the record does not follow the one before it"
        : "the record was changed after it was written";
    const path = `${PROOF_RECORDS}:${line}#$.${member}`;
    this.#findings.push(
      finding("proof_chain_broken", { path, message, expected: expected || "none", actual: actual || "none" }),
    );
    return false;
  }

  /** The record is of the next entry in order, and says of it what manifest and archive say. */
  #compare({ event }: ProofRecord, line: number): void {
    const { pack_type: packType, source_ref: sourceRef, producer_version: producerVersion } = this.#manifest;
    const path = event["entry_path"];
    const index = this.#expected.findIndex((entry) => entry.path === path);
    const entry = this.#expected[index];
    if (entry === undefined) {
      const message = "it is of no entry of this pack, or of one that has a record already";
      this.#mismatch(line, "entry_path", undefined, String(path), message);
      return;
    }
    if (index > 0) {
      const message = "the records are not in the order of the entries";
      this.#mismatch(line, "entry_path", this.#expected[0]?.path, entry.path, message);
    }
    this.#expected.splice(index, 1);
    const made = proofEvent({ packType, sourceRef, producerVersion }, entry);
    for (const member of new Set([...Object.keys(made), ...Object.keys(event)])) {
      const [expected, actual] = [made, event].map((object) =>
        Object.hasOwn(object, member) ? canonicalize(object[member] ?? null) : "none",
      );
      if (expected !== actual) this.#mismatch(line, member, expected, actual, "the record differs from the entry");
    }
  }

  #mismatch(
    line: number,
    member: string,
    expected: string | undefined,
    actual: string | undefined,
    message: string,
  ): void {
    const path = `${PROOF_RECORDS}:${line}#$.event.${member}`;
    this.#findings.push(finding("proof_entry_mismatch", { path, message, expected, actual }));
  }

  /** One that names a given key must verify; where signatures are required, each record has one. */
  async #signatures(): Promise<Finding[]> {
    const { keys, requireSignature = false, platform } = this.#options;
    if (keys.length === 0) return [];
    const found: Finding[] = [];
    for (const { line, integrity } of this.#signed) {
      if (found.length >= MAX_FINDINGS) break;
      const { signing_key_id: id = "", signature = "", record_hash: hash } = integrity;
      const key = keys.find((each) => isSha256Hex(id) && each.id === id.toLowerCase());
      const path = `${PROOF_RECORDS}:${line}#$.integrity.signature`;
      if (key === undefined || !signature.startsWith("base64:")) {
        if (!requireSignature) continue;
        const message = "a signature is required, but the record has none of a given key";
        found.push(finding("signature_missing", { path, message }));
        continue;
      }
      const bytes = decodeBase64(signature.slice("base64:".length));
      const isGood =
        bytes?.length === 64 && (await platform.verifyEd25519(bytes, new TextEncoder().encode(hash), key.bytes));
      if (!isGood)
        found.push(finding("signature_invalid", { path, message: "the record's signature does not verify" }));
    }
    return found;
  }
}
