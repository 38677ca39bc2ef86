/** The files of a fixture (contract 13.1): made of a run, and read. */
import type { RegressConfig, RegressFixture } from "../../schema/document/evidence-input.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { explain } from "../../schema/validate/explain.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { regressConfigValidator, regressFixtureValidator } from "../../schema/validator/evidence-input.ts";
import { GaitError } from "../finding/error.ts";
import { jsonInputError, jsonPath } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { parseJson } from "../json/parse.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import type { Sequences } from "./sequence.ts";

export const FIXTURE_RUNPACK = "runpack.zip";

/** The name that was given, or one of the run's id. @throws GaitError `invalid_input` for one that is no name of a folder */
export function fixtureName(given: string | undefined, runId: string): string {
  const made = runId
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|[-._]+$/g, "");
  const name = given?.trim() ?? made;
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name) && name.length <= 128 && !name.endsWith(".")) return name;
  throw new GaitError("invalid_input", `${JSON.stringify(name)} is no name of a fixture`, {
    hint: "Give one with --name: lower-case letters, digits and . _ -",
  });
}

export function newFixture(name: string, runId: string, { tools, verdicts }: Sequences): RegressFixture {
  return {
    schema_id: "gait.regress.fixture",
    schema_version: "1.0.0",
    name,
    run_id: runId,
    runpack: FIXTURE_RUNPACK,
    expected_replay_exit_code: 0,
    ...(tools.length > 0 ? { expected_tool_sequence: [...tools] } : {}),
    ...(verdicts.length > 0 ? { expected_verdict_sequence: [...verdicts] } : {}),
  };
}

export const NO_CONFIG: RegressConfig = {
  schema_id: "gait.regress.config",
  schema_version: "1.0.0",
  fixture_set: "default",
  fixtures: [],
};

/** With the fixture in it, in the place of one of the same name. */
export function withFixture(config: RegressConfig, name: string, runId: string): RegressConfig {
  const fixture = { name, run_id: runId, runpack: `fixtures/${name}/${FIXTURE_RUNPACK}` };
  const others = config.fixtures.filter((each) => each.name !== name);
  return { ...config, fixtures: [...others, fixture].sort((left, right) => compareUtf8(left.name, right.name)) };
}

/** As the Go implementation writes it. */
export function indented(document: RegressConfig | RegressFixture): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @throws GaitError `invalid_input` for what is no set, names a fixture twice, or leads out of its folder */
export function readConfig(bytes: Uint8Array, path: string): RegressConfig {
  const config = read(bytes, path, regressConfigValidator);
  const names = new Set<string>();
  for (const { name, runpack } of config.fixtures) {
    if (names.has(name)) throw wrong(path, `has the fixture ${name} twice`);
    names.add(name);
    if (!isBelow(runpack))
      throw wrong(path, `names the runpack ${JSON.stringify(runpack)}, which is not below its folder`);
  }
  return config;
}

/** @throws GaitError `invalid_input`, also for one that is not what the set says */
export function readFixture(bytes: Uint8Array, path: string, named: RegressConfig["fixtures"][number]): RegressFixture {
  const fixture = read(bytes, path, regressFixtureValidator);
  for (const member of ["name", "run_id"] as const)
    if (fixture[member] !== named[member])
      throw wrong(path, `has the ${member} ${JSON.stringify(fixture[member])}, and the set says ${named[member]}`);
  if (!isBelow(fixture.runpack) || fixture.runpack !== named.runpack.split("/").at(-1))
    throw wrong(path, "names another runpack than the set");
  if (fixture.session_chain !== undefined) {
    throw new GaitError("unsupported", `${path} is of a session's checkpoint`, {
      hint: "Make the fixture of the checkpoint's runpack: gait regress add --from RUNPACK.",
    });
  }
  return fixture;
}

/** A relative path, with `/`, that stays below where it starts. */
export function isBelow(path: string): boolean {
  return !/^[/\\]|^[A-Za-z]:|\\|\0/.test(path) && path.split("/").every((part) => part !== "" && part !== "..");
}

function read<T>(bytes: Uint8Array, path: string, validator: Validator<T>): T {
  let value: JsonValue;
  try {
    value = parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, path);
    throw error;
  }
  if (validator.fits(value)) return value;
  const [first] = explain(validator, value);
  throw wrong(path, `does not fit: ${jsonPath(first.path)} ${first.message}`);
}

function wrong(path: string, what: string): GaitError {
  return new GaitError("invalid_input", `${path} ${what}`, { hint: "gait regress init writes both files." });
}
