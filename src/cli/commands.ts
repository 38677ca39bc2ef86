/** The one table of commands: help, arguments, completion, the manual page and docs/cli.md all come from it. */
import type { CommandSpec } from "./command/command.ts";
import { CAPTURE_COMMANDS } from "./commands/capture/command.ts";
import { CATALOG_COMMANDS } from "./commands/catalog/command.ts";
import { COLLECTION_COMMANDS } from "./commands/collection/command.ts";
import { completionCommands } from "./commands/completion/command.ts";
import { EXPLAIN } from "./commands/explain/command.ts";
import { GUARD_COMMANDS } from "./commands/guard/command.ts";
import { JOB_COMMANDS } from "./commands/job/command.ts";
import { KEYS_COMMANDS } from "./commands/keys/command.ts";
import { manCommand } from "./commands/man.ts";
import { PACK_COMMANDS } from "./commands/pack/command.ts";
import { VERIFY_SHORT } from "./commands/pack/verify-command.ts";
import { REGRESS_COMMANDS } from "./commands/regress/command.ts";
import { RUN_COMMANDS } from "./commands/run/command.ts";
import { CAPTURE_IMPORT } from "./commands/run/import-captures.ts";
import { DEMO, RERUN_COMMANDS } from "./commands/run/rerun/command.ts";
import { SESSION_COMMANDS } from "./commands/run/session/command.ts";
import { SCHEMA_COMMANDS } from "./commands/schema/command.ts";
import { SELFTEST } from "./commands/selftest/command.ts";
import { STORE_COMMANDS } from "./commands/store/command.ts";
import { TRACE_COMMANDS } from "./commands/trace/command.ts";
import { TRUST_COMMANDS } from "./commands/trust/command.ts";
import { VERIFY_COMMANDS } from "./commands/verify/command.ts";
import { VERSION } from "./commands/version.ts";
import { VIEWER } from "./commands/viewer/command.ts";

/** In the order of the overview. */
export const COMMANDS: readonly CommandSpec[] = [
  ...RUN_COMMANDS,
  ...RERUN_COMMANDS,
  ...SESSION_COMMANDS,
  ...CAPTURE_COMMANDS,
  CAPTURE_IMPORT,
  ...PACK_COMMANDS,
  VERIFY_SHORT,
  ...VERIFY_COMMANDS,
  ...JOB_COMMANDS,
  ...GUARD_COMMANDS,
  ...TRACE_COMMANDS,
  ...REGRESS_COMMANDS,
  ...KEYS_COMMANDS,
  ...TRUST_COMMANDS,
  ...STORE_COMMANDS,
  ...COLLECTION_COMMANDS,
  ...CATALOG_COMMANDS,
  EXPLAIN,
  ...SCHEMA_COMMANDS,
  SELFTEST,
  DEMO,
  ...completionCommands(() => COMMANDS),
  manCommand(() => COMMANDS),
  VIEWER,
  VERSION,
];
