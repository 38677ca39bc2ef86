/** One script for both threads: the page starts the worker from its own text, which the digest in the head covers. */
import { openPage } from "./page/page.ts";
import { serve } from "./verifier/worker.ts";

if (typeof document === "undefined") serve();
else openPage(document.currentScript?.textContent ?? "");
