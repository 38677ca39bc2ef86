/** Known answers for SHA-256 (FIPS 180-4, the examples of NIST) and for CRC-32 (ISO 3309). */

import { encodeHex } from "../bytes/encoding.ts";
import { sha256OfBytes, sha256OfTextInto } from "../signature/digest.ts";
import { type Check, expectSame, inPieces, utf8 } from "./check.ts";

const TWO_BLOCKS =
  "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

const SHA256: readonly (readonly [text: string, digest: string])[] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [TWO_BLOCKS, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"],
];
/** Of a million `a`. */
const MILLION = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
/** Of `é€😀` in UTF-8. */
const TEXT = "df9226927fd572c1ee66eec85de1bb139497614899f36e4e90474cb71f6ef9d0";

export const DIGEST_CHECKS: readonly Check[] = [
  {
    name: "sha256",
    shows: "SHA-256 gives the digests of FIPS 180-4",
    run({ platform }) {
      for (const [text, digest] of SHA256) {
        const hash = platform.sha256();
        hash.update(utf8(text));
        expectSame(`SHA-256 of ${JSON.stringify(text)}`, hash.hex(), digest);
      }
      for (const [text, digest] of [...SHA256, ["é€😀", TEXT] as const]) {
        const what = `SHA-256 of the text ${JSON.stringify(text)}`;
        if (platform.sha256Text !== undefined) expectSame(what, platform.sha256Text(text), digest);
        expectSame(`SHA-256 of the bytes of ${JSON.stringify(text)}`, sha256OfBytes(platform, utf8(text)), digest);
        const bytes = new Uint8Array(32);
        sha256OfTextInto(platform, text, bytes);
        expectSame(what, encodeHex(bytes), digest);
      }
    },
  },
  {
    name: "sha256_streamed",
    shows: "SHA-256 of a million bytes is the same for pieces of any size",
    run({ platform }) {
      const bytes = new Uint8Array(1_000_000).fill(0x61);
      for (const sizes of [[1_000_000], [1, 63, 64, 65, 127, 8191], [65_536]]) {
        const hash = platform.sha256();
        for (const piece of inPieces(bytes, ...sizes)) hash.update(piece);
        expectSame(`SHA-256 of a million 'a' in pieces of ${sizes.join(", ")}`, hash.hex(), MILLION);
      }
    },
  },
  {
    name: "crc32",
    shows: "CRC-32 gives ISO 3309's check value, whole and in pieces",
    run({ platform }) {
      const digits = utf8("123456789");
      expectSame("CRC-32 of nothing", platform.crc32(new Uint8Array(0), 0), 0);
      expectSame("CRC-32 of 123456789", platform.crc32(digits, 0), 0xcbf43926);
      let crc = 0;
      for (const piece of inPieces(digits, 2, 1)) crc = platform.crc32(piece, crc);
      expectSame("CRC-32 of 123456789 in pieces", crc, 0xcbf43926);
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      expectSame("CRC-32 of the bytes 0 to 255", platform.crc32(everyByte, 0), 0x29058c73);
    },
  },
];
