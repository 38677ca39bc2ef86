/**
 * All that a Linux executable needs from the system besides /proc: files named in its headers, and the files they
 * name in turn. `docs/platforms.md` lists the same, and the Containerfile copies them.
 */
export interface RootFile {
  /** Where the executable looks for it. */
  readonly path: string;
  /** Its path on a Debian x64 machine. Absent: it is made (`musl-files.ts`). */
  readonly debian?: string;
  readonly linkTo?: string;
}

const GLIBC_LIBRARIES = ["libc.so.6", "libpthread.so.0", "libdl.so.2", "libm.so.6"];

export const ROOT_FILES = {
  "linux-x64": [
    { path: "/lib64/ld-linux-x86-64.so.2", debian: "/lib64/ld-linux-x86-64.so.2" },
    ...GLIBC_LIBRARIES.map((name) => ({
      path: `/lib/x86_64-linux-gnu/${name}`,
      debian: `/lib/x86_64-linux-gnu/${name}`,
    })),
  ],
  "linux-arm64": [
    { path: "/lib/ld-linux-aarch64.so.1", debian: "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1" },
    ...GLIBC_LIBRARIES.map((name) => ({
      path: `/lib/aarch64-linux-gnu/${name}`,
      debian: `/usr/aarch64-linux-gnu/lib/${name}`,
    })),
  ],
  "linux-x64-musl": [
    { path: "/lib/ld-musl-x86_64.so.1", debian: "/lib/ld-musl-x86_64.so.1" },
    { path: "/lib/libc.musl-x86_64.so.1", linkTo: "ld-musl-x86_64.so.1" },
    { path: "/usr/lib/libstdc++.so.6" },
  ],
  "linux-arm64-musl": [
    { path: "/lib/ld-musl-aarch64.so.1" },
    { path: "/lib/libc.musl-aarch64.so.1", linkTo: "ld-musl-aarch64.so.1" },
    { path: "/usr/lib/libstdc++.so.6" },
  ],
} as const satisfies Record<string, readonly RootFile[]>;
