/** All forms, the commonest first: an archive is compared with them in this order. */

import { ARCHIVERS } from "./archivers.ts";
import { DESKTOP } from "./desktop.ts";
import { LANGUAGES } from "./languages.ts";
import { NPM } from "./npm.ts";
import { FIRST_FORMS } from "./own.ts";
import type { Form } from "./row.ts";

export const FORMS: readonly Form[] = [...FIRST_FORMS, ...LANGUAGES, ...ARCHIVERS, ...NPM, ...DESKTOP];
