/** Known answers for deflate (RFC 1951): the bytes of a pack depend on it. */
import { encodeHex } from "../bytes/encoding.ts";
import { base64, type Check, expectSame, utf8 } from "./check.ts";
import { DEFLATED_LONG, DEFLATED_TEXT } from "./golden.ts";
import { deflated, longText } from "./making.ts";
import { TEXT } from "./text.ts";

export const DEFLATE_CHECKS: readonly Check[] = [
  {
    name: "deflate",
    shows: "deflate gives the exact bytes of packs, however the content is chunked",
    async run({ loadDeflater, platform }) {
      const deflater = await loadDeflater();
      for (const sizes of [[TEXT.length * 4], [1, 2, 3], [64]]) {
        const bytes = await deflated(deflater, utf8(TEXT), ...sizes);
        expectSame("the deflated text", encodeHex(bytes), encodeHex(base64(DEFLATED_TEXT)));
      }
      const hash = platform.sha256();
      hash.update(await deflated(deflater, longText(), 65_536, 1000));
      expectSame("SHA-256 of the deflated long text", hash.hex(), DEFLATED_LONG);
    },
  },
];
