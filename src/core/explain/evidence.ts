/** The words for what stands in evidence and how far it was checked, explained. */
import type { OutcomeExplanation } from "./verdict.ts";

export const EVIDENCE_WORDS: Readonly<
  Record<"no_evidence" | "empty" | "rendered" | "not_checked" | "unverified" | "unreadable", OutcomeExplanation>
> = {
  no_evidence: {
    summary: "Of a control: nothing in the evidence pack is evidence for it (NO EVIDENCE, WITHOUT EVIDENCE).",
    meaning:
      "The template of the pack has the control, and no file of the kinds that it asks for was taken into the pack. It " +
      "says nothing of whether the control was kept.",
    innocently: "The traces, audits or results were not named, or lay elsewhere when the pack was built.",
    attack: "A file that speaks against the run was left out, and others of its kind with it.",
    action: "Ask whoever built the pack for it; gait guard pack --help lists the flags that take such files.",
  },
  empty: {
    summary: "Of evidence for a control: the file is there, and its list has nothing in it (EMPTY).",
    meaning:
      "The file fits its schema and holds no entry, so that it is evidence of nothing. A control that has only such files counts as one without evidence.",
    innocently: "There was nothing of the kind to take in, as with a run for which no policy was asked.",
    attack: "What the file held was taken out before the pack was built.",
    action: "Open the file: gait pack inspect PACK --contents shows where it is.",
  },
  rendered: {
    summary: "Of evidence for a control: it is a page that was made from the rest of the pack (RENDERED).",
    meaning:
      "The page shows what other files of the pack say, for people to read. A control that has nothing else, or nothing " +
      "else that holds anything, counts as one without evidence.",
    action: "Look at the other files of the control: gait pack inspect PACK lists them.",
  },
  not_checked: {
    summary: "Of a signature: nobody held a key against it. Of a file: its digest was not compared (NOT CHECKED).",
    meaning:
      "A signature is checked only with a key or a trust file that you give. A file is compared only where the manifest " +
      "that declares it could be read and verifies.",
    attack: "A forged signature looks like this too.",
    action: "Give the producer's key with --public-key, or your trust file with --trust.",
  },
  unverified: {
    summary: "Of all that is shown of a failed pack: it is only what the file claims (UNVERIFIED).",
    meaning:
      "The pack does not verify, and is shown all the same: by --force, or in a report. Any line of it may be what was changed.",
    action: "Get the pack again from its source. Quote nothing from such a view without saying that it is unverified.",
  },
  unreadable: {
    summary: "Of a pack in a list: there is no verdict on it, for it could not be read.",
    meaning: "The path does not exist, is a folder, may not be read, or is no ZIP archive. It is neither good nor bad.",
    innocently: "The path is mistyped, or a transfer left an empty file.",
    attack: "A pack that would fail was made unreadable, so that no finding is told of it.",
    action: "Correct the path or the permissions. The exit is 6 unless another pack is bad.",
  },
};
