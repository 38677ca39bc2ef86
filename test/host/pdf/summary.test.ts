/** `summary.pdf`: the same page gives the same bytes, and every name on it can be read, or is written as `\u{…}`. */
import { describe, expect, test } from "bun:test";
import { controlsOf } from "../../../src/core/evidence/control.ts";
import type { EvidencePage } from "../../../src/core/evidence/summary-page.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { fontOf, sfntOfWoff } from "../../../src/host/pdf/fonts.ts";
import { summaryPdf } from "../../../src/host/pdf/summary.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { EvidenceContent } from "../../../src/schema/document/evidence-pack.ts";
import { DIGEST } from "../../schema/cases/case.ts";

const FILES: EvidenceContent[] = [
  { path: "referenced_runpacks.json", type: "evidence", sha256: DIGEST },
  { path: "runpack_summary.json", type: "runpack", sha256: DIGEST },
];

const PAGE: EvidencePage = {
  runId: "run_alpha",
  caseId: undefined,
  templateId: "soc2",
  createdAt: "2026-02-02T02:15:00.123456789Z",
  captureMode: "reference",
  manifestDigest: DIGEST,
  intents: 1,
  results: 2,
  receipts: 0,
  window: undefined,
  controls: controlsOf("soc2", FILES),
  files: FILES,
  traces: [],
  regressions: [],
  inventories: [],
  approvals: [],
  credentials: [],
};

const GOLDEN = "6b8757ffad150f4033ff47b13d213918d47afe0a4e879b24a93db50094869594";

/** The text that can be copied from the PDF: every glyph has its text (ToUnicode). */
function textOf(pdf: Uint8Array): string {
  const source = Buffer.from(pdf).toString("latin1");
  const objects = new Map(
    [...source.matchAll(/\n(\d+) 0 obj\n(.*?)\nendobj/gs)].map(([, id = "", body = ""]) => [id, body]),
  );
  const referred = (body: string, name: string) =>
    objects.get(new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1] ?? "") ?? "";
  const glyphsOf = (font: string) =>
    [...referred(referred(source, font), "ToUnicode").matchAll(/ \[(.*?)\]/g)]
      .flatMap(([, list = ""]) => [...list.matchAll(/<(.*?)>/g)].map(([, units = ""]) => units.split(" ")))
      .map((units) => String.fromCharCode(...units.map((unit) => Number.parseInt(unit || "0", 16))));
  const glyphs = new Map(["F1", "F2", "F3", "F4"].map((font) => [font, glyphsOf(font)]));
  return [...source.matchAll(/\nBT\n(.*?)\nET/gs)]
    .flatMap(([, block = ""]) => {
      const font = /\/(F\d) /.exec(block)?.[1] ?? "";
      const codes = [...block.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = ""]) => hex.match(/.{4}/g) ?? []);
      return codes.map((code) => glyphs.get(font)?.[Number.parseInt(code, 16)] ?? "?");
    })
    .join("");
}

const withCase = (caseId: string) => summaryPdf({ ...PAGE, caseId }).then(textOf);

describe("summary.pdf", () => {
  test("is a PDF with embedded fonts, dated at the time of the run, uncompressed", async () => {
    const source = Buffer.from(await summaryPdf(PAGE)).toString("latin1");
    expect([source.slice(0, 9), source.trimEnd().slice(-5)]).toEqual(["%PDF-1.7\n", "%%EOF"]);
    // As booleans, because a failure would print all of it.
    const has = ["(D:20260202021500Z)", "/FontFile2", "/FlateDecode", "Helvetica"].map((part) => source.includes(part));
    expect(has).toEqual([true, true, false, false]);
  });

  test("has the same bytes as always", async () => {
    // They change with the drawing or its library, and with them the id of every pack that has a page: say so in the release.
    expect(sha256Hex(hostPlatform, await summaryPdf({ ...PAGE, caseId: "CASE-7 漢字 שלום" }))).toBe(GOLDEN);
  });

  test("lists the pack's contents, and marks a control without evidence", async () => {
    const text = textOf(await summaryPdf(PAGE));
    for (const said of ["Evidence pack", "run_alpha", "SOC 2", "CC6.6", "Change Management Evidence", DIGEST]) {
      expect(text).toContain(said);
    }
    expect(text).toContain("1 intent, 2 results, 0 references");
    expect(text.split("No evidence of this control is in the pack.")).toHaveLength(2);
  });

  test("the same page gives the same bytes, in any time zone", async () => {
    const page = { ...PAGE, caseId: "漢字 שלום CASE-7" };
    const here = await summaryPdf(page);
    expect(await summaryPdf(page)).toEqual(here);
    const script = `import { summaryPdf } from "./src/host/pdf/summary.ts";
      const bytes = await summaryPdf(${JSON.stringify(page)});
      process.stdout.write(new Bun.CryptoHasher("sha256").update(bytes).digest("hex"));`;
    for (const TZ of ["Asia/Tokyo", "America/St_Johns"]) {
      const { stdout } = Bun.spawnSync([process.execPath, "-e", script], {
        env: { ...process.env, TZ, LANG: "de_DE" },
      });
      expect(stdout.toString()).toBe(sha256Hex(hostPlatform, here));
    }
  });

  test.each([
    "Ængström, Łódź, Ωμέγα, Жизнь",
    "שלום",
    "ქართული Հայերեն",
    "漢字汉字 ひらがな カタカナ 한국어",
    "नमस्ते বাংলা தமிழ் తెలుగు",
    "สวัสดี ខ្មែរ བོད་སྐད",
    "አማርኛ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ",
  ])("a name can be read: %s", async (name) => {
    const text = await withCase(name);
    expect(text).not.toContain("\\u{");
    for (const character of name.replaceAll(" ", "")) expect(text).toContain(character);
  });

  test.each([
    ["\u{1f680}", "\\u{1f680}"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\u0000b\n", "a\\u{0}b\\u{a}"],
    ["\ud800", "\\u{d800}"],
    ["\ue000", "\\u{e000}"],
  ])("characters without glyph or shape are written out, with a note: %j", async (name, written) => {
    const text = await withCase(name);
    expect(text).toContain(written);
    expect(text).toContain("Characters that these fonts lack");
  });

  test("a long name is broken, and a long list continues in the pack", async () => {
    const traces = Array.from({ length: 100 }, (_, index) => ({
      trace_id: `t${index}`,
      tool_name: "fs.read",
      verdict: "allow",
    }));
    const text = textOf(await summaryPdf({ ...PAGE, traces, caseId: "x".repeat(3000) }));
    expect(text).toContain("and 60 more, in trace_summary.json");
    expect(text.match(/x/g)?.length).toBeGreaterThanOrEqual(3000);
  });
});

describe("fonts", () => {
  test("the fallback has the Basic Multilingual Plane", () => {
    const missing = ["漢", "한", "ა", "न", "ﷲ", "⌘"].filter(
      (each) => !fontOf("fallback").has(each.codePointAt(0) ?? 0),
    );
    expect(missing).toEqual([]);
    expect(fontOf("fallback").has(0x1f680)).toBe(false);
  });
  test("a WOFF file is unpacked to the sfnt inside, table by table", () => {
    const { bytes } = fontOf("fallback");
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getUint32(0)).toBe(0x00010000);
    const tables = view.getUint16(4);
    const lengths = Array.from({ length: tables }, (_, table) => (view.getUint32(24 + 16 * table) + 3) & ~3);
    expect(12 + 16 * tables + lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
    expect(() => sfntOfWoff(new Uint8Array(20))).not.toThrow(TypeError);
  });
});
