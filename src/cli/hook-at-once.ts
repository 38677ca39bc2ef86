/** `gait capture hook` without flags: what `dispatch` would do, without loading it (`start.ts`). */
import { captureHook } from "../host/capture/hook.ts";
import type { Environment } from "./command/command.ts";

/** Trouble is one line on stderr. Never throws. */
export async function hookAtOnce(env: Environment["env"]): Promise<void> {
  try {
    captureHook(env);
  } catch (error) {
    const { hookFailure } = await import("./dispatch.ts");
    const { print } = await import("./terminal/output.ts");
    print(await hookFailure(error, env));
  }
}
