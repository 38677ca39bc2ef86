/** Parts of the account in any format: where the artifact comes from, and the contents of the file. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, text } from "../document/primitives.ts";
import { SignatureStatusSchema } from "../document/verdict.ts";

const SignatureAccountSchema = Type.Object(
  {
    key_id: text("SHA-256 of the public key, as named in the signature; may be empty."),
    status: Type.Enum(["verified", "failed", "not_checked"], {
      description: "verified: with a given key; not_checked: no key was given.",
    }),
    problem: Type.Optional(text("The reason it is not valid.")),
  },
  CLOSED,
);

export const ImportedFromSchema = Type.Object(
  {
    name: text("Base name of the file."),
    sha256: text("SHA-256 of its bytes, as the receipt has it."),
    format: Type.Optional(text("What it was read as, where the digest of the receipt's query is known.")),
    importer: Type.Optional(text("The rules by which it was read.")),
    redacted: Type.Optional(Type.Literal(true, { description: "Likely secrets were replaced." })),
    path: Type.Optional(text("The entry of the pack that has these bytes.")),
  },
  { ...CLOSED, description: "A file that the run was imported from." },
);

export const ProvenanceSchema = Type.Object(
  {
    recorded_at: Type.Optional(text("When the run was recorded or the job submitted.")),
    producer: Type.Optional(text("Version of the program that recorded the run or kept the job.")),
    packed_by: Type.Optional(text("Version of the program that built the pack, if that is a different document.")),
    capture_mode: Type.Optional(text("`raw`: arguments and results are kept; `reference`: their digests only.")),
    environment: Type.Optional(
      Type.Object(
        { os: Type.String(), arch: Type.String(), runtime: Type.String() },
        { ...CLOSED, description: "The recording host, according to the recorder." },
      ),
    ),
    environment_fingerprint: Type.Optional(text("Opaque name of the environment that a job was submitted in.")),
    source: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(text("The name of the embedded entry.")),
          manifest_digest: text("`manifest_digest` of the runpack."),
          signatures: count("Signatures that it has of its own."),
          signatures_valid: Type.Optional(
            count("How many of these verified with a given key; absent where no key was given."),
          ),
        },
        { ...CLOSED, description: "The runpack that the artifact was made from." },
      ),
    ),
    imported_from: Type.Optional(Type.Array(ImportedFromSchema)),
    context: Type.Optional(
      Type.Object(
        { set_digest: Type.Optional(Type.String()), evidence_mode: Type.Optional(Type.String()) },
        { ...CLOSED, description: "The context that the run was given." },
      ),
    ),
    signature_status: SignatureStatusSchema,
    signatures: Type.Array(SignatureAccountSchema, { description: "In the order of the manifest." }),
  },
  { ...CLOSED, description: "Who made it, when, from what, and its signatures." },
);
export type Provenance = Frozen<Static<typeof ProvenanceSchema>>;

export const ContentFileSchema = Type.Object(
  {
    path: text("Name of the entry."),
    archive: Type.Optional(text("The embedded archive that contains this entry; absent for the file's own.")),
    role: Type.Enum(["manifest", "content"], { description: "The manifest can't declare itself." }),
    state: Type.Enum(["sound", "unsound", "missing", "undeclared"], {
      description: "sound: its bytes are the declared ones; missing: declared only; undeclared: in the archive only.",
    }),
    type: Type.Optional(text("As the manifest declares it; a runpack's declares none.")),
    size: Type.Optional(count("Bytes of content.")),
    packed_size: Type.Optional(count("Bytes in the archive.")),
    method: Type.Optional(Type.Enum(["stored", "deflated"])),
    sha256: Type.Optional(text("SHA-256 of the content, as the manifest declares it.")),
  },
  CLOSED,
);
export type ContentFile = Frozen<Static<typeof ContentFileSchema>>;

export const ContentAccountSchema = Type.Object(
  {
    file_size: count("Bytes of the whole file."),
    entries: count("Entries of the archive itself."),
    size: count("Bytes of content of these entries."),
    packed_size: count("Bytes of these entries in the archive."),
    files: Type.Array(ContentFileSchema, {
      description: "In byte order of the paths; the contents of an embedded archive follow it.",
    }),
  },
  CLOSED,
);
export type ContentAccount = Frozen<Static<typeof ContentAccountSchema>>;
