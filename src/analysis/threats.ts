/** Which threats of published catalogues the rules and tests of a bundle name, and which none does. */
import type { Annotations, Program } from "../check/program.js";
import type { ThreatCatalogue } from "../check/threats/catalogue.js";

/** A rule that names a threat. */
export interface ThreatRule {
  readonly id: string;
  readonly ref?: string;
  readonly effect: "allow" | "deny" | "require" | "limit" | "exception";
  /** A shadow rule does not decide, so it does not counter a threat. */
  readonly shadow: boolean;
}

/** One threat, and the rules that counter it. */
export interface ThreatEntry {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly ThreatRule[];
  /** Titles of tests in which one of these rules decided; also empty if no test ran. */
  readonly tests: readonly string[];
  /** `gap`: no deciding rule names it. `untested`: some do, and no test exercises them. */
  readonly state: "covered" | "untested" | "gap";
}

/** A bundle compared with catalogues of threats. */
export interface ThreatReport {
  readonly revision: string;
  readonly profiles: readonly ThreatProfile[];
}

/** One catalogue. */
export interface ThreatProfile {
  readonly profile: string;
  readonly name: string;
  readonly edition: string;
  readonly published: string;
  readonly source: string;
  /** For a catalogue too long to be a checklist, only what the bundle names. */
  readonly entries: readonly ThreatEntry[];
  /** How many threats the catalogue has. */
  readonly all: number;
  readonly gaps: number;
}

/** Ids of the rules that decided in each test; undefined if tests did not run. */
export type DecidedIn = ReadonlyMap<string, ReadonlySet<string>>;

/** A larger catalogue is not a checklist: a threat in it that the bundle does not name is not a gap. */
const MAX_CHECKLIST = 20;

/** Compares a bundle with catalogues, in their order; `decided` lists the rules that decided in its tests. */
export function threatReport(
  program: Program,
  revision: string,
  catalogues: readonly ThreatCatalogue[],
  decided: DecidedIn | undefined,
): ThreatReport {
  const named = rulesByThreat(program);
  return {
    revision,
    profiles: catalogues.map((catalogue) => {
      const isChecklist = catalogue.threats.length <= MAX_CHECKLIST;
      const entries = catalogue.threats
        .filter(({ id }) => isChecklist || named.has(id))
        .map(({ id, name }) => entryOf(id, name, named.get(id) ?? [], decided));
      const { profile, name, edition, published, source, threats } = catalogue;
      const gaps = entries.filter(({ state }) => state === "gap").length;
      return { profile, name, edition, published, source, entries, all: threats.length, gaps };
    }),
  };
}

function entryOf(
  id: string,
  name: string,
  rules: readonly ThreatRule[],
  decided: DecidedIn | undefined,
): ThreatEntry {
  const deciding = rules.filter((rule) => !rule.shadow);
  const tests = [...(decided ?? [])]
    .filter(([, ids]) => deciding.some((rule) => ids.has(rule.id)))
    .map(([test]) => test);
  const state = deciding.length === 0 ? "gap" : tests.length === 0 ? "untested" : "covered";
  return { id, name, rules, tests, state };
}

function rulesByThreat(program: Program): ReadonlyMap<string, readonly ThreatRule[]> {
  const named = new Map<string, ThreatRule[]>();
  const add = (rule: Omit<ThreatRule, "ref">, { threats, ref }: Annotations) => {
    for (const threat of new Set(threats)) {
      const rules = named.get(threat) ?? [];
      rules.push({ ...rule, ...(ref === undefined ? {} : { ref }) });
      named.set(threat, rules);
    }
  };
  for (const { id, effect, shadow, annotations } of program.rules.values()) {
    add({ id, effect, shadow }, annotations);
  }
  for (const { id, shadow, annotations } of program.limits.values()) {
    add({ id, effect: "limit", shadow }, annotations);
  }
  for (const { id, annotations } of program.exceptions.values()) {
    add({ id, effect: "exception", shadow: false }, annotations);
  }
  return named;
}
