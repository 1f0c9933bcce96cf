/** What a condition sees of one request: the roots of the language, already parsed. */
import type { Role } from "../check/program.js";
import type { RecordValue, Value } from "../values/type.js";
import type { Tri } from "./tri.js";

/** `user`, as conditions read it. `roles` are the sent roles that are declared, each once, for `for role`. */
export interface UserFacts {
  readonly id: string;
  readonly root: RecordValue;
  readonly roles: readonly Role[];
  /** Roles that a sent name may mean if several modules declare it: held for rules that tighten, not for rules that grant. */
  readonly possibleRoles: readonly Role[];
}

/** State that was fetched for this decision. A missing member is unknown to every condition that reads it. */
export interface StateFacts {
  readonly session?: { readonly labels: readonly string[]; readonly steps: number };
  /** `none`: the call is known to name no transaction. */
  readonly transaction?: "none" | { readonly kind: string; readonly root: RecordValue };
  /** The labels of this call. */
  readonly labels?: readonly string[];
  /** By the path of the argument, dotted. */
  readonly labelsOf?: ReadonlyMap<string, readonly string[]>;
  readonly stated?: ReadonlyMap<string, boolean>;
  /** By the key of the `prior` expression. */
  readonly priors?: ReadonlyMap<string, Tri>;
}

/** Everything that conditions may read of one call. */
export interface Frame {
  readonly args: RecordValue;
  readonly user: UserFacts | undefined;
  readonly agent: RecordValue;
  readonly agentId: string;
  readonly chain: RecordValue;
  readonly context: RecordValue;
  readonly tool: RecordValue;
  /** Every string in the arguments; undefined if there are too many. */
  readonly texts: readonly string[] | undefined;
  /** Milliseconds since the epoch; by the store's clock once the store was read. */
  readonly now: number;
  readonly state: StateFacts;
  /** What an outcome reported to a limit; absent while a call is being decided. */
  readonly reported: number | undefined;
  /** Variables of quantifiers, by depth. */
  readonly variables: Value[];
}

/** The state of a decision that read none: everything is unknown. */
export const nothingKnown: StateFacts = {};
