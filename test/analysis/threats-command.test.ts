import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { THREAT_CATALOGUES } from "../../src/check/threats/known-threats.js";
import { findCode } from "../../src/diagnostics/catalogue.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { folderOf } from "../cli/folders.js";
import { writ } from "../cli/recording-terminal.js";

const DESK = join(import.meta.dirname, "desk");

test("catalogues are whole, and no id stands in two of them", () => {
  const sizes = THREAT_CATALOGUES.map(({ profile, threats }) => [profile, threats.length]);
  expect(sizes).toEqual([
    ["owasp-llm-2025", 10],
    ["owasp-agentic-2026", 10],
    ["mitre-atlas", 208],
    ["owasp-llm-2026", 10],
  ]);
  const ids = THREAT_CATALOGUES.flatMap(({ threats }) => threats.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^(LLM\d\d:20\d\d|ASI\d\d|AML\.T\d{4}(\.\d{3})?)$/);
  for (const { retired } of THREAT_CATALOGUES) {
    for (const [old, now] of retired) expect([ids.includes(old), ids.includes(now)]).toEqual([false, true]);
  }
});

test("a threat is covered by a rule that decides what a test expects, untested without one, and else a gap", async () => {
  const { out, exitCode } = await writ(["threats", DESK, "--profile", "owasp-agentic-2026"]);
  expect(out).toBe(`OWASP Top 10 for Agentic Applications 2026 (owasp-agentic-2026)
  ASI01  Agent Goal Hijack                     gap
  ASI02  Tool Misuse and Exploitation          covered   looking (D-1) · 1 test
  ASI03  Identity and Privilege Abuse          gap
  ASI04  Agentic Supply Chain Vulnerabilities  gap
  ASI05  Unexpected Code Execution (RCE)       gap
  ASI06  Memory & Context Poisoning            gap
  ASI07  Insecure Inter-Agent Communication    gap
  ASI08  Cascading Failures                    untested  nobody_writes
  ASI09  Human-Agent Trust Exploitation        gap
  ASI10  Rogue Agents                          gap
  10 threats: 1 covered, 1 untested, 8 gaps
`);
  expect(exitCode).toBe(0);
});

test("JSON and Markdown say where the catalogue comes from", async () => {
  const json = await writ([
    "threats",
    DESK,
    "--format",
    "json",
    "--profile",
    "owasp-agentic-2026",
    "--no-tests",
  ]);
  expect(JSON.parse(json.out).profiles[0]).toMatchObject({ published: "2025-12-09", gaps: 8, all: 10 });
  const markdown = await writ(["threats", DESK, "--format", "markdown", "--profile", "mitre-atlas"]);
  expect(markdown.out).toContain("0 of 208 techniques are named");
  expect(markdown.out).toContain(
    "<https://github.com/mitre-atlas/atlas-data/releases/tag/v2026.09>, 2026-09-15",
  );
});

test("a profile that no catalogue has is a mistake with a suggestion", async () => {
  for (const command of ["threats", "check"]) {
    const { err, exitCode } = await writ([command, DESK, "--profile", "mitre-atlsa"]);
    expect({ err, exitCode }).toEqual({
      err: "error: there is no profile `mitre-atlsa`\n  did you mean `mitre-atlas`?\n",
      exitCode: 64,
    });
  }
});

test("writ check warns of each threat of the chosen profile that no rule names", async () => {
  const { out, exitCode } = await writ([
    "check",
    DESK,
    "--profile",
    "owasp-agentic-2026",
    "--format",
    "plain",
  ]);
  expect(out.match(/W8001/g)).toHaveLength(8);
  expect(exitCode).toBe(0);
  expect((await writ(["check", DESK])).out).not.toContain("W8001");
});

test("its examples raise it and do not, under that profile", () => {
  const codesOf = (text = "") =>
    check([parse(new Source("example.writ", text)).file], {
      readData: () => ({ problem: "there is no such file" }),
      threatProfiles: ["owasp-agentic-2026"],
    }).diagnostics.map(({ code }) => code);
  const entry = findCode("W8001");
  expect(new Set(codesOf(entry?.avoid))).toEqual(new Set(["W8001"]));
  expect(codesOf(entry?.prefer)).toEqual([]);
});

test("a retired or mistyped id is an error that says what was meant", async () => {
  const { out, exitCode } = await writ(["check", folderOf({ "a.writ": THREATS }), "--format", "json"]);
  const { diagnostics } = JSON.parse(out);
  expect(diagnostics.map(({ code, help }: { code: string; help: string }) => [code, help])).toEqual([
    ["W2014", "it is `AML.T0115.002` now"],
    ["W2014", "did you mean `LLM06:2025`?"],
  ]);
  expect(exitCode).toBe(3);
});
const THREATS = `tool a.b { action read  tier 1  args { id: text<9> }  accepts any  yields nothing }
@threat("AML.T0104") deny a { call a.b  when args.id == "1" }
@threat("LLM06-2025") deny b { call a.b  when args.id == "2" }
`;

test("both rules of a finding stand in JSON and in SARIF", async () => {
  const root = folderOf({ "a.writ": COVERED });
  const { diagnostics } = JSON.parse((await writ(["check", root, "--format", "json"])).out);
  expect(diagnostics).toMatchObject([
    {
      code: "W5020",
      start: { line: 2 },
      secondary: [{ start: { line: 3 }, message: "`all_of_it` refuses it, and no exception waives that" }],
    },
  ]);
  const sarif = JSON.parse((await writ(["check", root, "--format", "sarif"])).out);
  expect(sarif.runs[0].results[0].relatedLocations).toMatchObject([
    { physicalLocation: { region: { startLine: 3 } } },
  ]);
  expect((await writ(["check", root, "--deny-warnings"])).exitCode).toBe(3);
});
const COVERED = `tool a.b { action read  tier 1  args { id: text<9> }  accepts any  yields nothing }
allow one { agent any  call a.b  when args.id == "1" }
deny all_of_it { call a.b  when args.id in ["1", "2"] }
`;
