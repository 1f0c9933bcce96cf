import type { Step } from "../../syntax/ast.js";
import type { Program } from "../program.js";

/**
 * Tools and channels that steps of a test call, by id, each as often as it is called. Calls in plans are included only
 * on request: a plan is evaluated when it begins, but decides nothing.
 */
export function calledIn(
  steps: readonly Step[],
  program: Pick<Program, "resolve">,
  plans: "with plans" | "without plans" = "without plans",
): readonly string[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case "repeat":
        return calledIn(step.steps, program, plans);
      case "call":
        return program.resolve("tool", step.tool.text) ?? [];
      case "send":
        return program.resolve("channel", step.channel.text) ?? [];
      case "begin":
        if (plans === "without plans") return [];
        return (step.plan ?? []).flatMap(({ tool }) => program.resolve("tool", tool.text) ?? []);
      default:
        return [];
    }
  });
}
