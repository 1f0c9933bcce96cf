/** What a decision takes as rules become more: one panel a shape, a line a contender, both axes logarithmic. */
import { SHAPES, type Shape } from "../cases/workload.js";
import type { DecideRow } from "../decide/decide-case.js";
import type { DecideResult } from "../decide/suite.js";
import { INK, line, series, svg, text } from "./svg.js";

const PANEL = { width: 240, height: 300, top: 64, left: 64, gap: 22 } as const;
const LABELS = 150;
const TITLES: Readonly<Record<Shape, string>> = {
  spread: "spread over 200 tools",
  "one-tool": "all on one tool",
  "tool-less": "naming no tool",
};
/** Told apart in light and with any colour vision: Okabe and Ito's, with Writ's the strongest. */
const COLOURS: Readonly<Record<string, string>> = {
  "hand-written": "#6e7781",
  writ: "#d55e00",
  "json-logic + index": "#0072b2",
  "cel-js + index": "#56b4e9",
  casl: "#009e73",
  casbin: "#cc79a7",
  "cedar (wasm)": "#b08900",
};

/** Draws the question of the last rule: an allow after all others. */
export function decideChart({ rows, leftOut }: DecideResult): string {
  const shown = rows.filter(({ hit, contender }) => hit === "last" && contender in COLOURS);
  const sizes = [...new Set(shown.map(({ rules }) => rules))];
  const top = 10 ** Math.ceil(Math.log10(Math.max(10, ...shown.map(({ ratio }) => ratio))));
  const x = (rules: number) => {
    const [first = 10, last = 10] = [sizes[0], sizes[sizes.length - 1]];
    const share = last === first ? 0 : Math.log(rules / first) / Math.log(last / first);
    return 14 + share * (PANEL.width - 28);
  };
  const y = (ratio: number) =>
    PANEL.top + PANEL.height * (1 - Math.log10(Math.max(0.5, ratio) / 0.5) / Math.log10(top / 0.5));
  const panels = SHAPES.map((shape, i) =>
    panel(shape, i, { shown: shown.filter((row) => row.shape === shape), sizes, top, x, y }),
  );
  const width = PANEL.left + SHAPES.length * (PANEL.width + PANEL.gap) + LABELS;
  const height = PANEL.top + PANEL.height + 56;
  const absent = leftOut.map(({ contender, rules }) => `${contender} at ${rules.toLocaleString("en-US")}`);
  const without = absent.length === 0 ? "" : ` Left out, for they take minutes: ${absent.join(", ")}.`;
  const note = `Less is better. Both axes are logarithmic.${without}`;
  const title = "One decision by the last of so many rules, in calls of a hand-written indexed function";
  return svg(width, height, title, [
    text(16, 24, title, { size: 15, weight: "bold" }),
    ...panels,
    labels(
      shown.filter(({ shape }) => shape === SHAPES[SHAPES.length - 1]),
      y,
    ),
    text(PANEL.left, height - 8, note, { fill: INK.quiet }),
  ]);
}

interface Frame {
  readonly shown: readonly DecideRow[];
  readonly sizes: readonly number[];
  readonly top: number;
  readonly x: (rules: number) => number;
  readonly y: (ratio: number) => number;
}

/** `1`, `10k`, `1M`. */
function short(tick: number): string {
  return tick >= 1e6 ? `${tick / 1e6}M` : tick >= 1e3 ? `${tick / 1e3}k` : String(tick);
}

const leftOf = (index: number) => PANEL.left + index * (PANEL.width + PANEL.gap);

function panel(shape: Shape, index: number, { shown, sizes, top, x, y }: Frame): string {
  const left = leftOf(index);
  const bottom = PANEL.top + PANEL.height;
  const parts = [text(left, PANEL.top - 12, `rules ${TITLES[shape]}`, { weight: "bold" })];
  for (let tick = 1; tick <= top; tick *= 10) {
    parts.push(line(left, y(tick), left + PANEL.width, y(tick), INK.grid));
    if (index === 0)
      parts.push(text(left - 8, y(tick) + 4, `${short(tick)}x`, { anchor: "end", fill: INK.quiet }));
  }
  parts.push(line(left, bottom, left + PANEL.width, bottom, INK.axis));
  for (const size of sizes)
    parts.push(
      text(left + x(size), bottom + 18, size.toLocaleString("en-US"), { anchor: "middle", fill: INK.quiet }),
    );
  // Ours last, so that no other line lies over it.
  for (const name of Object.keys(COLOURS).sort((a, b) => Number(a === "writ") - Number(b === "writ"))) {
    const own = shown.filter(({ contender }) => contender === name);
    const points = own.map(({ rules, ratio }) => [left + x(rules), y(ratio)] as const);
    if (points.length > 0) parts.push(series(points, COLOURS[name] ?? INK.text, name === "writ" ? 3 : 1.6));
  }
  return parts.join("\n");
}

const LINE_HEIGHT = 15;

/** Beside the ends of the last panel's lines, moved apart where they would lie over each other. */
function labels(rows: readonly DecideRow[], y: (ratio: number) => number): string {
  const left = leftOf(SHAPES.length) - PANEL.gap + 8;
  const ends = Object.keys(COLOURS).flatMap((name) => {
    const last = rows.filter(({ contender }) => contender === name).at(-1);
    return last === undefined ? [] : [{ name, at: y(last.ratio) }];
  });
  ends.sort((a, b) => b.at - a.at);
  let free = Number.POSITIVE_INFINITY;
  return ends
    .map(({ name, at }) => {
      free = Math.min(at, free - LINE_HEIGHT);
      return text(left, free + 4, name, {
        fill: COLOURS[name] ?? INK.text,
        weight: name === "writ" ? "bold" : "normal",
      });
    })
    .join("\n");
}
