/** `gait guard encrypt`, `decrypt`, `retain`: evidence in storage. */
import type { GuardFailure } from "../../../schema/answer/guard.ts";
import type {
  GuardDecryptOutput,
  GuardEncryptOutput,
  GuardRetainOutput,
} from "../../../schema/answer/guard-storage.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG } from "../../flags/keys.ts";

const noun = "guard";
const schemaId = "gait.guard.output";

const KEY_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--key-env",
    value: "NAME",
    kind: "text",
    description: "Environment variable with the key: base64 of 32 bytes",
  },
  { flag: "--key-command", value: "PROGRAM", kind: "text", description: "Program that prints the key" },
  { flag: "--key-command-args", value: "LIST", kind: "text", description: "Its arguments, with commas between them" },
];

const ENCRYPT: CommandSpec<GuardEncryptOutput, GuardFailure> = {
  noun,
  verb: "encrypt",
  schemaId,
  summary: "Encrypt a file for storage: AES-256-GCM",
  description:
    "The key comes from the environment or from a program, and is written nowhere. The file stays as it is. At most 256 MiB.",
  positionals: [],
  options: [
    { flag: "--in", value: "FILE", description: "The file to encrypt" },
    { flag: "--out", value: "FILE", output: true, description: "The file to write (default: FILE.gaitenc)" },
    ...KEY_FLAGS,
    FORCE_FLAG,
  ],
  examples: [
    { command: "gait guard encrypt --in evidence_pack.zip --key-env GAIT_KEY", note: "With a key in a variable" },
  ],
  async run(call) {
    const { encryptFile } = await import("./encrypt.ts");
    return encryptFile(call);
  },
};

const DECRYPT: CommandSpec<GuardDecryptOutput, GuardFailure> = {
  noun,
  verb: "decrypt",
  schemaId,
  summary: "Decrypt a file of gait guard encrypt, and check its digest and size",
  description:
    "Exit 2 if the content is not what the file says it is. A wrong key and a changed file look alike: exit 6. Nothing is written then.",
  positionals: [],
  options: [
    { flag: "--in", value: "FILE", description: "The file to decrypt" },
    {
      flag: "--out",
      value: "FILE",
      output: true,
      description: "The file to write (default: without .gaitenc, else FILE.plain)",
    },
    ...KEY_FLAGS,
    FORCE_FLAG,
  ],
  examples: [
    {
      command: "gait guard decrypt --in evidence_pack.zip.gaitenc --key-env GAIT_KEY",
      note: "Writes evidence_pack.zip",
    },
  ],
  async run(call) {
    const { decryptFile } = await import("./encrypt.ts");
    return decryptFile(call);
  },
};

const RETAIN: CommandSpec<GuardRetainOutput, GuardFailure> = {
  noun,
  verb: "retain",
  schemaId,
  summary: "Delete traces and evidence packs that are older than they have to be kept",
  description:
    "trace_*.json are traces; evidence_pack_* and incident_pack_* with .zip or .gaitenc are packs. Nothing else is touched: no\n" +
    "PackSpec pack, no runpack. Age counts from when a file was changed last. The defaults are six months (183 days), which the\n" +
    "EU's AI Act asks for (articles 19 and 26); a shorter time needs --force or --dry-run, and 0 keeps for ever.",
  positionals: [],
  options: [
    { flag: "--root", value: "DIR", description: "The folder, with all its folders" },
    { flag: "--trace-ttl", value: "4392h", kind: "text", default: "4392h", description: "How long traces are kept" },
    { flag: "--pack-ttl", value: "4392h", kind: "text", default: "4392h", description: "How long packs are kept" },
    { flag: "--dry-run", description: "Delete nothing, say what would be deleted" },
    { flag: "--report-out", value: "FILE", output: true, description: "Write the report to a file, replacing it" },
    { flag: "--force", description: "Delete what is younger than six months too" },
  ],
  examples: [
    { command: "gait guard retain --root evidence --dry-run", note: "What would go?" },
    {
      command: "gait guard retain --root evidence --pack-ttl 0 --report-out deleted.json",
      note: "Old traces; packs stay",
    },
  ],
  async run(call) {
    const { retainFiles } = await import("./retain.ts");
    return retainFiles(call);
  },
};

export const GUARD_STORAGE_COMMANDS: readonly CommandSpec[] = [ENCRYPT, DECRYPT, RETAIN];
