/** A first guess at the risk of an HTTP operation: its method sets the minimum, its words can raise it. */
import { gravity, guessName, guessRisk, type Risk, wordsOf } from "./guess-risk.js";

/** What is known about an operation before it is called. */
export interface DescribedOperation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  readonly description: string;
}

const READ: Risk = { action: "read", tier: 1, irreversible: false, reason: "" };
const LOW: Risk = { action: "write", tier: 2, irreversible: false, reason: "" };
const FINAL: Risk = { action: "write", tier: 3, irreversible: true, reason: "" };
const SAFE = ["GET", "HEAD", "OPTIONS", "TRACE"];

/** The guess, with the method first in its reason. */
export function guessOperationRisk(operation: DescribedOperation): Risk {
  const { method } = operation;
  if (SAFE.includes(method)) return safe(operation);
  const named = guessRisk({ name: nameOf(operation), description: operation.description });
  const about = `${method}, ${named.reason}`;
  if (method === "DELETE") {
    const action = named.action === "admin" ? "admin" : "write";
    return { ...FINAL, action, reason: action === "admin" ? about : method };
  }
  // Searches also use POST, so the method does not decide.
  const least: Risk =
    named.action === "read"
      ? { ...LOW, reason: `${method}, although ${named.reason}` }
      : { ...named, reason: about };
  return graver(least, byPath(operation));
}

/**
 * An operation with a safe method (RFC 9110, section 9.2.1) is a read, unless its name or the end of its path has a
 * verb of change.
 */
function safe({ method, path, operationId }: DescribedOperation): Risk {
  const names = [lastPart(operationId ?? ""), ...lastSegment(path)];
  // A segment is more often a noun than an operation name is.
  const said = names.map((name, index) => guessName(index === 0 ? name : `get ${name}`, true));
  const raised = said.filter((risk): risk is Risk => risk !== undefined && risk.action !== "read");
  const [worst] = raised.sort((a, b) => gravity(b) - gravity(a));
  return worst === undefined
    ? { ...READ, reason: method }
    : { ...worst, reason: `${method}, but ${worst.reason}` };
}

/** `/orders/{id}/cancel`, `/v1/refunds`: the end of a path may reveal more than the name. */
function byPath({ method, path }: DescribedOperation): Risk | undefined {
  const risk = lastSegment(path).map((segment) => guessName(wordsOf(segment)[0] ?? ""))[0];
  if (risk === undefined || risk.action === "read") return undefined;
  return { ...risk, reason: `${method}, ${risk.reason.replace("name", "path")}` };
}

function graver(one: Risk, other: Risk | undefined): Risk {
  return other !== undefined && gravity(other) > gravity(one) ? other : one;
}

function nameOf({ method, path, operationId }: DescribedOperation): string {
  return operationId === undefined ? `${method} ${path.replace(/\{[^}]*\}/g, " ")}` : lastPart(operationId);
}

/** `issues/list-for-repo` and `charges.refund` begin with where the operation belongs. */
function lastPart(operationId: string): string {
  return operationId.split(/[/.:]/).at(-1) ?? "";
}

/** Returns the last segment of a path that is not a parameter, if there is one. */
function lastSegment(path: string): readonly string[] {
  const fixed = path
    .slice(0, 500)
    .split(/[/:]/)
    .filter((part) => part !== "" && !part.startsWith("{"));
  return fixed.slice(-1);
}
