/**
 * The commands that the first words of a command line can name, without loading the tables of all others: for the commands
 * that programs start over and over.
 */
import type { CommandSpec } from "./command/command.ts";

/** All commands that begin with these words. */
const BY_WORDS: Readonly<Record<string, () => Promise<readonly CommandSpec[]>>> = {
  verify: async () => {
    const [{ VERIFY_SHORT }, { VERIFY_COMMANDS }] = await Promise.all([
      import("./commands/pack/verify-command.ts"),
      import("./commands/verify/command.ts"),
    ]);
    return [VERIFY_SHORT, ...VERIFY_COMMANDS];
  },
  "pack verify": async () => [(await import("./commands/pack/verify-command.ts")).VERIFY],
  job: async () => (await import("./commands/job/command.ts")).JOB_COMMANDS,
};

export async function commandsFor([first = "", second = ""]: readonly string[]): Promise<readonly CommandSpec[]> {
  for (const words of [first, `${first} ${second}`]) {
    const load = Object.hasOwn(BY_WORDS, words) ? BY_WORDS[words] : undefined;
    if (load !== undefined) return load();
  }
  return allCommands();
}

export async function allCommands(): Promise<readonly CommandSpec[]> {
  return (await import("./commands.ts")).COMMANDS;
}
