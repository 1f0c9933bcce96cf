/** What the state says of a call: the session's labels, what is known of each argument, what happened before. */
import type { Expr } from "../../src/check/program.js";
import type { RecordType, RecordValue, Type, Value } from "../../src/values/type.js";
import type { Entered } from "./enter.js";
import { type Facts, type Tri, UNKNOWN } from "./evaluate.js";
import { isSaid, knownAs, type Seen as SeenAt, seenIn } from "./named.js";
import { read, UNREADABLE } from "./reading.js";
import { labelsWithout } from "./remembered.js";
import { allowedIn, headOf, sessionOf, stepsOf, transactionOf } from "./situations.js";
import type { DecisionEvent, SessionEvent, World } from "./world.js";

/** The facts of a call with everything that the state can tell; `earlier` is taken as not made. */
export function factsOf(world: World, entered: Entered, earlier?: DecisionEvent): Facts {
  const { call, blind } = entered;
  const prior = (expr: Extract<Expr, { kind: "prior" }>): Tri => priorOf(world, entered, expr, earlier);
  const transaction = transactionOf(world, entered);
  const txn = transaction && {
    id: transaction.id,
    kind: transaction.kind.name,
    steps: stepsOf(world, transaction).filter((event) => event !== earlier).length,
    age: world.now - transaction.openedAt,
  };
  const base: Facts = { ...blind, prior, txn: call.transaction === undefined ? undefined : (txn ?? UNKNOWN) };
  const state = sessionOf(world, call);
  if (state.kind !== "open") return base;
  const { session } = state;
  const calls = allowedIn(world, session);
  const now = sessionLabels(world, session);
  const labels =
    earlier === undefined ? now : labelsWithout({ labels: now, calls }, earlier, yieldsOf(world, earlier));
  const held: Held = { session, labels };
  return {
    ...base,
    session: { labels: [...labels], steps: calls.length - (earlier === undefined ? 0 : 1) },
    labels: carriedLabels(world, entered, held),
    labelsOf: (path) => argumentLabels(world, entered, held, path),
    stated: (path) => isStated(world, entered, session, path),
  };
}

/** A session and the labels that count as its own. */
interface Held {
  readonly session: SessionEvent;
  readonly labels: readonly string[];
}

/** Whether the tool or channel receives everything that the call carries. */
export function accepted(world: World, entered: Entered, facts: Facts): boolean {
  const { accepts } = entered.target;
  if (accepts === undefined || accepts === "any" || facts.labels === UNKNOWN) return true;
  return facts.labels.every((label) => [...accepts].some((each) => implies(world, each, label)));
}
function implies(world: World, held: string, label: string): boolean {
  return world.program.labels.get(held)?.closure.has(label) ?? false;
}
function integrityLabels(world: World): string[] {
  return [...world.program.labels.values()].filter((label) => label.integrity).map((label) => label.id);
}

/** What entered the context: what allowed calls yield, at once, and what their outcomes reported. */
export function sessionLabels(world: World, session: SessionEvent): string[] {
  const labels = new Set<string>();
  for (const event of allowedIn(world, session)) {
    for (const label of yieldsOf(world, event)) labels.add(label);
    for (const label of reportedLabels(world, event)) labels.add(label);
    if (hasMisfit(world, event)) for (const label of integrityLabels(world)) labels.add(label);
  }
  return [...labels].sort();
}
function yieldsOf(world: World, event: DecisionEvent): string[] {
  const { target } = event.call;
  if (target.kind === "channel") return [...(world.program.channels.get(target.id)?.yields ?? [])];
  const tool = world.program.tools.get(target.id);
  return [...(tool?.yields ?? []), ...(tool?.result === undefined ? [] : labelsInside(tool.result))];
}
function labelsInside(type: Type): string[] {
  if (type.kind === "list" || type.kind === "set" || type.kind === "map") return labelsInside(type.of);
  if (type.kind !== "record") return [];
  return type.fields.flatMap((field) => [...field.labels, ...labelsInside(field.type)]);
}
/** Whether an outcome said more than its tool declares, or left out what it declares. */
function hasMisfit(world: World, event: DecisionEvent): boolean {
  const { target } = event.call;
  const type = target.kind === "tool" ? world.program.tools.get(target.id)?.result : undefined;
  if (type === undefined) return false;
  return event.reports.some(({ result, status, follows }) => {
    if (result === undefined) return status === "ok" && follows !== "ok";
    return status !== "not_run" && read(type, result, true) === UNREADABLE;
  });
}
function reportedLabels(world: World, event: DecisionEvent): string[] {
  return event.reports
    .flatMap((report) => report.labels ?? [])
    .flatMap((name) => world.program.resolve("label", name) ?? []);
}

// --- arguments --------------------------------------------------------------------------------------------

/** One value of the arguments that holds no other, and where it stands. */
interface Leaf {
  readonly path: readonly string[];
  readonly labels: readonly string[];
  /** None for free text. */
  readonly identities: readonly string[];
}

function leavesOf(entered: Entered): Leaf[] {
  if (entered.tool === undefined) return [{ path: [], labels: [], identities: [] }];
  const walk = (
    type: Type,
    value: Value,
    path: readonly string[],
    name: string | undefined,
    labels: readonly string[],
  ): Leaf[] => {
    if (type.kind === "record") {
      return type.fields.flatMap((field) => {
        const held = (value as RecordValue)[field.name];
        if (held === undefined) return [];
        return walk(field.type, held, [...path, field.name], field.name, [...labels, ...field.labels]);
      });
    }
    if (type.kind === "list" || type.kind === "set") {
      return (value as readonly Value[]).flatMap((item) => walk(type.of, item, path, name, labels));
    }
    if (type.kind === "map") {
      return [...(value as ReadonlyMap<string, Value>)].flatMap(([key, item]) => [
        { path, labels, identities: [] },
        ...walk(type.of, item, path, key, labels),
      ]);
    }
    return [{ path, labels, identities: knownAs(type, value, name) }];
  };
  return walk(entered.tool.args as RecordType, entered.call.args, [], undefined, []);
}
function under(path: readonly string[], above: readonly string[]): boolean {
  return above.every((name, i) => path[i] === name);
}

/** A call carries what each of its arguments carries, and whatever the caller attests. */
function carriedLabels(world: World, entered: Entered, session: Held): string[] {
  const attested = [...entered.attested.values()].flat();
  return [...new Set([...argumentLabels(world, entered, session, []), ...attested])].sort();
}

function argumentLabels(world: World, entered: Entered, session: Held, path: readonly string[]): string[] {
  const labels = new Set<string>();
  for (const leaf of leavesOf(entered).filter((each) => under(each.path, path))) {
    for (const label of leaf.labels) labels.add(label);
    for (const [place, attested] of entered.attested) {
      if (place === "*" || under(leaf.path, place.split(".")))
        for (const label of attested) labels.add(label);
    }
    for (const label of knownLabels(world, session, leaf.identities)) labels.add(label);
  }
  return [...labels].sort();
}

/** A value escapes the session's labels only if it is, as a whole, an identifier that was seen or stated. */
function knownLabels(
  world: World,
  { session, labels: everything }: Held,
  identities: readonly string[],
): readonly string[] {
  const seen = identities.flatMap((identity) => sightingsOf(world, session, identity));
  const stated = identities.some((identity) => isInWords(world, session, identity));
  if (seen.length === 0 && !stated) return everything;
  const integrity = integrityLabels(world);
  const vouched = (label: string): boolean =>
    stated || seen.some((each) => each.vouches && !each.labels.some((held) => implies(world, held, label)));
  const carried = new Set(seen.flatMap((each) => each.labels));
  for (const label of everything) if (integrity.includes(label)) carried.add(label);
  return [...carried].filter((label) => !integrity.includes(label) || !vouched(label));
}

interface Seen extends SeenAt {
  readonly vouches: boolean;
}
function sightingsOf(world: World, session: SessionEvent, identity: string): Seen[] {
  return allowedIn(world, session).flatMap((event) =>
    event.reports
      .filter((report) => report.result !== undefined && report.status !== "not_run")
      .flatMap((report) => {
        const tool = world.program.tools.get(event.call.target.id);
        const { target } = event.call;
        const channel = target.kind === "channel" ? world.program.channels.get(target.id) : undefined;
        const extra = [
          ...(tool?.yields ?? channel?.yields ?? []),
          ...(report.labels ?? []).flatMap((name) => world.program.resolve("label", name) ?? []),
        ];
        return seenIn(tool?.result, report.result, identity).map((sighting) => ({
          ...sighting,
          labels: [...sighting.labels, ...extra, ...(sighting.declared ? [] : integrityLabels(world))],
          vouches: sighting.declared && sighting.whole && report.status === "ok",
        }));
      }),
  );
}
function isInWords(world: World, session: SessionEvent, identity: string): boolean {
  const family = world.sessions.filter((each) => headOf(each) === headOf(session));
  return family.some((each) => isSaid(each.stated, identity));
}

function isStated(world: World, entered: Entered, session: SessionEvent, path: readonly string[]): boolean {
  const leaves = leavesOf(entered).filter((leaf) => under(leaf.path, path));
  return (
    leaves.length > 0 &&
    leaves.every((leaf) => leaf.identities.some((identity) => isInWords(world, session, identity)))
  );
}

// --- prior ------------------------------------------------------------------------------------------------

function priorOf(
  world: World,
  entered: Entered,
  expr: Extract<Expr, { kind: "prior" }>,
  earlier?: DecisionEvent,
): Tri {
  const { call } = entered;
  const asked = expr.same.map((key) => call.key(key));
  const needsSession = expr.same.some((key) => key.kind === "session");
  const state = sessionOf(world, call);
  if (asked.includes(undefined) || (needsSession && state.kind !== "open")) return UNKNOWN;
  const session = state.kind === "open" ? state.session : undefined;
  const alike = world.decisions.filter(
    (event) =>
      event.valid &&
      event.call.target.id === expr.tool &&
      event.call.tenant === call.tenant &&
      world.now - event.at <= expr.within &&
      event.outcome?.status !== "not_run" &&
      (!needsSession || event.session === session) &&
      expr.same.every((key, i) => event.call.key(key) === asked[i]),
  );
  if (expr.status === "denied") return alike.some((event) => event.verdict === "deny");
  const made = alike.filter((event) => event.verdict === "allow");
  // What is reported of the earlier call is as if others had reported it.
  const isTakenOut = earlier !== undefined && earlier.outcome === undefined && made.includes(earlier);
  const allowed = made.filter((event) => !isTakenOut || event !== earlier);
  const answer = answerOf(expr, allowed);
  const isWaitedFor = allowed.some(({ outcome }) => outcome === undefined);
  // The time of the last call is kept, and not that of the one before it.
  if (!isTakenOut || !isWaitedFor || alike.some((event) => isAllowedAfter(event, earlier))) return answer;
  const settled = allowed.filter(({ outcome }) => outcome !== undefined);
  return answer === answerOf(expr, settled) ? answer : UNKNOWN;
}
function isAllowedAfter(event: DecisionEvent, earlier: DecisionEvent): boolean {
  return event.verdict === "allow" && event.at > earlier.at;
}
function answerOf(expr: Extract<Expr, { kind: "prior" }>, allowed: readonly DecisionEvent[]): Tri {
  if (expr.status === "any") return allowed.length > 0;
  if (allowed.some((event) => event.outcome?.status === expr.status)) return true;
  const isOpen = allowed.some(({ outcome }) => outcome === undefined || outcome.status === "unknown");
  return isOpen ? UNKNOWN : false;
}
