/** What Bun links into its binary, with SPDX licence names, from Bun's own list (its docs, "License"). */
export interface BunPart {
  readonly name: string;
  readonly licence: string;
  readonly source: string;
}

export const BUN_PARTS: readonly BunPart[] = [
  { name: "JavaScriptCore (WebKit)", licence: "LGPL-2.1", source: "https://github.com/oven-sh/WebKit" },
  { name: "TinyCC", licence: "LGPL-2.1", source: "https://github.com/oven-sh/tinycc" },
  { name: "BoringSSL", licence: "ISC, OpenSSL and others", source: "https://github.com/oven-sh/boringssl" },
  { name: "brotli", licence: "MIT", source: "https://github.com/google/brotli" },
  { name: "c-ares", licence: "MIT", source: "https://github.com/c-ares/c-ares" },
  { name: "ICU", licence: "Unicode-3.0", source: "https://github.com/unicode-org/icu" },
  { name: "libarchive", licence: "BSD-2-Clause and others", source: "https://github.com/libarchive/libarchive" },
  { name: "libbase64", licence: "BSD-2-Clause", source: "https://github.com/aklomp/base64" },
  { name: "libdeflate", licence: "MIT", source: "https://github.com/ebiggers/libdeflate" },
  { name: "libuv (Windows)", licence: "MIT", source: "https://github.com/libuv/libuv" },
  { name: "lol-html", licence: "BSD-3-Clause", source: "https://github.com/cloudflare/lol-html" },
  { name: "mimalloc", licence: "MIT", source: "https://github.com/microsoft/mimalloc" },
  { name: "picohttpparser", licence: "MIT", source: "https://github.com/h2o/picohttpparser" },
  { name: "simdutf", licence: "Apache-2.0", source: "https://github.com/simdutf/simdutf" },
  { name: "SQLite", licence: "public domain", source: "https://sqlite.org" },
  { name: "uSockets and uWebSockets", licence: "Apache-2.0", source: "https://github.com/uNetworking/uWebSockets" },
  { name: "zlib (Cloudflare's)", licence: "Zlib", source: "https://github.com/cloudflare/zlib" },
  { name: "zstd", licence: "BSD-3-Clause", source: "https://github.com/facebook/zstd" },
  { name: "parts of esbuild, as ported", licence: "MIT", source: "https://github.com/evanw/esbuild" },
];
