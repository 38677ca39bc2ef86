/** The rules of `scripts/check/rooms.ts`, each with a good and a bad tree; and the repository. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { LAYERS } from "../scripts/check/layers.ts";
import { faultText, MAX_FILES, type RoomRule, roomFaults, roomFiles } from "../scripts/check/rooms.ts";

type Tree = Readonly<Record<string, string>>;

function faultsOf(tree: Tree): string[] {
  return roomFaults(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(
    ({ path, line, rule }) => `${path}:${line}: ${rule}`,
  );
}

function filled(folder: string, count: number): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/f${at}.ts`, ""]));
}

interface Case {
  readonly rule: RoomRule;
  readonly name: string;
  readonly passes: Tree;
  readonly fails: Tree;
  /** The place of the fault; the rule follows. */
  readonly at: string;
}

const ERROR = "src/core/finding/error.ts";
const PARSE = "src/core/json/parse.ts";

const CASES: readonly Case[] = [
  {
    rule: "unknown folder",
    name: "a folder of a layer",
    passes: { "src/core/json/parse.ts": "" },
    fails: { "src/core/yaml/parse.ts": "" },
    at: "src/core/yaml/parse.ts:1",
  },
  {
    rule: "unknown folder",
    name: "a layer",
    passes: { "src/core/library.ts": "" },
    fails: { "src/cloud/fetch.ts": "" },
    at: "src/cloud/fetch.ts:1",
  },
  {
    rule: "arrow back",
    name: "an import",
    passes: { [ERROR]: "", [PARSE]: 'import { A } from "../finding/error.ts";' },
    fails: { [PARSE]: "", [ERROR]: '/** Why. */\n\nimport { A } from "../json/parse.ts";' },
    at: `${ERROR}:3`,
  },
  {
    rule: "arrow back",
    name: "an import over several lines",
    passes: { [ERROR]: "", [PARSE]: 'import {\n  A,\n  B,\n} from "../finding/error.ts";' },
    fails: { [PARSE]: "", [ERROR]: 'import {\n  A,\n  B,\n} from "../json/parse.ts";' },
    at: `${ERROR}:4`,
  },
  {
    rule: "arrow back",
    name: "an import of a type",
    passes: { [ERROR]: "", [PARSE]: 'import type { A } from "../finding/error.ts";' },
    fails: { [PARSE]: "", [ERROR]: 'import type { A } from "../json/parse.ts";' },
    at: `${ERROR}:1`,
  },
  {
    rule: "arrow back",
    name: "a late import",
    passes: { [ERROR]: "", [PARSE]: 'const a = () => import("../finding/error.ts");' },
    fails: { [PARSE]: "", [ERROR]: 'const a = () => import("../json/parse.ts");' },
    at: `${ERROR}:1`,
  },
  {
    rule: "arrow back",
    name: "the type of an import",
    passes: { [ERROR]: "", [PARSE]: 'type A = import("../finding/error.ts").A;' },
    fails: { [PARSE]: "", [ERROR]: 'type A = import("../json/parse.ts").A;' },
    at: `${ERROR}:1`,
  },
  {
    rule: "arrow back",
    name: "a folder inside a folder",
    passes: {
      "src/core/report/page/view.ts": "",
      "src/core/report/document.ts": 'import { V } from "./page/view.ts";',
    },
    fails: { "src/core/report/document.ts": "", "src/core/report/page/view.ts": 'import { V } from "../document.ts";' },
    at: "src/core/report/page/view.ts:1",
  },
  {
    rule: "arrow back",
    name: "a layer",
    passes: { [ERROR]: "", "src/host/files/errno.ts": 'import { A } from "../../core/finding/error.ts";' },
    fails: { "src/host/files/errno.ts": "", [ERROR]: 'import { A } from "../../host/files/errno.ts";' },
    at: `${ERROR}:1`,
  },
  {
    rule: "arrow back",
    name: "the viewer and the host",
    passes: { [ERROR]: "", "src/viewer/dom/dom.ts": 'import { A } from "../../core/finding/error.ts";' },
    fails: { "src/host/files/errno.ts": "", "src/viewer/dom/dom.ts": 'import { A } from "../../host/files/errno.ts";' },
    at: "src/viewer/dom/dom.ts:1",
  },
  {
    rule: "arrow back",
    name: "an import in a comment does not count",
    passes: { [PARSE]: "", [ERROR]: '/**\n * import { A } from "../json/parse.ts";\n */\n// from "../json/parse.ts"' },
    fails: { [PARSE]: "", [ERROR]: '// A comment.\nimport "../json/parse.ts";' },
    at: `${ERROR}:2`,
  },
  {
    rule: "arrow back",
    name: "the source and the scripts",
    passes: { [ERROR]: 'import page from "../../../dist/report.html";' },
    fails: { [ERROR]: 'import { a } from "../../../scripts/build.ts";' },
    at: `${ERROR}:1`,
  },
  {
    rule: "circle of files",
    name: "two files",
    passes: { "src/core/json/a.ts": 'import "./b.ts";', "src/core/json/b.ts": "" },
    fails: { "src/core/json/a.ts": 'import "./b.ts";', "src/core/json/b.ts": 'import type { A } from "./a.ts";' },
    at: "src/core/json/a.ts:1",
  },
  {
    rule: "circle of files",
    name: "three files, from the middle of a trail",
    passes: {
      "src/core/json/a.ts": 'import "./b.ts";\nimport "./c.ts";',
      "src/core/json/b.ts": 'import "./c.ts";',
      "src/core/json/c.ts": "",
    },
    fails: {
      "src/core/json/a.ts": 'import "./d.ts";',
      "src/core/json/d.ts": '\nimport "./b.ts";',
      "src/core/json/b.ts": '\n\nimport "./c.ts";',
      "src/core/json/c.ts": 'import "./d.ts";',
    },
    at: "src/core/json/b.ts:3",
  },
  {
    rule: "full folder",
    name: "of the source",
    passes: filled("src/core/zip", MAX_FILES),
    fails: filled("src/core/zip", MAX_FILES + 1),
    at: "src/core/zip:1",
  },
  {
    rule: "full folder",
    name: "of the tests",
    passes: { ...filled("test/core/zip", MAX_FILES), ...filled("test/core/json", MAX_FILES) },
    fails: filled("test/core/zip", MAX_FILES + 1),
    at: "test/core/zip:1",
  },
  {
    rule: "full folder",
    name: "data of tests is not counted",
    passes: { ...filled("test/vectors/keys", 100), ...filled("test/cli/golden", 100) },
    fails: filled("test/cli", MAX_FILES + 1),
    at: "test/cli:1",
  },
  {
    rule: "type name twice",
    name: "an interface and a type",
    passes: { [ERROR]: "export interface A {}", [PARSE]: "export type B = 1;\ninterface A {}" },
    fails: { [ERROR]: "export interface A {}", [PARSE]: "\nexport type A = 1;" },
    at: `${PARSE}:2`,
  },
  {
    rule: "type name twice",
    name: "classes of two layers",
    passes: { [ERROR]: "export class A {}", "src/cli/main.ts": "export class B {}" },
    fails: { [ERROR]: "export class A {}", "src/cli/main.ts": "export abstract class A {}" },
    at: "src/cli/main.ts:1",
  },
  {
    rule: "re-export",
    name: "names of another file",
    passes: { [ERROR]: "", "src/core/library.ts": 'export { a } from "./finding/error.ts";' },
    fails: { [ERROR]: "", [PARSE]: '\nexport { a } from "../finding/error.ts";' },
    at: `${PARSE}:2`,
  },
  {
    rule: "re-export",
    name: "all of another file",
    passes: { [ERROR]: "", "src/host/platform/node-library.ts": 'export * from "../../core/library.ts";' },
    fails: { [ERROR]: "", [PARSE]: 'export * from "../finding/error.ts";' },
    at: `${PARSE}:1`,
  },
  {
    rule: "re-export",
    name: "an imported name",
    passes: { [ERROR]: "", [PARSE]: 'import { a } from "../finding/error.ts";\nexport const b = a + 1;' },
    fails: { [ERROR]: "", [PARSE]: 'import type { A } from "../finding/error.ts";\nexport type { A };' },
    at: `${PARSE}:2`,
  },
  {
    rule: "repeated folder name",
    name: "a noun beside it",
    passes: { "src/core/job/replay.ts": "", "src/core/job/job.ts": "" },
    fails: { "src/core/job/job-replay.ts": "" },
    at: "src/core/job/job-replay.ts:1",
  },
  {
    rule: "repeated folder name",
    name: "in the plural",
    passes: { "src/host/files/staged.ts": "" },
    fails: { "src/host/files/staged-file.ts": "" },
    at: "src/host/files/staged-file.ts:1",
  },
  {
    rule: "repeated folder name",
    name: "a verb with that noun is allowed",
    passes: { "src/core/pack/build-pack.ts": "" },
    fails: { "src/core/pack/pack-builder.ts": "" },
    at: "src/core/pack/pack-builder.ts:1",
  },
];

for (const rule of new Set(CASES.map((each) => each.rule))) {
  describe(rule, () => {
    for (const { name, passes, fails, at } of CASES.filter((each) => each.rule === rule)) {
      test(name, () => {
        expect(faultsOf(passes)).toEqual([]);
        expect(faultsOf(fails)).toEqual([`${at}: ${rule}`]);
      });
    }
  });
}

test("a fault gives file, line, rule and a hint", () => {
  const [fault] = roomFaults([
    { path: PARSE, text: "" },
    { path: ERROR, text: 'import { A } from "../json/parse.ts";' },
  ]);
  expect(fault && faultText(fault)).toBe(
    `${ERROR}:1: arrow back: imports ${PARSE}, and src/core/json is not before src/core/finding in LAYERS of ` +
      "scripts/check/layers.ts: move what both need to the lower folder, or take it as an argument",
  );
});

test("the repository follows them, and every folder in the table exists", async () => {
  const files = await roomFiles(join(import.meta.dir, ".."));
  expect(files.length).toBeGreaterThan(300);
  expect(roomFaults(files).map(faultText)).toEqual([]);
  const missing = LAYERS.flatMap(({ name, folders }) =>
    folders
      .map((folder) => (folder === "." ? `src/${name}/` : `src/${name}/${folder}/`))
      .filter((folder) => !files.some(({ path }) => path.startsWith(folder))),
  );
  expect(missing).toEqual([]);
});
