/** Formats the log for a person at a terminal: one readable line per line of JSON. */
import type { Paint, Role } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";

type Line = Readonly<Record<string, unknown>>;

const VERDICT_ROLES: Readonly<Record<string, Role>> = {
  allow: "secondary",
  deny: "error",
  "step-up": "warning",
  "require-approval": "warning",
};

/** Width of the columns of a decision, so that they line up; longer values push the rest to the right. */
const VERDICT_WIDTH = "require-approval".length;
const TOOL_WIDTH = 20;

/**
 * Formats a JSON line of the log as `time  verdict  tool  who  rules`, or `time  level  message  name=value …`. A line
 * that is not JSON is shown as it is; no text of a request reaches a terminal without escaping.
 */
export function readableLine(json: string, paint: Paint): string {
  let line: Line;
  try {
    line = JSON.parse(json) as Line;
  } catch {
    return `${visibleText(json.trimEnd())}\n`;
  }
  const time = paint("frame", new Date(Number(line.time)).toTimeString().slice(0, 8));
  return `${time}  ${line.msg === "decision" ? decisionText(line, paint) : otherText(line, paint)}\n`;
}

function decisionText(line: Line, paint: Paint): string {
  const verdict = text(line.verdict);
  const target = line.tool === undefined ? `channel ${text(line.channel)}` : text(line.tool);
  const actors = list(line.actors).map((actor) => actor.slice(actor.indexOf(":") + 1));
  const marks = ["dry_run", "replayed"].filter((mark) => line[mark] === true);
  return [
    paint(VERDICT_ROLES[verdict] ?? "plain", verdict.padEnd(VERDICT_WIDTH)),
    target.padEnd(TOOL_WIDTH),
    actors.join(" > "),
    list(line.rules).join(", "),
    ...marks,
  ]
    .join("  ")
    .trimEnd();
}

const LEVELS: Readonly<Record<number, readonly [name: string, role: Role]>> = {
  20: ["debug", "plain"],
  30: ["info", "plain"],
  40: ["warning", "warning"],
  50: ["error", "error"],
};
/** Already in the readable line, or useful to machines only. */
const LEFT_OUT: ReadonlySet<string> = new Set(["time", "level", "msg", "request_id", "trace_id"]);

function otherText(line: Line, paint: Paint): string {
  const [name, role] = LEVELS[Number(line.level)] ?? ["", "plain"];
  const fields = Object.entries(line)
    .filter(([key, value]) => !LEFT_OUT.has(key) && value !== undefined)
    .map(([key, value]) => `${visibleText(key)}=${fieldText(value)}`);
  return [paint(role, name.padEnd(VERDICT_WIDTH)), text(line.msg), ...fields].join("  ").trimEnd();
}

function fieldText(value: unknown): string {
  if (typeof value === "string") return visibleText(value);
  const message =
    typeof value === "object" && value !== null && "message" in value ? value.message : undefined;
  return visibleText(typeof message === "string" ? message : JSON.stringify(value));
}

function text(value: unknown): string {
  return visibleText(typeof value === "string" ? value : "");
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((each) => visibleText(String(each))) : [];
}
