/** The one table of commands: help, arguments, completion, the manual page and docs/cli.md all come from it. */
import type { CommandSpec } from "./command/command.ts";
import { completionCommands } from "./commands/completion/command.ts";
import { EXPLAIN } from "./commands/explain/command.ts";
import { GUARD_COMMANDS } from "./commands/guard/command.ts";
import { JOB_COMMANDS } from "./commands/job/command.ts";
import { KEYS_COMMANDS } from "./commands/keys/command.ts";
import { manCommand } from "./commands/man.ts";
import { PACK_COMMANDS, VERIFY_SHORT } from "./commands/pack/command.ts";
import { RUN_COMMANDS } from "./commands/run/command.ts";
import { SCHEMA_COMMANDS } from "./commands/schema/command.ts";
import { SELFTEST } from "./commands/selftest/command.ts";
import { VERSION } from "./commands/version.ts";
import { VIEWER } from "./commands/viewer/command.ts";

/** In the order of the overview. */
export const COMMANDS: readonly CommandSpec[] = [
  ...RUN_COMMANDS,
  ...PACK_COMMANDS,
  VERIFY_SHORT,
  ...JOB_COMMANDS,
  ...GUARD_COMMANDS,
  ...KEYS_COMMANDS,
  EXPLAIN,
  ...SCHEMA_COMMANDS,
  SELFTEST,
  ...completionCommands(() => COMMANDS),
  manCommand(() => COMMANDS),
  VIEWER,
  VERSION,
];
