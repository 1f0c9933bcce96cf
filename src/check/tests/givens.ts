import type { Given, RecordValue, Step } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { foldValue } from "../fold-value.js";
import { agentType, checkRoles, sessionType, userType } from "./records.js";

const KINDS: ReadonlySet<string> = new Set<Given["kind"]>([
  "given-user",
  "given-agent",
  "given-now",
  "given-tenant",
  "given-context",
  "given-session",
  "given-data",
  "given-outage",
]);

/** Whether a step is a given. */
export function isGiven(step: Step): step is Given {
  return KINDS.has(step.kind);
}

/** Checks the assumptions of a test against the types of what they replace. */
export function checkGiven(bundle: Bundle, given: Given): void {
  switch (given.kind) {
    case "given-user": {
      const fields = given.fields ?? nothing(given.id.span);
      foldValue(bundle, fields, userType(bundle));
      checkRoles(bundle, fields);
      return;
    }
    case "given-agent":
      for (const hop of given.hops) {
        bundle.find("agent", hop.agent, "agent");
        foldValue(bundle, hop.fields ?? nothing(hop.agent.span), agentType(bundle));
      }
      return;
    case "given-context":
      foldValue(bundle, given.record, { ...bundle.schemas.context, name: "context" });
      return;
    case "given-session":
      foldValue(bundle, given.record, sessionType(given.record));
      return;
    case "given-data": {
      const entry = bundle.find("data", given.name, "data");
      const type = entry && bundle.dataTypes.get(entry.id);
      if (type !== undefined) foldValue(bundle, given.value, type);
      return;
    }
    default:
      return;
  }
}

function nothing(span: RecordValue["span"]): RecordValue {
  return { kind: "record", entries: [], span };
}
