/** A first guess at what an operation over HTTP does: its method says how little it may be, its words raise that. */
import { gravity, guessRisk, guessVerb, type Risk, wordsOf } from "./guess-risk.js";

/** What is known of an operation before it is called. */
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
  // Searches are sent by POST as well, and nothing of the method says so.
  const least: Risk =
    named.action === "read"
      ? { ...LOW, reason: `${method}, although ${named.reason}` }
      : { ...named, reason: about };
  return graver(least, byPath(operation));
}

/** What is safe by its method (RFC 9110, section 9.2.1) reads, unless its name begins with another verb. */
function safe({ method, path, operationId }: DescribedOperation): Risk {
  const verb = wordsOf(lastPart(operationId ?? ""))[0] ?? "";
  const named = operationId === undefined ? undefined : guessVerb(verb);
  const last = guessVerb(lastSegment(path));
  // A last segment is more often a noun: only one that cannot be undone is taken for a verb.
  const raised = [named, last?.irreversible ? last : undefined].filter(
    (risk): risk is Risk => risk !== undefined && risk.action !== "read",
  );
  const [worst] = raised.sort((a, b) => gravity(b) - gravity(a));
  return worst === undefined
    ? { ...READ, reason: method }
    : { ...worst, reason: `${method}, but ${worst.reason} in its name` };
}

/** `/orders/{id}/cancel`, `/v1/refunds`: what a path ends in may say more than the name. */
function byPath({ method, path }: DescribedOperation): Risk | undefined {
  const risk = guessVerb(lastSegment(path));
  if (risk === undefined || risk.action === "read") return undefined;
  return { ...risk, reason: `${method}, ${risk.reason} in its path` };
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

function lastSegment(path: string): string {
  const fixed = path
    .slice(0, 500)
    .split(/[/:]/)
    .filter((part) => part !== "" && !part.startsWith("{"));
  return wordsOf(fixed.at(-1) ?? "").join("") === "" ? "" : (wordsOf(fixed.at(-1) ?? "").at(0) ?? "");
}
