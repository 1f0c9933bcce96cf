/** Everything that checking says to authors, by what is wrong. Messages say what is; only `help` says what to do. */
import { diagnostic } from "../diagnostics/catalogue.js";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { replacement } from "../diagnostics/replacement.js";
import type { Span } from "../source/source.js";
import type { Type } from "../values/type.js";
import { describeType, grouped } from "./describe-type.js";
import type { Entry } from "./names.js";

/** Words in backticks, at most three of them. */
function quoted(words: readonly string[], last = "and"): string {
  const shown = words.slice(0, 3).map((word) => `\`${word}\``);
  if (words.length > 3) return `${shown.join(", ")} ${last} ${words.length - 3} more`;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} ${last} ${shown.at(-1)}`;
}

function didYouMean(
  word: string,
  candidates: Iterable<string>,
  span?: Span,
): { readonly help?: string; readonly fix?: Fix } {
  const meant = suggest(word, candidates);
  if (meant === undefined) return {};
  return { help: `did you mean \`${meant}\`?`, ...(span && replacement(span, word, meant)) };
}

/** The same where there is always a help: what was meant, or else something to choose from. */
function didYouMeanOr(
  word: string,
  candidates: readonly string[],
  span: Span,
  otherwise: string,
): { readonly help: string; readonly fix?: Fix } {
  return { help: otherwise, ...didYouMean(word, candidates, span) };
}

/** The question `did you mean …?`, where a candidate is near enough. */
export function didYouMeanIn(word: string, candidates: Iterable<string>): string | undefined {
  return didYouMean(word, candidates).help;
}

/** A type in a sentence. */
function typed(type: Type): string {
  return `\`${describeType(type)}\``;
}

export const messages = {
  // --- names ---------------------------------------------------------------------------------------------
  unknownName: (what: string, name: string, span: Span, candidates: Iterable<string>): Diagnostic =>
    diagnostic("W2001", span, `unknown ${what} \`${name}\``, {
      label: what === "name" ? "nothing that can be read here" : `no ${what} of this bundle has this name`,
      ...didYouMean(name, candidates, span),
    }),
  unknownBuiltIn: (what: string, name: string, span: Span, candidates: readonly string[]): Diagnostic =>
    diagnostic("W2001", span, `unknown ${what} \`${name}\``, {
      label: `there is no ${what} of this name`,
      ...didYouMeanOr(name, candidates, span, `one of ${candidates.map((c) => `\`${c}\``).join(", ")}`),
    }),
  duplicate: (what: string, name: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2002", span, `${what} \`${name}\` is declared twice`, {
      label: "declared again here",
      secondary: [{ span: first, message: "first declared here" }],
      help: "give one of them another name, or remove it",
    }),
  duplicateBlock: (what: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2002", span, `\`${what}\` stands twice`, {
      label: "again here",
      secondary: [{ span: first, message: "first stands here" }],
      help: "make them one",
    }),
  ambiguousName: (what: string, name: string, span: Span, entries: readonly Entry[]): Diagnostic =>
    diagnostic("W2003", span, `${what} \`${name}\` is ambiguous`, {
      label: "more than one module has this name",
      secondary: entries.map((entry) => ({ span: entry.nameSpan, message: `this is \`${entry.id}\`` })),
      help: `write it out: ${entries.map((entry) => `\`${entry.id}\``).join(" or ")}`,
    }),
  cycle: (what: string, span: Span, path: readonly string[]): Diagnostic =>
    diagnostic("W2004", span, `${what} \`${path[0]}\` refers to itself`, {
      label: path.length > 2 ? `by way of ${quoted(path.slice(1, -1))}` : "here",
      help: "break the circle: nothing in a policy may recur",
    }),
  wireClash: (wire: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2005", span, `two tools answer to the wire name \`${wire}\``, {
      label: "this tool",
      secondary: [{ span: first, message: "and this one" }],
      help: 'tell them apart with `as "…"`: a call must mean one tool',
    }),
  patternMatchesNothing: (pattern: string, span: Span, candidates: Iterable<string>): Diagnostic =>
    diagnostic("W2006", span, `the pattern \`${pattern}\` matches no tool`, {
      label: "no tool of this bundle",
      ...didYouMean(pattern, candidates, span),
    }),
  shadowsRoot: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W2007", span, `${what} \`${name}\` hides something built in`, {
      label: "this name has a meaning of its own in every condition",
      help: "choose another name",
    }),
  shadowsVariable: (name: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2007", span, `variable \`${name}\` hides another one`, {
      label: "this one",
      secondary: [{ span: first, message: "hides this one" }],
      help: "choose another name",
    }),
  unknownAnnotation: (name: string, span: Span, candidates: readonly string[]): Diagnostic =>
    diagnostic("W2008", span, `unknown annotation \`@${name}\``, {
      label: "it would have no effect",
      help:
        suggest(name, candidates) === undefined
          ? `here may stand ${candidates.map((c) => `\`@${c}\``).join(", ")}`
          : `did you mean \`@${suggest(name, candidates)}\`?`,
      ...(suggest(name, candidates) === undefined
        ? {}
        : replacement(span, name, suggest(name, candidates) ?? name)),
    }),
  misplacedAnnotation: (name: string, span: Span, where: string): Diagnostic =>
    diagnostic("W2009", span, `\`@${name}\` has no meaning here`, {
      label: "it would have no effect",
      help: `it belongs ${where}`,
    }),
  annotationArguments: (name: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W2010", span, `\`@${name}\` takes ${wanted}`, { help: `write \`@${name}${shape(wanted)}\`` }),
  missingClause: (what: string, name: string, clause: string, span: Span, help: string): Diagnostic =>
    diagnostic("W2012", span, `${what} \`${name}\` says nothing of \`${clause}\``, {
      label: `this ${what}`,
      help,
    }),
  dataFile: (path: string, span: Span, problem: string): Diagnostic =>
    diagnostic("W2013", span, `data file \`${path}\` cannot be used`, {
      label: problem,
      help: "the bundle does not load without it",
    }),
  unknownThreat: (id: string, span: Span, known: Iterable<string>, help: string | undefined): Diagnostic =>
    diagnostic("W2014", span, `unknown threat \`${id}\``, {
      label: "no catalogue of threats has this id",
      help: help ?? didYouMean(id, known).help ?? 'ids look like `"LLM01:2025"`, `"ASI02"` or `"AML.T0051"`',
    }),

  // --- types ---------------------------------------------------------------------------------------------
  unknownField: (
    path: string,
    field: string,
    span: Span,
    candidates: readonly string[],
    whose?: string,
  ): Diagnostic =>
    diagnostic("W3001", span, `\`${path}\` has no field \`${field}\``, {
      ...(whose === undefined ? {} : { label: whose }),
      ...didYouMeanOr(
        field,
        candidates,
        span,
        candidates.length === 0
          ? "nothing can be read of it"
          : `it has ${candidates
              .slice(0, 8)
              .map((c) => `\`${c}\``)
              .join(", ")}`,
      ),
    }),
  undeclaredSchemaField: (
    root: string,
    field: string,
    span: Span,
    candidates: readonly string[],
  ): Diagnostic =>
    diagnostic("W3001", span, `\`${root}\` has no field \`${field}\``, {
      label: "no schema declares it",
      ...didYouMeanOr(field, candidates, span, `declare it: \`schema ${root} { ${field}?: text }\``),
    }),
  mismatch: (span: Span, message: string, help?: string, label?: string): Diagnostic =>
    diagnostic("W3002", span, message, {
      ...(label === undefined ? {} : { label }),
      ...(help === undefined ? {} : { help }),
    }),
  notComparable: (operator: string, span: Span, left: Side, right: Side, help?: string): Diagnostic => {
    const literals = [left, right].filter((side) => side.kind === "const");
    const [literal] = literals;
    const at =
      literals.length === 1 && literal !== undefined && !"+-*".includes(operator) ? literal.span : span;
    const others = [left, right].filter((side) => side.span !== at);
    return diagnostic("W3002", at, together(operator, typed(left.type), typed(right.type)), {
      ...(at === span ? {} : { label: `this is ${typed((literal as Side).type)}` }),
      secondary: others.map((side) => ({ span: side.span, message: `this is ${typed(side.type)}` })),
      ...(help === undefined ? {} : { help }),
    });
  },
  wrongType: (span: Span, given: Type, wanted: string, help?: string): Diagnostic =>
    diagnostic("W3002", span, `${wanted} is wanted here, not ${typed(given)}`, {
      label: `this is ${typed(given)}`,
      ...(help === undefined ? {} : { help }),
    }),
  mayBeAbsent: (path: string, span: Span, help: string): Diagnostic =>
    diagnostic("W3003", span, `\`${path}\` may be absent`, { label: "read without a guard", help }),
  notBool: (span: Span, type: Type): Diagnostic =>
    diagnostic("W3004", span, `a condition is true or false, not ${typed(type)}`, {
      label: `this is ${typed(type)}`,
      help: "compare it with something",
    }),
  badLiteral: (span: Span, message: string, help?: string): Diagnostic =>
    diagnostic("W3005", span, message, help === undefined ? {} : { help }),
  notAnOption: (text: string, span: Span, options: readonly string[]): Diagnostic =>
    diagnostic("W3005", span, `\`${text}\` is none of the values this can have`, {
      ...didYouMeanOr(text, options, span, `it is one of ${quoted(options, "and")}`),
    }),
  neverHolds: (span: Span, why: string, help?: string): Diagnostic =>
    diagnostic("W3006", span, "this comparison can never hold", {
      label: why,
      ...(help === undefined ? {} : { help }),
    }),
  typeArguments: (name: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W3007", span, `\`${name}\` does not take this`, { help: `write ${wanted}` }),
  argumentCount: (name: string, span: Span, wanted: number, given: number, shapeOf: string): Diagnostic =>
    diagnostic(
      "W3008",
      span,
      `\`${name}\` takes ${wanted === 0 ? "no arguments" : wanted === 1 ? "one argument" : `${wanted} arguments`}, not ${given}`,
      { help: `write \`${shapeOf}\`` },
    ),
  notShared: (field: string, span: Span, lacking: readonly string[], having: number): Diagnostic =>
    diagnostic("W3009", span, `not every tool that this reaches has \`args.${field}\``, {
      label: `${quoted(lacking)} ${lacking.length === 1 ? "has" : "have"} no such argument`,
      help: having === 0 ? "reach tools that have it" : "name the tools that have it, in a rule of their own",
    }),
  noCommonType: (field: string, span: Span, first: [string, Type], second: [string, Type]): Diagnostic =>
    diagnostic("W3009", span, `\`args.${field}\` has no one type in the tools that this reaches`, {
      label: `${typed(first[1])} in \`${first[0]}\`, ${typed(second[1])} in \`${second[0]}\``,
      help: "write one rule for each type",
    }),
  notReadableHere: (name: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3010", span, `\`${name}\` cannot be read here`, { label: why, help }),
  badPattern: (span: Span, why: string, help?: string): Diagnostic =>
    diagnostic("W3011", span, `this is no ${why}`, help === undefined ? {} : { help }),
  tooLarge: (what: string, name: string, span: Span, size: number, limit: number): Diagnostic =>
    diagnostic("W3012", span, `${what} \`${name}\` is too large once its defines are written out`, {
      label: `${grouped(size)} parts, ${grouped(limit)} at most`,
      help: "use a define fewer times, or nest them less deeply",
    }),
  tooDeep: (span: Span, limit: number): Diagnostic =>
    diagnostic("W3012", span, "this condition is nested too deeply", {
      label: `more than ${limit} levels`,
      help: "move a part of it into a define",
    }),
  tooCostly: (what: string, name: string, span: Span, cost: number, limit: number): Diagnostic =>
    diagnostic("W3013", span, `${what} \`${name}\` may take ${grouped(cost)} steps`, {
      label: `${grouped(limit)} at most`,
      help: "bound what it walks over: `list<email, 10>` instead of `list<email>`",
    }),
  badPlace: (text: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3014", span, `\`${text}\` is no place that an obligation can act on`, { label: why, help }),
  badKey: (key: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3015", span, `\`${key}\` is no key`, { label: why, help }),
  outOfRange: (what: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W3016", span, `${what} is ${wanted}`, { help: `write a value that is ${wanted}` }),

  neverAbsent: (what: string, span: Span, help: string): Diagnostic =>
    diagnostic("W5010", span, `\`${what}\` on what is never absent`, { label: "this is always there", help }),

  // --- safety --------------------------------------------------------------------------------------------
  wildcardGrant: (span: Span, by: string, tools: readonly string[], why: string): Diagnostic =>
    diagnostic("W4001", span, `this allow reaches ${why} by ${by}`, {
      label: `it grants ${quoted(tools)}`,
      help: `list them by name: \`call ${tools.slice(0, 3).join(", ")}\`; or narrow it: \`${by === "`any`" ? "any" : by.replaceAll("`", "")} read tier 1\``,
    }),
  ungated: (allow: string, span: Span, tools: readonly string[], targetSpans: readonly Span[]): Diagnostic =>
    diagnostic("W4002", span, `allow \`${allow}\` grants a tier-3 tool with neither approval nor step-up`, {
      label: `nothing stands before ${quoted(tools)}`,
      secondary: targetSpans.map((target) => ({ span: target, message: "reached here" })),
      help: 'add `need approval …` or `need step-up …`, or own it with `@ungated("why")`',
    }),
  needInDeny: (span: Span): Diagnostic =>
    diagnostic("W4003", span, "a deny has no needs: nothing that is met can undo it", {
      help: "use `require` to ask for something, or remove the `need`",
    }),
  incompleteException: (name: string, span: Span, missing: readonly string[]): Diagnostic =>
    diagnostic("W4004", span, `exception \`${name}\` has no ${quoted(missing, "and no")}`, {
      label: "an exception ends, gives its reason and asks for something",
      help: 'write `need …  until 2026-12-31T00:00:00Z  because "…"`',
    }),
  notWaivable: (what: string, name: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W4005", span, `${what} \`${name}\` may not be lifted`, {
      label: "it is not `waivable`",
      secondary: [{ span: declared, message: "declared here" }],
      help: `write \`waivable ${what} ${name}\` where it is declared, if its owner agrees`,
    }),
  obligationsOn: (effect: string, span: Span): Diagnostic =>
    diagnostic("W4006", span, `${effect === "allow" ? "an allow" : `a ${effect}`} carries no obligations`, {
      help: "move the `with` to a `require`, which holds whatever grants",
    }),
  readsAdvisory: (path: string, span: Span): Diagnostic =>
    diagnostic("W4007", span, `\`${path}\` is advisory: no condition may read it`, {
      label: "approvals are not bound to it, so it may change after one",
      help: "take `@advisory` from the field, or decide by something else",
    }),
  afterIrreversible: (span: Span, tool: string, earlier: Span): Diagnostic =>
    diagnostic("W4008", span, "a step after the irreversible one", {
      secondary: [{ span: earlier, message: `\`${tool}\` cannot be undone` }],
      help: "move the irreversible step to the end",
    }),
  riskMismatch: (span: Span, message: string, help: string): Diagnostic =>
    diagnostic("W4009", span, message, { help }),
  guardedWithoutAccepts: (tool: string, span: Span, tag: string, rule: Span): Diagnostic =>
    diagnostic("W4010", span, `tool \`${tool}\` is tagged \`${tag}\` and does not say what it accepts`, {
      label: "it would receive any label",
      secondary: [{ span: rule, message: `this rule guards what is tagged \`${tag}\`` }],
      help: "add `accepts …` with the labels it may receive, or `accepts any`",
    }),
  outageTooWide: (span: Span, why: string): Diagnostic =>
    diagnostic("W4011", span, '`@outage("allow")` is for limits on tier-1 reads alone', {
      label: why,
      help: "narrow the limit: `call any read tier 1`",
    }),
  meaninglessGrant: (span: Span, message: string, help: string): Diagnostic =>
    diagnostic("W4012", span, message, { help }),
  requiresNothing: (name: string, span: Span): Diagnostic =>
    diagnostic("W4013", span, `require \`${name}\` requires nothing`, {
      label: "it has neither `need` nor `with`",
      help: 'add `need step-up …`, `need approval …` or `with log("full")`',
    }),
  zeroQuorum: (span: Span): Diagnostic =>
    diagnostic("W4014", span, "a quorum of 0 is met by nobody", { help: "write `quorum 1` or more" }),
  stepUpWithoutAssurance: (level: string, span: Span): Diagnostic =>
    diagnostic("W2001", span, `unknown assurance level \`${level}\``, {
      label: "this bundle declares no assurance, so nobody can step up",
      help: `declare it: \`assurance password as "aal1" < ${level} as "aal2"\``,
    }),

  // --- lints ---------------------------------------------------------------------------------------------
  unsaidAccepts: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5001", span, `tool \`${tool}\` does not say what it accepts`, {
      label: "it receives any label",
      help: "add `accepts …` with the labels it may receive, or `accepts any` to mean it",
    }),
  unsaidYields: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5002", span, `tool \`${tool}\` does not say what it yields`, {
      label: "its results carry no label",
      help: "add `yields …` with the labels of what it returns, or `yields nothing` to mean it",
    }),
  expired: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5003", span, `${what} \`${name}\` has ended`, {
      label: "this time has passed",
      help: "remove it, or give it a later `until`",
    }),
  unboundedAmount: (allow: string, path: string, type: string, span: Span, tool: string): Diagnostic =>
    diagnostic("W5004", span, `allow \`${allow}\` sets no upper bound to \`${path}\``, {
      label: `\`${tool}\` takes any number here`,
      help: `add \`when ${path} <= …\`, or bound the argument: \`${type}<0..1_000>\``,
    }),
  unmeteredWrite: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5005", span, `no limit meters \`${tool}\``, {
      label: "it changes things, as often as it is called",
      help: `add \`limit … { call ${tool}  per agent  at most 15 calls in 1m }\``,
    }),
  unyieldedLabel: (label: string, span: Span): Diagnostic =>
    diagnostic("W5006", span, `nothing yields label \`${label}\``, {
      label: "no tool, channel or field gives it",
      help: "name it in a `yields` or an `@label`, or remove it",
    }),
  coveredAllow: (allow: string, span: Span, by: string, bySpan: Span): Diagnostic =>
    diagnostic("W5007", span, `the needs of allow \`${allow}\` are never asked for`, {
      label: "another allow grants the same without any",
      secondary: [{ span: bySpan, message: `\`${by}\` grants it` }],
      help: "move the needs to a `require`, or narrow the other allow",
    }),
  mixedScripts: (word: string, span: Span): Diagnostic =>
    diagnostic("W5008", span, `\`${word}\` mixes letters of several scripts`, {
      label: "it may not be what it looks like",
      help: "type it again with letters of one script",
    }),
  reachesNothing: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5009", span, `${what} \`${name}\` reaches no tool by this`, {
      label: "nothing of the catalogue fits",
      help: "remove it, or widen it",
    }),
  outsideOrder: (tool: string, transaction: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W5011", span, `\`${tool}\` is no step of transaction \`${transaction}\``, {
      label: "so this is never reached",
      secondary: [{ span: declared, message: "its `order` has no such step" }],
      help: "add a step to the `order`, or take away the `inside`",
    }),
  limitOutside: (limit: string, span: Span, allow: string, allowSpan: Span): Diagnostic =>
    diagnostic(
      "W5012",
      span,
      `limit \`${limit}\` counts within a transaction, and an allow grants outside one`,
      {
        label: "it does not apply there",
        secondary: [{ span: allowSpan, message: `\`${allow}\` is not \`inside\` a transaction` }],
        help: "write `inside …` in the allow, or count over a time",
      },
    ),
  unusedTag: (tag: string, span: Span): Diagnostic =>
    diagnostic("W5013", span, `no tool is tagged \`${tag}\``, {
      label: "a rule about it reaches nothing",
      help: "name it in the `tags` of a tool, or remove it",
    }),
  unreviewed: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5014", span, `tool \`${tool}\` is not reviewed`, {
      label: "its tier and action are guesses",
      help: "confirm them, and remove `@review`",
    }),
  chainTooShort: (agent: string, span: Span, depth: number): Diagnostic =>
    diagnostic("W5015", span, `agent \`${agent}\` can never be invoked`, {
      label: `a chain has at most ${depth} ${depth === 1 ? "agent" : "agents"}`,
      help: `allow longer chains: \`delegation { depth ${depth + 1} }\``,
    }),
  liftsNothing: (exception: string, span: Span, lifted: string, declared: Span): Diagnostic =>
    diagnostic("W5016", span, `exception \`${exception}\` never meets \`${lifted}\``, {
      label: "they reach no tool in common",
      secondary: [{ span: declared, message: "declared here" }],
      help: "name in `call` what that rule refuses",
    }),
  neverTrue: (what: string, name: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W5017", span, `the condition of ${what} \`${name}\` can never be true`, {
      label: "whatever the call",
      secondary: [{ span: declared, message: "so this never applies as it is meant to" }],
      help: "mend the condition, or remove the rule",
    }),
  alwaysTrue: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5018", span, `this part of ${what} \`${name}\` is always true`, {
      label: "whatever the call",
      help: "remove it, or say what was meant",
    }),
  concernsNobody: (
    what: string,
    name: string,
    span: Span,
    alone: boolean,
    agents: readonly { readonly name: string; readonly span: Span }[],
  ): Diagnostic =>
    diagnostic(
      "W5019",
      span,
      `${what} \`${name}\` is for ${alone ? "nobody" : "users"}, and no agent acts ${alone ? "alone" : "for one"}`,
      {
        label: "it concerns no call",
        secondary: agents.map((agent) => ({
          span: agent.span,
          message: `\`${agent.name}\` acts ${alone ? "for a user" : "alone"}`,
        })),
        help: alone
          ? "remove the `for nobody`, or name an agent that `acts alone`"
          : "say `for nobody`, or name an agent that `acts for user`",
      },
    ),
  unnamedThreat: (id: string, name: string, catalogue: string, span: Span): Diagnostic =>
    diagnostic("W8001", span, `no rule names the threat \`${id}\`, ${name.toLowerCase()}`, {
      label: `a threat of ${catalogue}`,
      help: `write \`@threat("${id}")\` on the rule that stands against it`,
    }),
  refusedAllow: (allow: string, span: Span, deny: string, declared: Span): Diagnostic =>
    diagnostic("W5020", span, `allow \`${allow}\` grants nothing`, {
      label: "all of it is refused",
      secondary: [{ span: declared, message: `\`${deny}\` refuses it, and nothing lifts that` }],
      help: "narrow the deny, or remove the allow",
    }),

  /** `how`: whether no test calls what the rule is about, or none of them makes it decide for all that they call. */
  untriedRule: (what: string, name: string, span: Span, how: "calls" | "decides"): Diagnostic =>
    diagnostic("W6007", span, `no test makes ${what} \`${name}\` decide`, {
      label: how === "calls" ? "none calls what it is about" : "none of their answers turned on it",
      help: `write a test whose answer turns on it: \`expect … by ${name}\``,
    }),

  // --- tests ---------------------------------------------------------------------------------------------
  stepOutOfPlace: (word: string, span: Span, why: string): Diagnostic =>
    diagnostic("W6001", span, `\`${word}\` has no place here`, { label: why, help: "move it, or remove it" }),
  noAgentGiven: (span: Span): Diagnostic =>
    diagnostic("W6002", span, "no agent makes this call", { help: "write `given agent …` before it" }),
  rowWidth: (span: Span, cells: number, agents: number): Diagnostic =>
    diagnostic(
      "W6003",
      span,
      `a row of ${cells} ${cells === 1 ? "cell" : "cells"} under ${agents} ${agents === 1 ? "agent" : "agents"}`,
      {
        help: "give one verdict for each agent, separated by `|`",
      },
    ),
  sameTitle: (title: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W6004", span, `two tests are called \`${title}\``, {
      secondary: [{ span: first, message: "the first one" }],
      help: "give each test a title of its own",
    }),
  expectsNothing: (span: Span): Diagnostic =>
    diagnostic("W6005", span, "this test expects nothing", {
      help: "add `expect allow`, `expect deny by …`",
    }),
  metersNoReport: (limit: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W6006", span, `limit \`${limit}\` does not meter what is reported`, {
      secondary: [{ span: declared, message: "declared here" }],
      help: "report to a limit `of reported else …`",
    }),
};

/** A side of an operator, as far as a complaint about both goes. */
interface Side {
  readonly kind?: string;
  readonly span: Span;
  readonly type: Type;
}

/** What two types cannot do together, in the words of the operator. */
function together(operator: string, left: string, right: string): string {
  switch (operator) {
    case "+":
    case "-":
    case "*":
      return `\`${operator}\` cannot combine ${left} with ${right}`;
    case "else":
      return `\`else\` cannot put ${right} in the place of ${left}`;
    case "[]":
      return `one list cannot hold both ${left} and ${right}`;
    case "in":
    case "not in":
      return `\`${operator}\` cannot look for ${left} in ${right}`;
    default:
      return `\`${operator}\` cannot compare ${left} with ${right}`;
  }
}

function shape(wanted: string): string {
  if (wanted === "no arguments") return "";
  if (wanted === "names of labels") return "(pii)";
  if (wanted === '"allow"') return '("allow")';
  return wanted === "texts" ? '("…", "…")' : '("…")';
}
