/** The work of `gait regress init` and `gait regress add`. */
import { dirname, join } from "node:path";
import { chunks } from "../../../core/bytes/source.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { RUN_SOURCE } from "../../../core/pack/run-payload.ts";
import {
  FIXTURE_RUNPACK,
  fixtureName,
  indented,
  NO_CONFIG,
  newFixture,
  readConfig,
  withFixture,
} from "../../../core/regress/fixture.ts";
import { sequencesOf } from "../../../core/regress/sequence.ts";
import { runIn } from "../../../core/rerun/run-records.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { durableFiles } from "../../../host/files/durable.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import type { FileSink } from "../../../host/files/staged.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { acquireLock } from "../../../host/job/lock.ts";
import { thisMachine } from "../../../host/job/process-identity.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { RegressFailure, RegressInitOutput } from "../../../schema/answer/regress.ts";
import type { RegressConfig } from "../../../schema/document/evidence-input.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { refusal } from "../../show/refusal.ts";
import { warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../artifact.ts";

const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

/** `isNew`: the set may be missing, and is made then. */
export async function makeFixture(
  call: Call,
  { isNew = true }: { readonly isNew?: boolean } = {},
): Promise<Answer<RegressInitOutput | RegressFailure>> {
  const from = call.option("--from");
  if (from === undefined)
    throw new GaitError("invalid_input", "--from is missing: it names the run", { hint: "Give --from ID|FILE." });
  const configPath = call.option("--config") ?? "gait.yaml";
  // Before anything is made: a set that can't be read gets no fixture.
  await configOf(configPath, isNew);
  const path = locateArtifact(from, { cwd: call.cwd, home: call.env["HOME"] });
  return withVerified(path, { ...UNKEYED, limits: limitsOf(call) }, async (verified, { source, assertUnchanged }) => {
    assertLocated(from, path, verified);
    if (verified.verdict === "failed") return refusal(call, "no fixture", [{ path, verification: verified }]);
    const read = await runIn(path, verified);
    const runId = read.manifest.run_id;
    const name = fixtureName(call.option("--name"), runId);
    const folder = join(dirname(configPath), "fixtures", name);
    const fixture = newFixture(name, runId, await sequencesOf(read));
    const options = {
      force: call.has("--force"),
      inputs: [...call.inputs.filter((each) => each !== configPath), path],
    };
    await writeAtomically(
      join(folder, FIXTURE_RUNPACK),
      async (sink) => {
        await copyRunpack(verified, source, sink);
        assertUnchanged();
      },
      { ...options, verify: (output) => assertVerifies(output, UNKEYED) },
    );
    const encoder = new TextEncoder();
    const write = (file: string, text: string, force: boolean) =>
      writeAtomically(file, async (sink) => sink.write(encoder.encode(text)), { ...options, force });
    await write(join(folder, "fixture.json"), indented(fixture), options.force);
    // Last: a set never names a fixture that is not there. Read again: another process may have added one.
    const lock = await acquireLock(`${configPath}.lock`, { files: durableFiles, processes: thisMachine() });
    try {
      await write(configPath, indented(withFixture(await configOf(configPath, isNew), name, runId)), true);
    } finally {
      lock.release();
    }
    return made(call, { configPath, name, folder, runId, warnings: verified.warnings });
  });
}

async function configOf(path: string, isNew: boolean): Promise<RegressConfig> {
  try {
    return readConfig(await readInput(path, { limit: MAX_CONFIG_BYTES }), path);
  } catch (error) {
    if (isNew && error instanceof GaitError && error.code === "not_found") return NO_CONFIG;
    throw error;
  }
}

/** Byte for byte: the file, or the one inside a pack. */
async function copyRunpack(verified: Verified, source: Parameters<typeof chunks>[0], sink: FileSink): Promise<void> {
  if (verified.format !== "runpack")
    return void (await verified.archive.stream(RUN_SOURCE, (chunk) => sink.write(chunk)));
  for await (const chunk of chunks(source)) sink.write(chunk);
}

interface Made {
  readonly configPath: string;
  readonly name: string;
  readonly folder: string;
  readonly runId: string;
  readonly warnings: readonly string[];
}

function made(call: Call, { configPath, name, folder, runId, warnings }: Made): Answer<RegressInitOutput> {
  const runpack = join(folder, FIXTURE_RUNPACK);
  const lines = rows(
    [
      ["run", runId],
      ["folder", folder],
      ["set", configPath],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      config_path: configPath,
      fixture_name: name,
      fixture_dir: folder,
      runpack_path: runpack,
      run_id: runId,
      next_commands: ["gait regress run --json"],
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `fixture  ${name}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}
