/** All vectors: the same scenarios for every format that they make sense in. */
import { ARCHIVE_SCENARIOS } from "./archive-scenarios.ts";
import { artifact } from "./artifact.ts";
import { CLAIMED_BOMBS, MADE_BOMBS, NESTED_BOMB, RECORD_BOMBS } from "./bombs.ts";
import { type ArchiveScenario, ENTRY_SCENARIOS } from "./entry-scenarios.ts";
import { costlyManifests, MANIFEST_TEXTS, manifestClaims } from "./manifest-scenarios.ts";
import { NAME_SCENARIOS } from "./name-scenarios.ts";
import { JOB_PAYLOADS, RUN_PACK_PAYLOADS, RUNPACK_PAYLOADS } from "./payload-scenarios.ts";
import { COSTLY_SIGNATURES, SIGNATURE_SCENARIOS, SOUND_SIGNATURES, TEST_KEY } from "./signature-scenarios.ts";
import { UNUSUAL_SCENARIOS } from "./unusual.ts";
import { ACCEPTED, FORMATS, type Format, refusedBy, type Scenario, slug, type Vector } from "./vector.ts";

/** Those whose manifests the scenarios can change; of the evidence pack only archive and text can be odd. */
type Sealed = Exclude<Format, "evidence pack">;

const PAYLOADS: Record<Sealed, readonly Scenario[]> = {
  runpack: RUNPACK_PAYLOADS,
  "embedded runpack": RUNPACK_PAYLOADS,
  pack: RUN_PACK_PAYLOADS,
  "job pack": JOB_PAYLOADS,
};

/** What is said once costs what it costs in every format that has it. */
const COSTS: Partial<Record<Format, readonly Scenario[]>> = {
  runpack: [...RECORD_BOMBS.map(generated), ...costlyManifests("manifest_digest_mismatch")],
  pack: [NESTED_BOMB, keyed(COSTLY_SIGNATURES), ...costlyManifests("schema_invalid")],
  "job pack": RECORD_BOMBS.map(generated),
};

export const VECTORS: readonly Vector[] = FORMATS.flatMap((format) =>
  scenariosOf(format).map((each) => vector(format, each)),
);

function scenariosOf(format: Format): Scenario[] {
  const unusual = UNUSUAL_SCENARIOS.map(({ rule, changes }) => ({
    class: "unusual",
    rule,
    changes,
    verdict: ACCEPTED,
  }));
  return [
    ...[...ENTRY_SCENARIOS, ...NAME_SCENARIOS, ...ARCHIVE_SCENARIOS, ...CLAIMED_BOMBS].map(archived),
    ...MADE_BOMBS.map(generated),
    ...MANIFEST_TEXTS,
    ...(COSTS[format] ?? []),
    ...(format === "evidence pack" ? unusual.filter(({ changes }) => "archive" in changes) : sealed(format)),
    ...(format === "evidence pack" ? [] : unusual),
  ];
}

/** The pack around an embedded runpack is the one that is signed. */
function sealed(format: Sealed): Scenario[] {
  const signatures = format === "embedded runpack" ? [] : [...SIGNATURE_SCENARIOS, ...SOUND_SIGNATURES].map(keyed);
  return [...manifestClaims(format), ...PAYLOADS[format], ...signatures];
}

function generated(scenario: ArchiveScenario): Scenario {
  return { ...archived(scenario), generated: true };
}

function archived(scenario: ArchiveScenario): Scenario {
  const { class: name, rule, member, codes } = scenario;
  const members = member === undefined ? {} : { members: { [member[0]]: member[1] } };
  const layer = codes[0].startsWith("zip") ? "zip" : "document";
  return {
    class: name,
    rule,
    changes: { ...members, archive: (entries) => scenario.archive(entries) },
    verdict: refusedBy(layer, ...codes),
  };
}

function keyed(scenario: Scenario): Scenario {
  return { ...scenario, keys: scenario.keys ?? [TEST_KEY] };
}

function vector(format: Format, scenario: Scenario): Vector {
  const { class: topic, rule, changes, verdict, keys = [], flags = [], generated = false } = scenario;
  return {
    name: slug(format, topic, rule),
    class: topic,
    what: rule,
    format,
    flags,
    keys,
    generated,
    ...verdict,
    bytes: () => artifact(format, changes),
  };
}
