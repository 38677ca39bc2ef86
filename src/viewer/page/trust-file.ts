/** The trust file under "What you trust": what it is called, and its SHA-256, which the page can't judge. */
import { GaitError, hintOfError } from "../../core/finding/error.ts";
import { el } from "../../core/text/markup.ts";
import { readPolicy } from "../../core/trust/policy/read-policy.ts";
import { byId, toDom } from "../dom/dom.ts";
import { browserPlatform, type TrustFile } from "../verifier/verify-file.ts";

export interface TrustFilePlace {
  /** Shows it, or what is wrong with it: then it is not used, and neither is one from before. */
  take(file: TrustFile): Promise<void>;
  current(): TrustFile | undefined;
  /** Whether one was given that can't be used. */
  isFaulty(): boolean;
}

/** @param changed called when it is removed */
export function createTrustFilePlace(changed: () => void): TrustFilePlace {
  const place = byId("trust-file", HTMLElement);
  let current: TrustFile | undefined;
  let faulty = false;
  const clear = (): void => {
    current = undefined;
    faulty = false;
    place.replaceChildren();
  };
  return {
    current: () => current,
    isFaulty: () => faulty,
    async take(file) {
      clear();
      try {
        const { name, version, sha256 } = await readPolicy(file.bytes, file.name, browserPlatform);
        current = file;
        place.replaceChildren(toDom(shown(file.name, version === 0 ? name : `${name} (v${version})`, sha256)));
      } catch (error) {
        if (!(error instanceof GaitError)) throw error;
        faulty = true;
        place.replaceChildren(toDom(refused(file.name, `${error.message}. ${hintOfError(error)}`)));
      }
      place.querySelector("button")?.addEventListener("click", () => {
        clear();
        changed();
      });
    },
  };
}

function shown(file: string, name: string, sha256: string) {
  return el(
    "div",
    { class: "trust-file" },
    el("p", {}, el("strong", {}, name), ` from the trust file ${file}`),
    el("p", { class: "sha256" }, "SHA-256 ", el("code", {}, sha256)),
    el(
      "p",
      { class: "note" },
      "Compare it with what those told you who keep it: this page can't know whose file it is.",
    ),
    removal(file),
  );
}

function refused(file: string, why: string) {
  return el("div", { class: "trust-file" }, el("p", { class: "fault", role: "alert" }, why), removal(file));
}

function removal(file: string) {
  return el("button", { type: "button", "aria-label": `Remove the trust file ${file}` }, "Remove");
}
