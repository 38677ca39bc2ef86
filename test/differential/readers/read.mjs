// Reads each archive named on the standard input with a library of npm (the first argument, found from the second).
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const [, , library, folder] = process.argv;
const load = createRequire(join(folder, "package.json"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const READERS = {
  async fflate(path) {
    const read = load("fflate").unzipSync(new Uint8Array(readFileSync(path)));
    return Object.entries(read).map(([name, bytes]) => [name, sha256(bytes)]);
  },
  async "fflate stream"(path) {
    const { Unzip, UnzipInflate } = load("fflate");
    const entries = [];
    let failure;
    const unzip = new Unzip((file) => {
      const hash = createHash("sha256");
      entries.push([file.name, hash]);
      file.ondata = (error, data) => {
        if (error) failure = error;
        else hash.update(data);
      };
      file.start();
    });
    unzip.register(UnzipInflate);
    unzip.push(new Uint8Array(readFileSync(path)), true);
    if (failure) throw failure;
    return entries.map(([name, hash]) => [name, hash.digest("hex")]);
  },
  async unzipper(path) {
    const { files } = await load("unzipper").Open.file(path);
    const entries = [];
    for (const file of files) entries.push([file.path, sha256(await file.buffer())]);
    return entries;
  },
  async "unzipper stream"(path) {
    const entries = [];
    const stream = createReadStream(path).pipe(load("unzipper").Parse({ forceStream: true }));
    for await (const entry of stream) entries.push([entry.path, sha256(await entry.buffer())]);
    return entries;
  },
  async "node-stream-zip"(path) {
    const zip = new (load("node-stream-zip").async)({ file: path });
    const entries = [];
    for (const entry of Object.values(await zip.entries()))
      entries.push([entry.name, sha256(await zip.entryData(entry))]);
    await zip.close();
    return entries;
  },
  async "extract-zip"(path) {
    const dir = mkdtempSync(join(tmpdir(), "extract-"));
    try {
      await load("extract-zip")(path, { dir });
      return readdirSync(dir, { recursive: true })
        .map((name) => join(dir, name))
        .filter((file) => statSync(file).isFile())
        .map((file) => [relative(dir, file), sha256(readFileSync(file))]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  yauzl(path) {
    return new Promise((resolve, reject) => {
      load("yauzl").open(path, { lazyEntries: true }, (error, zip) => {
        if (error) return reject(error);
        const entries = [];
        zip.on("error", reject);
        zip.on("end", () => resolve(entries));
        zip.on("entry", (entry) => {
          zip.openReadStream(entry, (failure, stream) => {
            if (failure) return reject(failure);
            const hash = createHash("sha256");
            stream.on("error", reject);
            stream.on("data", (chunk) => hash.update(chunk));
            stream.on("end", () => {
              entries.push([entry.fileName, hash.digest("hex")]);
              zip.readEntry();
            });
          });
        });
        zip.readEntry();
      });
    });
  },
  async jszip(path) {
    const zip = await load("jszip").loadAsync(readFileSync(path), { checkCRC32: true });
    const entries = [];
    for (const file of Object.values(zip.files))
      if (!file.dir) entries.push([file.name, sha256(await file.async("nodebuffer"))]);
    return entries;
  },
  async "adm-zip"(path) {
    return new (load("adm-zip"))(path).getEntries().map((entry) => [entry.entryName, sha256(entry.getData())]);
  },
};

for (const path of readFileSync(0, "utf8").trim().split("\n")) {
  const limit = new Promise((_, reject) => setTimeout(() => reject(new Error("it waits for ever")), 5000).unref());
  try {
    console.log(JSON.stringify({ path, entries: await Promise.race([READERS[library](path), limit]) }));
  } catch (error) {
    console.log(JSON.stringify({ path, error: `${error?.message ?? error}` }));
  }
}
process.exit(0);
