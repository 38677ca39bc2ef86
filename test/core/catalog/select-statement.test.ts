import { describe, expect, test } from "bun:test";
import { assertOneSelect } from "../../../src/core/catalog/select-statement.ts";

describe("one SELECT", () => {
  test.each([
    ["select 1"],
    ["  SELECT 1 ;  "],
    ["with x as (select 1 a) select a from x"],
    ["values (1), (2)"],
    ["-- a comment; with a semicolon\nselect 1 -- and another;"],
    ["/* select; */ select ';' as \"a;b\", [c;d], `e;f` from t /* open; "],
    ["select 'it''s; so'"],
  ])("is taken: %p", (sql) => {
    expect(() => assertOneSelect(sql)).not.toThrow();
  });

  test.each([
    ["", "is empty"],
    ["-- nothing", "is empty"],
    [";select 1", "begins with a semicolon"],
    ["select 1; select 2", "second statement"],

    ["select ''; delete from pack", "second statement"],
    ["select 1; /* x */ vacuum into 'f'", "second statement"],
    ["delete from pack", "is no SELECT"],
    ["vacuum into 'f'", "is no SELECT"],
    ["attach 'f' as f", "is no SELECT"],
    ["pragma user_version = 9", "is no SELECT"],
    ["explain select 1", "is no SELECT"],
    ["(select 1)", "is no SELECT"],
    ["select 1\0; delete from pack", "NUL"],
  ])("is refused: %p", (sql, says) => {
    expect(() => assertOneSelect(sql)).toThrow(says);
  });
});
