/** The findings about the archive, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { Explanation } from "./verdict.ts";

type ArchiveCode = Extract<FindingCode, `zip${string}`>;

const REZIPPED = "The artifact was unpacked and zipped again with an ordinary ZIP program.";
const OTHER_READER =
  "ZIP readers choose differently between the two: two people see different content in the same file.";

export const ARCHIVE_EXPLANATIONS: Readonly<Record<ArchiveCode, Explanation>> = {
  zip_truncated: {
    meaning: "The file starts like a ZIP archive, but the end record is missing.",
    innocently: "A download or copy was interrupted, a disk was full, or the file was still being written.",
    attack:
      "A truncated archive proves nothing; it may be sent in the hope that the check is skipped “just this once”.",
    action: "Copy it again and compare sizes, or better SHA-256, with the source. Then verify again.",
  },
  zip_prefix: {
    meaning: "There are extra bytes before the first entry.",
    innocently: "A self-extracting stub, a mail gateway's header, or two files joined by mistake.",
    attack: "The file can also be a valid program or image, or carry content that no check covers.",
  },
  zip_suffix: {
    meaning: "There are extra bytes after the end record.",
    innocently: "A transfer in text mode, a tool that pads files, or a newline added by a mail system.",
    attack: "A second archive after the first: readers that search from the end see that one.",
  },
  zip_gap: {
    meaning: "There are extra bytes between the records of the archive.",
    innocently: "A ZIP program updated or deleted an entry in place, or aligned entries.",
    attack: "Hidden content, kept where neither the manifest nor a signature covers it.",
  },
  zip_overlap: {
    meaning: "Two records claim the same bytes.",
    attack: "A ZIP bomb that decompresses the same data many times, or an entry hidden inside another.",
    action: "Don't open it with other tools. No program writes such an archive by accident.",
  },
  zip_comment: {
    meaning: "The archive or an entry has a comment. Packs have none: a comment is not signed.",
    innocently: "Some ZIP programs and scanners put their name there.",
    attack: "Text that a ZIP program shows next to the evidence, or a second end record hidden in the comment.",
  },
  zip_end_record_ambiguous: {
    meaning:
      "More than one place in the file looks like the end record, each with a different list of entries. One can " +
      "be hidden in a file or an extra field, with offsets that are right in the whole archive.",
    attack: OTHER_READER,
  },
  zip_count_mismatch: {
    meaning: "The end record's entry count or size differs from the central directory.",
    innocently: "A ZIP writer bug, most often with more than 65,535 entries.",
    attack: "Entries that some readers list and others don't.",
  },
  zip_offset_mismatch: {
    meaning: "A record's position or length differs from what another record says.",
    innocently: "Bytes before it were added or lost: a transfer in text mode, a stub, a damaged disk.",
    attack: OTHER_READER,
  },
  zip_multi_disk: {
    meaning: "The archive is marked as one part of several.",
    innocently: "It was split to fit on smaller media.",
    action: "Join the parts into the original file, and compare its SHA-256 with the producer's.",
  },
  zip64_mismatch: {
    meaning:
      "The records for large sizes are missing, superfluous, or differ from the others, or no known tool writes " +
      "them like this.",
    innocently: "A ZIP writer bug at 4 GiB or 65,535 entries, or a tool that this program does not know.",
    attack: OTHER_READER,
  },
  zip_header_mismatch: {
    meaning:
      "An entry is described twice in every archive, and the two descriptions differ; or no known tool writes all " +
      "entries like this. What no tool writes, readers read differently.",
    innocently:
      "A ZIP program changed one of them, or added entries to another program's archive; or it wrote to a pipe, " +
      "where the end of stored data cannot be found by reading forward.",
    attack: `${OTHER_READER} This fools scanners that read one description and unpackers that read the other.`,
  },
  zip_method_unsupported: {
    meaning: "An entry uses a compression method other than deflate.",
    innocently: `${REZIPPED} Newer ones use Deflate64, bzip2, LZMA or Zstandard.`,
  },
  zip_encrypted: {
    meaning: "An entry is encrypted, so it can't be checked without the password.",
    innocently: "It was zipped again with a password for sending.",
    action: "Ask for the original file. Encrypt the whole pack for transport, not the entries in it.",
  },
  zip_flag_unsupported: {
    meaning: "An entry has a flag that is not allowed: patch data, masked headers, or an undefined flag.",
    innocently: REZIPPED,
  },
  zip_extra_field_invalid: {
    meaning:
      "An extra field of an entry is damaged, gives the entry a second name or method, or is not what the tool " +
      "writes that wrote the rest.",
    innocently: `${REZIPPED} Some write a Unicode name next to the plain one.`,
    attack:
      "The two names differ: readers that know the field unpack to a different place from those that don't. Or " +
      "the field holds a second archive.",
  },
  zip_name_invalid: {
    meaning: "The name of an entry is empty, is not UTF-8, or has a control character.",
    innocently: "It was packed on a system with a different character set.",
    attack: "A control character changes how a terminal shows the name.",
  },
  zip_name_unsafe: {
    meaning:
      "Unpacking this entry would write outside the target folder, or some readers change its name, skip it or " +
      "put it in another file's place.",
    innocently:
      "An old Windows program wrote backslashes between folders, macOS added __MACOSX, or a name has a space or " +
      "an accent.",
    attack: "“Zip slip”: unpacking overwrites a file elsewhere, for example a start-up script.",
  },
  zip_name_collision: {
    meaning:
      "Two names differ here but are the same file on macOS or Windows: README and readme, or é in two encodings.",
    innocently: "It was packed on Linux from a folder that had both.",
    attack: "Unpacked there, the second file replaces the first: the reviewer does not read the file that was hashed.",
  },
  zip_duplicate_entry: {
    meaning: "Two entries have the same name.",
    innocently: "A ZIP program appended a new version and kept the old one.",
    attack: OTHER_READER,
  },
  zip_directory_entry: {
    meaning: "The archive has an entry for a folder. Packs contain only files; folders follow from the file names.",
    innocently: REZIPPED,
  },
  zip_not_regular_file: {
    meaning: "An entry is a symbolic link, a device or similar.",
    innocently: "A folder with a link in it was packed.",
    attack: "A link that points outside: when unpacked, the next file is written through it.",
  },
  zip_crc_mismatch: {
    meaning: "The content of an entry changed after it was packed: its checksum differs.",
    innocently: "A bit flipped on a disk, on a USB stick or in transit. The CRC detects exactly this.",
    attack: "The content was changed but not the checksum: a careless forgery.",
    action: "Copy it again from the source and compare SHA-256. If the finding remains, treat it as altered.",
  },
  zip_size_mismatch: {
    meaning: "An entry unpacks to more or fewer bytes than declared.",
    innocently: "The file is damaged.",
    attack: "A bomb: an entry that claims to be small.",
  },
  zip_deflate_invalid: {
    meaning: "The compressed data of an entry is damaged, ends early, or has extra bytes after its end.",
    innocently: "The file is damaged.",
    attack: "Data after the end is content that no unpacker shows.",
  },
  zip_too_many_entries: {
    meaning: "The archive has more entries than the limit.",
    attack: "One pack overloads a machine that verifies many.",
    action: "If it is yours and this large, raise the limit with --max-entries.",
  },
  zip_too_large: {
    meaning: "The archive unpacks to more bytes than the limit.",
    attack: "A bomb: a few kilobytes that unpack to terabytes.",
    action: "If it is yours and this large, raise the limit with --max-bytes.",
  },
  zip_ratio_exceeded: {
    meaning: "The archive's compression ratio is so high that it looks like a ZIP bomb.",
    innocently: "A log of a hundred million identical lines.",
    attack: "A bomb: a few kilobytes that unpack to terabytes.",
    action: "If it is yours and this repetitive, raise the limit with --max-ratio.",
  },
};
