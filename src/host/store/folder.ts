/** A store in a folder: an object is a file, and a name that does not exist is created by a hard link. */
import { lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { encodeHex } from "../../core/bytes/encoding.ts";
import { chunks } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { PackStore, StoredObject } from "../../core/store/objects.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { type DurableFiles, durableFiles, makeFolders, removeQuietly, writeNew } from "../files/durable.ts";
import { errnoOf, fileError, statOrNothing, withFileErrors } from "../files/errno.ts";
import { openSource } from "../files/input.ts";
import { stageFile } from "../files/staged.ts";
import { hostPlatform } from "../platform/bun.ts";

/** Without hard links: exFAT, some network shares. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** @throws GaitError `not_found`, `invalid_input` where `folder` is none */
export function openFolder(folder: string, files: DurableFiles = durableFiles): PackStore {
  assertLocal(folder);
  const stats = withFileErrors("read", folder, () => statSync(folder));
  if (!stats.isDirectory())
    throw new GaitError("invalid_input", `${folder} is no folder`, { hint: "Give the folder of a store." });
  return folderStore(folder, files);
}

/** The same, made if it is not there. */
export function makeFolder(folder: string): PackStore {
  assertLocal(folder);
  withFileErrors("write", folder, () => mkdirSync(folder, { recursive: true, mode: 0o750 }));
  return openFolder(folder);
}

function assertLocal(folder: string): void {
  if (folder === "") throw new GaitError("invalid_input", "the path of the store is empty", { hint: "Give a folder." });
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(folder)) return;
  throw new GaitError("unsupported", `${folder} is not a folder`, {
    hint: "A store is a folder, or s3://bucket/prefix. Others are copied to a folder first (`rclone copy`): the names are the same.",
  });
}

function folderStore(folder: string, files: DurableFiles): PackStore {
  const path = (name: string): string => join(folder, ...name.split("/"));

  /** Writes the bytes under a temporary name, hands that to `give`, and removes it. */
  function staged<T>(target: string, bytes: Uint8Array, lasting: boolean, give: (temporary: string) => T): T {
    return withFileErrors("write", target, () => {
      makeFolders(files, dirname(target), []);
      const temporary = join(dirname(target), temporaryName(basename(target)));
      try {
        writeNew(files, temporary, [bytes], { sync: lasting });
        return give(temporary);
      } finally {
        removeQuietly(files, temporary);
      }
    });
  }

  return {
    place: folder,
    isRemote: false,
    path,
    open: (name) => openSource(path(name)),
    // A hard link: the file system keeps them.
    keepsNames: async () => true,
    async read(name, limit) {
      const target = path(name);
      const stats = withFileErrors("read", target, () => statOrNothing(() => statSync(target)));
      if (stats === undefined) return undefined;
      // Something that is no file has the name, and nothing in it.
      if (!stats.isFile()) return new Uint8Array(0);
      const { source, readInto, assertUnchanged, close } = await openSource(target);
      try {
        const bytes = new Uint8Array(Math.min(source.size, limit + 1));
        readInto(bytes, 0);
        assertUnchanged();
        return bytes;
      } finally {
        close();
      }
    },
    list: (prefix) => listed(folder, prefix),
    async create(name, bytes, { lasting }) {
      const target = path(name);
      if (withFileErrors("write", target, () => statOrNothing(() => lstatSync(target))) !== undefined) return false;
      return staged(target, bytes, lasting, (temporary) => {
        const created = linked(files, temporary, target);
        if (lasting) files.syncFolder(dirname(target));
        return created;
      });
    },
    async createFrom(name, source, sha256) {
      const target = path(name);
      if (withFileErrors("write", target, () => statOrNothing(() => lstatSync(target))) !== undefined) return false;
      withFileErrors("write", target, () => makeFolders(files, dirname(target), []));
      const temporary = stageFile(dirname(target), basename(target));
      try {
        const hash = hostPlatform.sha256();
        for await (const bytes of chunks(source)) {
          hash.update(bytes);
          temporary.sink.write(bytes);
        }
        temporary.seal();
        if (hash.hex() !== sha256)
          throw new GaitError("input_changed", `the file changed while it was copied to ${target}`, {
            hint: "Run the command again when no process is writing to the file.",
          });
        temporary.publish(target, { replace: false });
        return true;
      } catch (error) {
        if (error instanceof GaitError && error.code === "already_exists") return false;
        throw error;
      } finally {
        temporary.discard();
      }
    },
    async replace(name, bytes) {
      const target = path(name);
      staged(target, bytes, true, (temporary) => files.rename(temporary, target));
    },
  };
}

/** Without hard links two writers at once can collide: a store on such a disk has one writer at a time. */
function linked(files: DurableFiles, temporary: string, target: string): boolean {
  try {
    files.link(temporary, target);
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (errno === "EEXIST") return false;
    if (!NO_LINKS.includes(errno)) throw error;
    if (statOrNothing(() => lstatSync(target)) !== undefined) return false;
    files.rename(temporary, target);
    return true;
  }
}

async function* listed(folder: string, prefix: string): AsyncGenerator<StoredObject> {
  const place = join(folder, ...prefix.split("/"));
  let names: string[];
  try {
    names = readdirSync(place).sort(compareUtf8);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return;
    throw fileError(error, "read", place);
  }
  for (const name of names) {
    const stats = withFileErrors("read", join(place, name), () => statOrNothing(() => lstatSync(join(place, name))));
    if (stats?.isDirectory() === true) yield* listed(folder, `${prefix}${name}/`);
    else if (stats !== undefined) yield { name: `${prefix}${name}`, size: stats.size };
  }
}

/** As other writers name theirs; a crash may leave one, and nobody reads it. */
function temporaryName(name: string): string {
  return `.${name.slice(0, 120)}.tmp-${process.pid}-${encodeHex(crypto.getRandomValues(new Uint8Array(8)))}`;
}
