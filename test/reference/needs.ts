/** Needs, what meets them, and which of two sets of them asks for less. */
import type { Need, Program } from "../../src/check/program.js";
import type { RecordValue, Type, Value } from "../../src/values/type.js";
import { isGranted, isLive } from "./approvals.js";
import type { Entered } from "./enter.js";
import { digestText } from "./reading.js";
import { planOf } from "./situations.js";
import type { ApprovalEvent, Call, DecisionEvent, World } from "./world.js";

/** A need that nothing meets, as it is told to the caller. */
export type Unmet =
  | { readonly type: "step-up"; readonly level: string; readonly within: number | undefined }
  | {
      readonly type: "approval" | "confirmation";
      readonly scheme: string;
      /** What it is bound to. */
      readonly digest: string;
      readonly quorum: number;
      readonly have: number;
      readonly rejected: boolean;
    };
export interface UnmetNeeds {
  readonly needs: readonly Unmet[];
  /** Approvals that meet some of them. */
  readonly met: readonly ApprovalEvent[];
  /** Why nobody can ever meet them. */
  readonly blocked: readonly string[];
}
export interface Evidence {
  readonly hasUser: boolean;
  readonly rank: number;
  /** Milliseconds since the sign-in. */
  readonly age: number | undefined;
  readonly digestFor: (scheme: string) => string;
  readonly find: (scheme: string, digest: string) => ApprovalEvent | undefined;
  /** Advisory arguments that are not as they were approved. */
  readonly differingNotes: (met: readonly ApprovalEvent[]) => readonly string[];
}

export const CONFIRMATION = "confirmation";

/** What is given for a call; for one that was allowed already, what that rests on. */
export function evidenceOf(world: World, entered: Entered, earlier?: DecisionEvent): Evidence {
  const { program, now } = world;
  const plan = planOf(world, entered);
  const digestFor = (scheme: string): string => {
    const bindsPlan =
      scheme === CONFIRMATION ? plan?.confirmed : program.approvals.get(scheme)?.binds === "plan";
    return bindsPlan && plan !== undefined ? plan.digest : entered.call.digest;
  };
  return {
    hasUser: entered.hasUser,
    rank: program.assurance.find((level) => level.acr === entered.acr)?.rank ?? -1,
    age: entered.authTime === undefined ? undefined : now - entered.authTime,
    digestFor,
    find: (scheme, digest) => {
      const isMeant = (approval: ApprovalEvent) => approval.scheme === scheme && approval.digest === digest;
      if (earlier === undefined)
        return world.approvals.findLast((approval) => isMeant(approval) && isLive(world, approval));
      const last = world.approvals.findLast(isMeant);
      if (last === undefined || last.withdrawnAt !== undefined || now >= last.expiresAt) return undefined;
      return earlier.approvals.includes(last) || last.rejected !== undefined ? last : undefined;
    },
    differingNotes: (met) => [...new Set(met.flatMap((approval) => differing(entered, approval)))].sort(),
  };
}

/** A plan is approved without its advisory fields, so none of them was. */
function differing(entered: Entered, approval: ApprovalEvent): string[] {
  return differingNotes(entered, approval.call);
}
/** Advisory fields of a call that are not as in another one, or all where there is no other: dotted places. */
export function differingNotes({ tool, call }: Entered, before: Call | undefined): string[] {
  if (tool === undefined) return [];
  const now = notesIn(tool.args, call.args, "args");
  const then = before === undefined ? new Map<string, string>() : notesIn(tool.args, before.args, "args");
  const differing = [...now].filter(([place, text]) => then.get(place) !== text);
  return [...new Set(differing.map(([place]) => place.replace(/<<.*?>>/gs, "")))];
}
/** Advisory fields by place, at any depth; those of one list share a place, each element of a set has one. */
function notesIn(type: Type, value: Value, place: string): Map<string, string> {
  const notes = new Map<string, string>();
  const note = (at: string, text: string): void => {
    notes.set(at, `${notes.get(at) ?? ""}${text};`);
  };
  if (type.kind === "list") {
    for (const item of value as readonly Value[])
      for (const [at, text] of notesIn(type.of, item, place)) note(at, text);
  } else if (type.kind === "set") {
    for (const item of value as readonly Value[]) {
      const element = encodeURIComponent(digestText(type.of, item));
      for (const [at, text] of notesIn(type.of, item, `${place}<<${element}>>`)) note(at, text);
    }
  } else if (type.kind === "map") {
    for (const item of (value as ReadonlyMap<string, Value>).values()) {
      for (const [at, text] of notesIn(type.of, item, place)) note(at, text);
    }
  } else if (type.kind === "record") {
    for (const field of type.fields) {
      const held = (value as RecordValue)[field.name];
      if (held === undefined) continue;
      const at = `${place}.${field.name}`;
      if (field.advisory) note(at, digestText(field.type, held));
      else for (const [inner, text] of notesIn(field.type, held, at)) note(inner, text);
    }
  }
  return notes;
}

/** Takes away what is met, then merges what is left: each approval once, one step-up, one confirmation. */
export function unmetNeeds(program: Program, needs: readonly Need[], evidence: Evidence): UnmetNeeds {
  const unmet = new Map<string, Unmet>();
  const met = new Set<ApprovalEvent>();
  const blocked = new Set<string>();
  const rank = (level: string): number => program.assurance.find((each) => each.id === level)?.rank ?? 0;
  const ask = (type: "approval" | "confirmation", scheme: string, digest: string, quorum: number): void => {
    const found = evidence.find(scheme, digest);
    if (found !== undefined && isGranted(found)) {
      met.add(found);
      return;
    }
    if (type === "confirmation" && !evidence.hasUser) blocked.add("builtin.need_without_user");
    if (found?.rejected !== undefined) blocked.add("builtin.approval_rejected");
    const have = found?.approvals.length ?? 0;
    unmet.set(`${scheme} ${digest}`, {
      type,
      scheme,
      digest,
      quorum,
      have,
      rejected: found?.rejected !== undefined,
    });
  };
  for (const need of needs) {
    if (need.kind === "approval") {
      const scheme = program.approvals.get(need.scheme);
      ask("approval", need.scheme, evidence.digestFor(need.scheme), scheme?.quorum ?? 1);
    } else if (need.kind === "confirmation") {
      ask("confirmation", CONFIRMATION, evidence.digestFor(CONFIRMATION), 1);
    } else {
      const isStrong = evidence.hasUser && evidence.rank >= rank(need.level);
      const isFresh =
        need.within === undefined || (evidence.age !== undefined && evidence.age <= need.within);
      if (isStrong && isFresh) continue;
      if (!evidence.hasUser) blocked.add("builtin.need_without_user");
      const other = unmet.get("step-up") as Extract<Unmet, { type: "step-up" }> | undefined;
      const isStronger = other === undefined || rank(need.level) > rank(other.level);
      const ages = [other?.within, need.within].filter((age) => age !== undefined);
      const within = ages.length === 0 ? undefined : Math.min(...ages);
      unmet.set("step-up", { type: "step-up", level: isStronger ? need.level : other.level, within });
    }
  }
  return { needs: [...unmet.values()], met: [...met], blocked: [...blocked].sort() };
}

/** Negative where the first asks for less: people, confirmations, level of sign-in, its age. */
export function lessDemanding(program: Program, a: UnmetNeeds, b: UnmetNeeds): number {
  const left = demand(program, a);
  const right = demand(program, b);
  for (const [i, amount] of left.entries()) {
    if (amount !== right[i]) return amount - (right[i] as number);
  }
  return 0;
}

/** Larger is more, the first number that differs decides. */
export function demand(program: Program, { needs }: UnmetNeeds): number[] {
  const sum = (type: Unmet["type"]): number =>
    needs.reduce(
      (total, need) => total + (need.type === type && need.type !== "step-up" ? need.quorum : 0),
      0,
    );
  const stepUp = needs.find((need) => need.type === "step-up");
  const rank = program.assurance.find((level) => level.id === stepUp?.level)?.rank ?? -1;
  const haste = stepUp?.within === undefined ? -Number.MAX_VALUE : -stepUp.within;
  return [sum("approval"), sum("confirmation"), rank, haste];
}
