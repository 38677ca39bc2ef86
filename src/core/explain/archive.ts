/** The findings about the archive, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { Explanation } from "./verdict.ts";

type ArchiveCode = Extract<FindingCode, `zip${string}`>;

const REZIPPED = "Somebody unpacked the artifact and packed it again with an ordinary ZIP program.";
const OTHER_READER =
  "ZIP readers choose differently between the two: one person is shown this content, another person that, and both have the same file.";

export const ARCHIVE_EXPLANATIONS: Readonly<Record<ArchiveCode, Explanation>> = {
  zip_truncated: {
    meaning: "The file begins like a ZIP archive, and its end record, which every archive closes with, is not there.",
    innocently: "A download or a copy broke off, a disk was full, or the file was still being written.",
    attack: "A cut archive proves nothing; it may be sent to have the check skipped “just this once”.",
    action: "Copy it again and compare sizes, or better SHA-256, with the source. Then verify again.",
  },
  zip_prefix: {
    meaning: "There are bytes in front of the first entry that belong to no entry.",
    innocently: "A self-extracting stub, a mail gateway's header, or two files put together by mistake.",
    attack: "The file can be a valid program or image as well as an archive, or carry content that no check looks at.",
  },
  zip_suffix: {
    meaning: "There are bytes behind the end record.",
    innocently: "A transfer in text mode, a tool that pads files, or a line end added by a mail system.",
    attack: "A second archive behind the first: readers that search from the end are shown that one.",
  },
  zip_gap: {
    meaning: "There are bytes between the records of the archive that belong to none of them.",
    innocently: "A ZIP program updated or deleted an entry in place, or aligned entries.",
    attack: "Hidden content, kept where neither the manifest nor a signature covers it.",
  },
  zip_overlap: {
    meaning: "Two records claim the same bytes.",
    attack: "A ZIP bomb that inflates the same data many times, or one entry that reads as part of another.",
    action: "Don't open it with other tools. No writer makes such an archive by accident.",
  },
  zip_comment: {
    meaning: "The archive or an entry has a comment. Packs have none: a comment is signed by nobody.",
    innocently: "Some ZIP programs and scanners put their name there.",
    attack: "Text that a ZIP program shows beside the evidence, or a second end record hidden in the comment.",
  },
  zip_end_record_ambiguous: {
    meaning: "More than one place in the file reads as the end record, and each gives another list of entries.",
    attack: OTHER_READER,
  },
  zip_count_mismatch: {
    meaning: "The end record says another number or size of entries than the central directory has.",
    innocently: "A broken ZIP writer, most often with more than 65,535 entries.",
    attack: "Entries that some readers list and others don't.",
  },
  zip_offset_mismatch: {
    meaning: "A record is not where, or not as long as, another record says.",
    innocently: "Bytes were added or lost in front of it: a transfer in text mode, a stub, a damaged disk.",
    attack: OTHER_READER,
  },
  zip_multi_disk: {
    meaning: "The archive says that it is one part of several.",
    innocently: "It was split to fit a medium.",
    action: "Join the parts to the original file; the pack's SHA-256 must be the producer's.",
  },
  zip64_mismatch: {
    meaning: "The records for large sizes are missing, surplus, or say something else than the small ones.",
    innocently: "A ZIP writer with a defect at 4 GiB or 65,535 entries.",
    attack: OTHER_READER,
  },
  zip_header_mismatch: {
    meaning: "An entry is described twice in every archive, and the two descriptions differ.",
    innocently: "A ZIP program changed one of them: a name, a time, a size.",
    attack: `${OTHER_READER} Scanners that read one description and unpackers that read the other are fooled like this.`,
  },
  zip_method_unsupported: {
    meaning: "An entry is compressed in another way than deflate.",
    innocently: `${REZIPPED} Newer ones use Deflate64, bzip2, LZMA or Zstandard.`,
  },
  zip_encrypted: {
    meaning: "An entry is encrypted, so that not everybody can check it.",
    innocently: "Somebody set a password when packing it again to send it.",
    action: "Ask for the original file. Encrypt the whole pack for transport, not the entries in it.",
  },
  zip_flag_unsupported: {
    meaning:
      "An entry has a flag whose effect this program does not allow: patch data, masked headers, or one without a meaning.",
    innocently: REZIPPED,
  },
  zip_extra_field_invalid: {
    meaning: "The additional data of an entry is damaged, or gives the entry a second name or method.",
    innocently: `${REZIPPED} Some write a Unicode name beside the plain one.`,
    attack: "The two names differ: readers that know the field unpack to another place than those that don't.",
  },
  zip_name_invalid: {
    meaning: "The name of an entry is empty, no UTF-8, or has a control character.",
    innocently: "It was packed on a system with another character set.",
    attack: "A control character rewrites what a terminal shows of the name.",
  },
  zip_name_unsafe: {
    meaning:
      "Unpacking this entry would write outside of the folder that it is unpacked to, or to another place on some systems.",
    innocently: "An old Windows program wrote backslashes between folders.",
    attack: "“Zip slip”: whoever unpacks the archive has a file of theirs overwritten, a start-up script for example.",
  },
  zip_name_collision: {
    meaning:
      "Two names are different here, and one file on macOS or Windows: README and readme, or é in two encodings.",
    innocently: "It was packed on Linux from a folder that had both.",
    attack:
      "Unpacked there, the second file replaces the first: the reviewer reads another file than the one that was hashed.",
  },
  zip_duplicate_entry: {
    meaning: "One name stands twice in the archive.",
    innocently: "A ZIP program appended a new version and left the old one.",
    attack: OTHER_READER,
  },
  zip_directory_entry: {
    meaning: "The archive has an entry for a folder. Packs have files only; folders follow from their names.",
    innocently: REZIPPED,
  },
  zip_not_regular_file: {
    meaning: "An entry is a symbolic link, a device or the like.",
    innocently: "A folder with a link in it was packed.",
    attack: "A link that points outside: unpacked, the next file is written through it.",
  },
  zip_crc_mismatch: {
    meaning: "The content of an entry is not what was packed: its checksum differs.",
    innocently: "A bit flipped on a disk, a stick or on the way. The CRC is there for exactly this.",
    attack: "Somebody changed the content and not the checksum: a careless forgery.",
    action: "Copy it again from the source and compare SHA-256. If it stays so, treat it as altered.",
  },
  zip_size_mismatch: {
    meaning: "An entry unpacks to more or fewer bytes than it says.",
    innocently: "The file is damaged.",
    attack: "A bomb: an entry that says it is small and is not.",
  },
  zip_deflate_invalid: {
    meaning: "The compressed data of an entry is damaged, ends early, or has something behind its end.",
    innocently: "The file is damaged.",
    attack: "Data behind the end is content that no unpacker shows.",
  },
  zip_too_many_entries: {
    meaning: "The archive has more entries than are read without being asked.",
    attack: "A machine that verifies many packs is brought to its knees by one.",
    action: "If it is yours and this large, raise the limit with --max-entries.",
  },
  zip_too_large: {
    meaning: "The archive unpacks to more bytes than are read without being asked.",
    attack: "A bomb: a few kilobytes that unpack to terabytes.",
    action: "If it is yours and this large, raise the limit with --max-bytes.",
  },
  zip_ratio_exceeded: {
    meaning: "The archive unpacks to so many more bytes than it has that it looks like a bomb.",
    innocently: "A log of a hundred million equal lines.",
    attack: "A bomb: a few kilobytes that unpack to terabytes.",
    action: "If it is yours and this repetitive, raise the limit with --max-ratio.",
  },
};
