/** What a program writes to a terminal. */

/** Printed after the program: a process may end before its last output arrives, and only this says that all of it has. */
const END = "[that-is-all]";

/** Runs it on a terminal of its own, in `cwd`, with a minimal environment; its output, escape sequences included. */
export async function terminalOf(
  command: readonly string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  let shown = "";
  const decoder = new TextDecoder();
  await using terminal = new Bun.Terminal({
    data: (_, bytes) => {
      shown += decoder.decode(bytes, { stream: true });
    },
  });
  const minimal = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", TERM: "xterm" };
  const script = ["bash", "-c", `"$@"; printf ${END}`, "bash", ...command];
  await Bun.spawn(script, { terminal, cwd: cwd ?? process.cwd(), env: { ...minimal, ...env } }).exited;
  for (let waited = 0; waited < 10_000 && !shown.endsWith(END); waited += 5) await Bun.sleep(5);
  if (!shown.endsWith(END)) throw new Error(`the terminal lost the end of: ${shown}`);
  return shown.slice(0, -END.length);
}
