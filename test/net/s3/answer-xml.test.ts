/** XML that somebody else sends: read, or nothing; never a loop, and no entity but those of XML itself. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseXml, textOf } from "../../../src/net/s3/answer-xml.ts";

describe("read", () => {
  test("elements, text, what is empty, attributes, the declaration and comments", () => {
    const read = parseXml(
      '<?xml version="1.0"?>\n<A x="1"><!-- <B>no</B> --><B>one</B><C/><D y=\'2\' /><B>two</B></A>\n',
    );
    expect(read?.name).toBe("A");
    expect(read?.children.map(({ name }) => name)).toEqual(["B", "C", "D", "B"]);
    expect([textOf(read, "B"), textOf(read, "C"), textOf(read, "E")]).toEqual(["one", "", undefined]);
  });

  test("entities: the five, and numbers", () => {
    expect(parseXml("<A>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#xD800;&x;&amp;lt;</A>")?.text).toBe(
      "<>&\"'A\u{1f600}\ufffd&x;&lt;",
    );
  });
});

describe("nothing", () => {
  for (const text of [
    ...["", "text", "<A>", "</A>", "<A></B>", "<A></A><B></B>", "<A></A>text", "<A", "<A x=1></A>", "<A x></A>"],
    ...['<!DOCTYPE A [<!ENTITY e "x">]><A>&e;</A>', "<![CDATA[x]]>", "<A><![CDATA[x]]></A>"],
    `${"<A>".repeat(20)}${"</A>".repeat(20)}`,
  ])
    test(text.slice(0, 40), () => expect(parseXml(text)).toBeUndefined());
});

test("any text: an element or nothing, in time", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "/",
    "<A>",
    "</A>",
    "<A/>",
    "&amp;",
    "&#x",
    ";",
    "x",
    " ",
    '"',
    "<!--",
    "-->",
    "<?",
    "?>",
    "<A b='",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const read = parseXml(pieces.join(""));
      expect(read === undefined || read.name === "A").toBe(true);
    }),
    { numRuns: 3000 },
  );
  const start = performance.now();
  parseXml(`<A>${"<".repeat(200_000)}`);
  parseXml(`<A ${"x='".repeat(100_000)}`);
  parseXml(`<!--${"-".repeat(200_000)}`);
  expect(performance.now() - start).toBeLessThan(2000);
});
