/** Code that runs for seconds only, in a form that the runtime can be told of (`Platform.lastTierSparer`). */
import type { Compilable } from "./platform.ts";

/** The public methods and accessors of a class. */
export function methodsOf({ prototype }: { readonly prototype: object }): Compilable[] {
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(prototype);
  return Object.values(members as Record<string, PropertyDescriptor>).flatMap(({ value, get, set }) =>
    [value, get, set].filter((each): each is Compilable => typeof each === "function"),
  );
}
