/** One script for both threads: the page starts the other one with its own text, which the head's digest covers. */
import { openPage } from "./page/page.ts";
import { serve } from "./verifier/worker.ts";

if (typeof document === "undefined") serve();
else openPage(document.currentScript?.textContent ?? "");
