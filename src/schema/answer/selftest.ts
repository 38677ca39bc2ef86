/** `gait selftest --json`. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, nonBlank, text } from "../document/primitives.ts";
import { answer } from "./answer.ts";

const CheckSchema = Type.Object(
  {
    name: nonBlank("Stable name of the check."),
    shows: nonBlank("What has been shown when it passes."),
    ok: Type.Boolean({ description: "It passed." }),
    error: Type.Optional(nonBlank("What is wrong, where it did not.")),
  },
  { ...CLOSED, description: "One known answer, or several of a kind." },
);

export const SelftestOutputSchema = answer("gait.selftest.output", "selftest", {
  version: nonBlank("Version of this program."),
  commit: text("Commit that it was built from; empty where it was not built from one."),
  bun: nonBlank("Version of the Bun inside."),
  target: nonBlank("Platform that it was built for, `linux-x64` for example."),
  os: nonBlank("Operating system that it runs on, with its release."),
  arch: nonBlank("Architecture that it runs on."),
  cpus: count("Processors that it may use.", 1),
  libc: Type.Optional(nonBlank("C library that it runs on, where that is known.")),
  passed: count("Checks that passed."),
  failed: count("Checks that failed."),
  checks: Type.Array(CheckSchema, { description: "Every check, in the order in which they ran." }),
});
export type SelftestOutput = Frozen<Static<typeof SelftestOutputSchema>>;
