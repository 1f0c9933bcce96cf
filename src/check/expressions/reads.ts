import type { Define, Expr, Reads } from "../program.js";
import { eachPart, somePart } from "./parts.js";

const NOTHING: Reads = Object.freeze({
  session: false,
  transaction: false,
  prior: false,
  user: false,
  context: false,
});

/** Which inputs the expressions read, including through defines. */
export function readsOf(exprs: readonly (Expr | undefined)[], defines: ReadonlyMap<string, Define>): Reads {
  const reads = { ...NOTHING };
  const visit = (expr: Expr): void => {
    switch (expr.kind) {
      case "root":
        if (expr.root === "session" || expr.root === "labels") reads.session = true;
        else if (expr.root === "txn") reads.transaction = true;
        else if (expr.root === "user" || expr.root === "context") reads[expr.root] = true;
        break;
      case "function":
        if (expr.name === "labels_of" || expr.name === "stated") reads.session = true;
        break;
      case "prior":
        reads.prior = true;
        for (const key of expr.same) {
          if (key.kind === "session") reads.session = true;
          else if (key.kind === "transaction") reads.transaction = true;
          else if (key.kind === "user") reads.user = true;
        }
        break;
      case "define": {
        const of = defines.get(expr.define)?.reads ?? NOTHING;
        for (const name of Object.keys(NOTHING) as (keyof Reads)[]) reads[name] ||= of[name];
        break;
      }
    }
    eachPart(expr, visit);
  };
  for (const expr of exprs) if (expr !== undefined) visit(expr);
  const { session, transaction, prior, user, context } = reads;
  return session || transaction || prior || user || context ? reads : NOTHING;
}

/** Whether an expression reads what channels do not have: the tier, action, reversibility or tags of a tool. */
export function readsRisk(expr: Expr, defines: ReadonlyMap<string, Define>): boolean {
  if (expr.kind === "field" && expr.of.kind === "root" && expr.of.root === "tool") {
    return expr.name !== "name";
  }
  if (expr.kind === "define") {
    const body = defines.get(expr.define)?.body;
    if (body !== undefined && readsRisk(body, defines)) return true;
  }
  return somePart(expr, (part) => readsRisk(part, defines));
}
