/** The work of `gait regress bootstrap`. */
import type { RegressBootstrapOutput, RegressFailure } from "../../../schema/answer/regress.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { makeFixture } from "./make.ts";
import { runFixtures } from "./run.ts";

export async function bootstrap(call: Call): Promise<Answer<RegressBootstrapOutput | RegressFailure>> {
  const made = await makeFixture(call);
  if (made.exit !== EXIT.ok || made.json === undefined || !("config_path" in made.json))
    return made as Answer<RegressFailure>;
  const ran = await runFixtures(call);
  if (ran.json === undefined) return ran as Answer<never>;
  return {
    exit: ran.exit,
    json: { ...made.json, ...ran.json },
    text: made.text + ran.text,
    notes: `${made.notes ?? ""}${ran.notes ?? ""}`,
  };
}
