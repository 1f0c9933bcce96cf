/** The calls that undo what a transaction did. */
import type { Program, Tool } from "../../check/program.js";
import type { AbortAnswer } from "../../model/session.js";
import type { MapCell } from "../../state/store.js";
import type { JsonValue } from "../../values/type.js";
import { stepField, type TransactionState } from "../records/transaction-state.js";

/** A step as it was made. */
interface Made {
  readonly args?: Readonly<Record<string, JsonValue>>;
  readonly result?: JsonValue;
}

/** The calls that undo the steps taken, newest first; `cell` is the transaction's, which holds what the steps were. */
export function undoOf(state: TransactionState, cell: MapCell, program: Program): AbortAnswer["undo"] {
  return [...state.steps].reverse().flatMap((step) => {
    const tool = program.tools.get(step.tool);
    const back = tool?.undo === undefined ? undefined : program.tools.get(tool.undo);
    if (back === undefined) return [];
    const made = JSON.parse(cell.fields.get(stepField(step.decision)) ?? "{}") as Made;
    return [{ tool: back.name, ...undoArguments(back, made), undoes: step.decision }];
  });
}

/** The irreversible steps, newest first: nothing undoes what they may have done. */
export function irreversibleSteps(state: TransactionState, program: Program): AbortAnswer["irreversible"] {
  const steps = state.steps.filter(({ irreversible }) => irreversible);
  return steps.reverse().map(({ tool, decision, status }) => ({
    tool: program.tools.get(tool)?.name ?? tool,
    decision_id: decision,
    ...(status === "allowed" ? {} : { outcome: status }),
  }));
}

/** Arguments of an undo call by name: from the step's arguments, then from its result. Missing ones are listed. */
function undoArguments(back: Tool, made: Made): Pick<AbortAnswer["undo"][number], "args" | "missing"> {
  const args: Record<string, JsonValue> = Object.create(null);
  const missing: string[] = [];
  const result =
    typeof made.result === "object" && made.result !== null && !Array.isArray(made.result)
      ? (made.result as Record<string, JsonValue>)
      : {};
  for (const field of back.args.fields) {
    const value = Object.hasOwn(made.args ?? {}, field.wire)
      ? made.args?.[field.wire]
      : Object.hasOwn(result, field.wire)
        ? result[field.wire]
        : undefined;
    if (value !== undefined) args[field.wire] = value;
    else if (!field.optional && field.default === undefined) missing.push(field.wire);
  }
  return { args: { ...args } as AbortAnswer["undo"][number]["args"], missing };
}
