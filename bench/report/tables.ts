/** What a run found, as Markdown that a terminal shows as well. */
import type { DecideRow } from "../decide/decide-case.js";
import type { DecideResult } from "../decide/suite.js";
import type { Timing } from "../measure.js";
import type { Results } from "./results.js";
import { duration, table, threeFigures, times, timesWithin } from "./table.js";
import { targetsOf } from "./targets.js";

/** All sections that the run has figures for, the targets first. */
export function report(results: Results): string {
  const { decide, answer, http, state, compile } = results;
  const sections = [
    machineLine(results),
    section("Targets", targetTable(results)),
    decide === undefined ? "" : decideSection(decide),
    answer === undefined
      ? ""
      : section(`From a request of ${answer.requestBytes} bytes to its answer`, timingTable(answer.timings)),
    http === undefined ? "" : httpSection(http),
    state === undefined ? "" : stateSection(state),
    compile === undefined ? "" : compileSection(compile),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function machineLine({ machine, effort }: Results): string {
  const { cpu, cores, node, commit, changed, date, load } = machine;
  const lines = [
    `${date}, ${cpu}, ${cores} cores, Node ${node.slice(1)}, commit ${commit}${changed ? " with changes" : ""}, ` +
      `load ${threeFigures(load)} when it began.`,
  ];
  if (effort === "smoke")
    lines.push("A smoke run: it shows that the benches run, and its figures mean nothing.");
  if (load > cores / 2)
    lines.push(
      "The machine was busy with other work: ratios hold better than times, and throughput suffers most.",
    );
  return lines.join("\n");
}

function section(title: string, ...parts: readonly string[]): string {
  return [`### ${title}`, ...parts.filter((part) => part !== "")].join("\n\n");
}

function targetTable(results: Results): string {
  const rows = targetsOf(results).map(({ what, promised, found, verdict }) => [
    what,
    promised,
    found,
    verdict,
  ]);
  const note = "HTTP with the audit chain is not measured: there is no audit chain yet.";
  return `${table(["", "target", "found, the worst", ""], rows)}\n\n${note}`;
}

// --- decisions --------------------------------------------------------------------------------------------

function decideSection({ rows, growth, leftOut }: DecideResult): string {
  const shapes = [...new Set(rows.map(({ shape }) => shape))];
  const without = leftOut.map(
    ({ contender, rules }) => `${contender} at ${rules.toLocaleString("en-US")} rules`,
  );
  return section(
    "Decisions, to the hand-written function",
    ...shapes.map(
      (shape) => `Rules ${SHAPE_WORDS[shape]}:\n\n${shapeTable(rows.filter((row) => row.shape === shape))}`,
    ),
    without.length === 0 ? "" : `Left out, for they take minutes: ${without.join(", ")}.`,
    "Writ with many rules, in decisions by few:",
    table(
      ["rules", "hit", "many to few"],
      growth.map(({ shape, hit, few, many, ratio, spread }) => [
        `${shape}, ${many.toLocaleString("en-US")} to ${few}`,
        hit,
        timesWithin(ratio, spread),
      ]),
    ),
  );
}

const SHAPE_WORDS = {
  spread: "spread over 200 tools",
  "one-tool": "all on one tool",
  "tool-less": "that name no tool, but a tier",
} as const;

function shapeTable(rows: readonly DecideRow[]): string {
  const sizes = [...new Set(rows.map(({ rules }) => rules))];
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const hits = [...new Set(rows.map(({ hit }) => hit))];
  const lines = contenders.flatMap((contender) =>
    hits.flatMap((hit) => {
      const found = sizes.map((size) =>
        rows.find((row) => row.contender === contender && row.hit === hit && row.rules === size),
      );
      if (found.every((row) => row === undefined)) return [];
      return [[contender, hit, ...found.map((row) => cellOf(row))]];
    }),
  );
  return table(["contender", "hit", ...sizes.map((size) => size.toLocaleString("en-US"))], lines);
}

/** The baseline is shown in time, all others as ratios to it. */
function cellOf(row: DecideRow | undefined): string {
  if (row === undefined) return "–";
  return row.contender === "hand-written" ? duration(row.ns) : timesWithin(row.ratio, row.spread);
}

// --- all else ---------------------------------------------------------------------------------------------

function timingTable(timings: readonly Timing[]): string {
  return table(
    ["", "ratio", "processor time"],
    timings.map(({ name, ns, ratio, spread }, i) => [
      name,
      i === 0 ? "1x" : timesWithin(ratio, spread),
      duration(ns),
    ]),
  );
}

function httpSection({ rows, skipped, requestBytes, answerBytes }: NonNullable<Results["http"]>): string {
  return section(
    `HTTP, ${requestBytes} bytes there and ${answerBytes} back, to the bare route`,
    table(
      ["contender", "connections", "throughput", "processor time", "answers a second", "p50", "p99"],
      rows.map(({ contender, connections, throughput, spread, cpu, cpuRatio, perSecond, p50, p99 }) => [
        contender,
        String(connections),
        timesWithin(throughput, spread),
        cpu === undefined || cpuRatio === undefined ? "–" : `${times(cpuRatio)} (${duration(cpu * 1e3)})`,
        threeFigures(perSecond),
        `${threeFigures(p50)} ms`,
        `${threeFigures(p99)} ms`,
      ]),
    ),
    skipped.length === 0 ? "" : `Skipped, for they are not installed: ${skipped.join(", ")}.`,
  );
}

function stateSection({ memory, redis }: NonNullable<Results["state"]>): string {
  if (redis === undefined)
    return section("Limits", timingTable(memory), "Redis is skipped: redis-server is not installed.");
  const {
    keys,
    decisionMicroseconds,
    bareMicroseconds,
    ratio,
    spread,
    serverMicroseconds,
    tripsPerDecision,
  } = redis;
  return section(
    "Limits",
    timingTable(memory),
    table(
      [`over ${keys} keys on Redis`, "ratio", "waited, by the clock", "on the server"],
      [
        ["a bare EVALSHA", "1x", duration(bareMicroseconds * 1e3), duration(serverMicroseconds.bare * 1e3)],
        [
          `a decision, ${threeFigures(tripsPerDecision)} trips`,
          timesWithin(ratio, spread),
          duration(decisionMicroseconds * 1e3),
          duration(serverMicroseconds.decision * 1e3),
        ],
      ],
    ),
  );
}

function compileSection({ stages, loads, starts }: NonNullable<Results["compile"]>): string {
  return section(
    "From text to serving",
    ...stages.map(({ rules, textBytes, timings, heapARule, heap }) =>
      [
        `${rules.toLocaleString("en-US")} rules, ${threeFigures(textBytes / 1_024)} KB of text; the bundle holds ` +
          `${threeFigures(heap / 1_048_576)} MB of heap, ${threeFigures(heapARule / 1_024)} KB a rule:`,
        timingTable(timings),
      ].join("\n\n"),
    ),
    table(
      [
        "a folder to a compiled bundle, in a new process",
        "to reading the files",
        "by the clock",
        "processor time",
      ],
      loads.map(({ rules, ratio, spread, wallMs, cpuMs }) => [
        `${rules.toLocaleString("en-US")} rules`,
        timesWithin(ratio, spread),
        duration(wallMs * 1e6),
        duration(cpuMs * 1e6),
      ]),
    ),
    table(
      ["from its start", "ratio", "by the clock"],
      starts.map(({ command, ratio, spread, ms }, i) => [
        command,
        i === 0 ? "1x" : timesWithin(ratio, spread),
        duration(ms * 1e6),
      ]),
    ),
  );
}
