import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const STARTER = "policies/starter";
const ACTORS = '"actors":[{"type":"user","id":"ana","roles":["clerk"]},{"type":"agent","id":"support_bot"}]';
const LOOKUP = `{${ACTORS},"tool":"crm.lookup","args":{"customer":"C-1"}}`;
const MISFIT = `{${ACTORS},"tool":"crm.lookup","args":{"customer":7}}`;
const IN_SESSION = `{${ACTORS},"tool":"crm.lookup","args":{"customer":"C-1"},"session":"s-1","id":"once"}`;
const UNKNOWN = `{${ACTORS},"tool":"crm.nope","args":{}}`;

const file = (text: string) => join(folderOf({ "requests.jsonl": text }), "requests.jsonl");
const bench = (path: string, ...more: readonly string[]) =>
  writ(["bench", STARTER, path, "--seconds", "0.05", ...more]);

describe("requests of one's own", () => {
  const text = [LOOKUP, LOOKUP, "", MISFIT, IN_SESSION, UNKNOWN, LOOKUP].join("\n");

  test("are timed by tool and by rule, and each verdict is told with its line", async () => {
    const path = file(text);
    const { out, err, exitCode } = await bench(path);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toMatch(/^6 requests; [\d,.]+ ns to parse one as JSON/);
    expect(out).toMatch(/^crm\.lookup +5 +[\d,.]+ +[\d.]+ +± \d+ %$/m);
    expect(out).toMatch(/^allow acme\.baseline\.reading +4 .* baseline\.writ:\d+:\d+$/m);
    expect(out).toContain(`  ${path}:1-2,5,7  crm.lookup: allow by acme.baseline.reading\n`);
    expect(out).toContain(`  ${path}:4  crm.lookup: deny by builtin.invalid_arguments\n`);
    expect(out).toContain(`  ${path}:6  crm.nope: deny by builtin.unknown_tool\n`);
  });

  test("find the sessions and transactions open that they name", async () => {
    const [lookup, refund] = [
      `{${ACTORS},"tool":"crm.lookup","args":{"customer":"C-1"},"session":"s-1","transaction":"case-7"}`,
      `{${ACTORS},"tool":"payments.refund","args":{"case":"K-1","customer":"C-1","amount":20},"session":"s-1","transaction":"case-7"}`,
    ];
    const { verdicts } = JSON.parse((await bench(file(`${lookup}\n${refund}`), "--format", "json")).out);
    expect(verdicts[0]).toMatchObject({ decision: "allow" });
    // The refund is the second step of its case: that is what refuses it, and nothing that is not open.
    expect(verdicts[1].rules).toEqual(["builtin.transaction_order"]);
    const stranger = lookup.replace('"ana"', '"eve"');
    const others = JSON.parse((await bench(file(`${lookup}\n${stranger}`), "--format", "json")).out);
    expect(others.verdicts.map(({ decision }: { decision: string }) => decision)).toEqual(["allow", "deny"]);
  });

  test("are told to machines, the dearest first", async () => {
    const report = JSON.parse((await bench(file(text), "--format", "json")).out);
    expect(report.verdicts).toHaveLength(6);
    expect(report.verdicts[3]).toMatchObject({ line: 5, decision: "allow", target: "crm.lookup" });
    for (const costs of [report.targets, report.rules]) {
      const ns = costs.map((each: { ns: number }) => each.ns);
      expect(ns).toEqual([...ns].sort((a, b) => b - a));
      for (const each of costs)
        expect(each).toMatchObject({ ratio: expect.any(Number), spread: expect.any(Number) });
    }
  });

  test("may come from standard input, and come to no rule", async () => {
    const { out, exitCode } = await writ(["bench", STARTER, "-", "--seconds", "0.05"], `${UNKNOWN}\n`);
    expect(out).toContain("no request reached any rule\n");
    expect(out).toContain("  stdin:1  crm.nope: deny by builtin.unknown_tool\n");
    expect(exitCode).toBe(0);
  });
});

describe("mistakes", () => {
  test("in the file are each told with file and line", async () => {
    const path = file(
      [
        '{"tool": 1}',
        "{",
        LOOKUP,
        `{"token":"x","tool":"crm.lookup"}`,
        `{${ACTORS},"tool":"a","sesion":"s"}`,
      ].join("\n"),
    );
    const { out, err, exitCode } = await bench(path);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 64 });
    for (const said of [
      ":1: /tool must be a string",
      ":2: the request expected a key",
      ":4: /token cannot be verified here",
      ":5: /sesion is not a field of this message; did you mean `session`?",
    ]) {
      expect(err).toContain(path + said);
    }
    expect(err).not.toContain(`${path}:3`);
  });

  test.each([
    ["an empty file", () => file("\n\n"), "no request in"],
    ["a missing file", () => join(folderOf({ "request.jsonl": "" }), "requests.jsonl"), "did you mean"],
    ["a folder for a file", () => folderOf({}), "not a regular file"],
    ["a forged grant", () => file(LOOKUP.replace("{", '{"approvals":["x"],')), ":1: /approvals/0"],
  ])("as %s are told", async (_, path, said) => {
    const { out, err, exitCode } = await bench(path());
    expect(err).toContain(said);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 64 });
  });

  test("on the command line are told", async () => {
    const path = file(LOOKUP);
    for (const seconds of ["0", "x", "601", "-1"]) {
      expect(await writ(["bench", STARTER, path, `--seconds=${seconds}`])).toMatchObject({
        out: "",
        exitCode: 64,
      });
    }
    const broken = folderOf({ "a.writ": "allow {" });
    expect(await writ(["bench", broken, path])).toMatchObject({ out: "", exitCode: 3 });
  });
});
