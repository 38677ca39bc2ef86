/** All vectors: the same scenarios for every format where they make sense. */
import { ARCHIVE_SCENARIOS } from "./archive-scenarios.ts";
import { artifact } from "./artifact.ts";
import { CLAIMED_BOMBS, MADE_BOMBS, NESTED_BOMB, RECORD_BOMBS } from "./bombs.ts";
import { type ArchiveScenario, ENTRY_SCENARIOS } from "./entry-scenarios.ts";
import { EVIDENCE_CLAIMS, EVIDENCE_PAYLOADS } from "./evidence-scenarios.ts";
import { FORM_DEVIATIONS } from "./form-scenarios.ts";
import { costlyManifests, MANIFEST_TEXTS, manifestClaims, twoManifests } from "./manifest-scenarios.ts";
import { NAME_SCENARIOS } from "./name-scenarios.ts";
import { hexRunPack, JOB_PAYLOADS, RUN_PACK_PAYLOADS, RUNPACK_PAYLOADS } from "./payload-scenarios.ts";
import { COSTLY_SIGNATURES, SIGNATURE_SCENARIOS, SOUND_SIGNATURES, TEST_KEY } from "./signature-scenarios.ts";
import { FORM_SCENARIOS, UNUSUAL_SCENARIOS } from "./unusual.ts";
import { ACCEPTED, FORMATS, type Format, refusedBy, type Scenario, slug, type Vector } from "./vector.ts";

const PAYLOADS: Record<Format, readonly Scenario[]> = {
  runpack: RUNPACK_PAYLOADS,
  "embedded runpack": RUNPACK_PAYLOADS,
  pack: RUN_PACK_PAYLOADS,
  "job pack": JOB_PAYLOADS,
  "evidence pack": EVIDENCE_PAYLOADS,
};

/** Costly scenarios, one format each. */
const COSTS: Partial<Record<Format, readonly Scenario[]>> = {
  runpack: [...RECORD_BOMBS.map(generated), ...costlyManifests("manifest_digest_mismatch")],
  pack: [NESTED_BOMB, ...COSTLY_SIGNATURES.map(keyed), ...costlyManifests("schema_invalid")],
  "job pack": RECORD_BOMBS.map(generated),
};

const UNUSUAL_RUN_PACKS: readonly Scenario[] = [
  {
    class: "unusual",
    rule: "a run's id that could be a digest",
    changes: hexRunPack("ab".repeat(32)),
    verdict: ACCEPTED,
  },
];

/** Rules of the archive, checked before its contents. */
const OF_THE_ARCHIVE: readonly Scenario[] = [
  ...[...ENTRY_SCENARIOS, ...FORM_DEVIATIONS, ...NAME_SCENARIOS, ...ARCHIVE_SCENARIOS, ...CLAIMED_BOMBS].map(archived),
  ...MADE_BOMBS.map(generated),
];

export const VECTORS: readonly Vector[] = FORMATS.flatMap((format, nth) => [
  // The same code checks the archives of all formats: by default each scenario is run in one of them, in turn.
  ...OF_THE_ARCHIVE.map((each, index) => vector(format, each, index % FORMATS.length === nth)),
  ...scenariosOf(format).map((each) => vector(format, each, true)),
  ...FORM_SCENARIOS.filter((_, index) => index % FORMATS.length === nth).map((each) =>
    vector(format, { class: "form", ...each, verdict: ACCEPTED }, true),
  ),
]);

function scenariosOf(format: Format): Scenario[] {
  const unusual = UNUSUAL_SCENARIOS.map(({ rule, changes }) => ({
    class: "unusual",
    rule,
    changes,
    verdict: ACCEPTED,
  }));
  return [
    ...MANIFEST_TEXTS,
    twoManifests(format),
    ...(COSTS[format] ?? []),
    ...(format === "evidence pack" ? EVIDENCE_CLAIMS : manifestClaims(format)),
    ...PAYLOADS[format],
    // The pack around an embedded runpack is the signed one.
    ...(format === "embedded runpack" ? [] : [...SIGNATURE_SCENARIOS, ...SOUND_SIGNATURES].map(keyed)),
    // An evidence pack repeats its digests elsewhere, as plain text.
    ...unusual.filter(({ rule }) => format !== "evidence pack" || !rule.includes("capitals")),
    ...(format === "pack" ? UNUSUAL_RUN_PACKS : []),
  ];
}

function generated(scenario: ArchiveScenario): Scenario {
  return { ...archived(scenario), generated: true };
}

function archived(scenario: ArchiveScenario): Scenario {
  const { class: name, rule, member, codes, aroundIt } = scenario;
  const members = member === undefined ? {} : { members: { [member[0]]: member[1] } };
  const layer = codes[0].startsWith("zip") ? "zip" : "document";
  return {
    class: name,
    rule,
    changes: { ...members, archive: (entries) => scenario.archive(entries) },
    verdict: refusedBy(layer, ...codes),
    ...(aroundIt === undefined ? {} : { embedded: refusedBy("zip", aroundIt) }),
  };
}

function keyed(scenario: Scenario): Scenario {
  return { ...scenario, keys: scenario.keys ?? [TEST_KEY] };
}

function vector(format: Format, scenario: Scenario, daily: boolean): Vector {
  const { class: topic, rule, changes, verdict, keys = [], flags = [], generated = false } = scenario;
  return {
    name: slug(format, topic, rule),
    class: topic,
    what: rule,
    format,
    flags,
    keys,
    generated,
    daily,
    ...(format === "embedded runpack" ? (scenario.embedded ?? verdict) : verdict),
    bytes: () => artifact(format, changes),
  };
}
