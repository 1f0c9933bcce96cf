/** Policies that are valid but probably not intended: W5…; and threats that no rule names: W8… */
import { diagnostic } from "../../diagnostics/catalogue.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../source/source.js";

/** Messages by what is wrong. */
export const lintMessages = {
  unsaidAccepts: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5001", span, `tool \`${tool}\` has no \`accepts\``, {
      label: "it receives any label",
      help: "add `accepts …` with the labels it may receive, or `accepts any`",
    }),
  unsaidYields: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5002", span, `tool \`${tool}\` has no \`yields\``, {
      label: "its results carry no label",
      help: "add `yields …` with the labels of what it returns, or `yields nothing`",
    }),
  expired: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5003", span, `${what} \`${name}\` has ended`, {
      label: "this time has passed",
      help: "remove it, or give it a later `until`",
    }),
  unboundedAmount: (allow: string, path: string, type: string, span: Span, tool: string): Diagnostic =>
    diagnostic("W5004", span, `allow \`${allow}\` sets no upper bound for \`${path}\``, {
      label: `\`${tool}\` takes any number here`,
      help: `add \`when ${path} <= …\`, or bound the argument: \`${type}<0..1_000>\``,
    }),
  unmeteredWrite: (tool: string, span: Span): Diagnostic =>
    diagnostic("W5005", span, `no limit meters \`${tool}\``, {
      label: "it can write without limit",
      help: `add \`limit … { call ${tool}  per agent  at most 15 calls in 1m }\``,
    }),
  unyieldedLabel: (label: string, span: Span): Diagnostic =>
    diagnostic("W5006", span, `nothing yields label \`${label}\``, {
      label: "no tool, channel or field has it",
      help: "name it in a `yields` or an `@label`, or remove it",
    }),
  coveredAllow: (allow: string, span: Span, by: string, bySpan: Span): Diagnostic =>
    diagnostic("W5007", span, `the needs of allow \`${allow}\` never take effect`, {
      label: "another allow grants the same without needs",
      secondary: [{ span: bySpan, message: `\`${by}\` grants it` }],
      help: "move the needs to a `require`, or narrow the other allow",
    }),
  mixedScripts: (word: string, span: Span): Diagnostic =>
    diagnostic("W5008", span, `\`${word}\` mixes letters of several scripts`, {
      label: "it may not be the word it looks like",
      help: "type it again with letters of one script",
    }),
  reachesNothing: (what: string, name: string, span: Span, unreviewed?: string): Diagnostic =>
    diagnostic("W5009", span, `${what} \`${name}\` matches no tool with this`, {
      label:
        unreviewed === undefined
          ? "no tool of the catalogue fits"
          : "its tools are not reviewed, and a wildcard never grants those",
      help:
        unreviewed === undefined
          ? "remove it, or widen it"
          : `confirm tier and action of \`${unreviewed}\`, and remove its \`@review\``,
    }),
  neverAbsent: (what: string, span: Span, help: string): Diagnostic =>
    diagnostic("W5010", span, `\`${what}\` on a value that is never absent`, {
      label: "this is always present",
      help,
    }),
  outsideOrder: (tool: string, transaction: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W5011", span, `\`${tool}\` is not a step of transaction \`${transaction}\``, {
      label: "so this never applies",
      secondary: [{ span: declared, message: "its `order` has no such step" }],
      help: "add a step to the `order`, or remove the `inside`",
    }),
  limitOutside: (limit: string, span: Span, allow: string, allowSpan: Span): Diagnostic =>
    diagnostic(
      "W5012",
      span,
      `limit \`${limit}\` counts within a transaction, and an allow grants outside one`,
      {
        label: "it does not apply there",
        secondary: [{ span: allowSpan, message: `\`${allow}\` is not \`inside\` a transaction` }],
        help: "write `inside …` in the allow, or use a window of time",
      },
    ),
  unusedTag: (tag: string, span: Span): Diagnostic =>
    diagnostic("W5013", span, `no tool is tagged \`${tag}\``, {
      label: "a rule about it matches nothing",
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
    diagnostic("W5016", span, `exception \`${exception}\` never applies to \`${lifted}\``, {
      label: "they have no tool in common",
      secondary: [{ span: declared, message: "declared here" }],
      help: "name in `call` a tool that this rule refuses",
    }),
  neverTrue: (what: string, name: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W5017", span, `the condition of ${what} \`${name}\` can never be true`, {
      label: "for every call",
      secondary: [{ span: declared, message: "so this never applies as intended" }],
      help: "correct the condition, or remove the rule",
    }),
  alwaysTrue: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5018", span, `this part of ${what} \`${name}\` is always true`, {
      label: "for every call",
      help: "remove it, or correct it",
    }),
  noSuchValue: (odd: NoSuchValue): Diagnostic =>
    diagnostic(
      odd.always === true ? "W5018" : "W5017",
      odd.span,
      `no ${odd.what} ${odd.pattern === true ? "matches" : "is"} \`${odd.text}\``,
      {
        label: `this is ${odd.always === true ? "always" : "never"} true: ${odd.rule}`,
        help:
          odd.written === undefined
            ? "change the constant, or remove the comparison"
            : `write \`${odd.written}\``,
      },
    ),
  oddGlob: (odd: OddGlob): Diagnostic =>
    diagnostic("W5017", odd.span, `\`${odd.pattern}\` does not match what it appears to match`, {
      label: odd.why,
      help: odd.help,
    }),
  dotMatchesLineEnds: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W5021", span, `\`.\` in this pattern of ${what} \`${name}\` matches line ends`, {
      label: "earlier versions of Writ stopped at a line end here",
      help: "write `(?s)` at the start of the pattern to keep this, or `[^\\n]` for the earlier meaning",
    }),
  starStops: (pattern: string, path: string, span: Span): Diagnostic => {
    const words = pattern.split(/\*+/).filter((word) => word !== "");
    const [word = "…"] = words;
    const written = JSON.stringify(word);
    const call = pattern.startsWith("*") ? (pattern.endsWith("*") ? "contains" : "ends_with") : "starts_with";
    return diagnostic("W5022", span, `\`*\` stops at the first blank of \`${path}\``, {
      label: "over a text it matches letters, digits, `_`, `-` and `.` only",
      help:
        words.length === 1
          ? `write \`${call}(${path}, ${written})\``
          : `write \`**\`, which matches anything: \`${JSON.stringify(pattern.replace(/\*+/g, "**"))}\``,
    });
  },
  pathAsText: (path: string, span: Span): Diagnostic =>
    diagnostic("W5023", span, `\`${path}\` is a text, not a path`, {
      label: "`/folder/../etc/passwd` matches as well",
      help: `declare it as \`path<"/folder">\`, and write \`under(${path}, "/folder")\``,
    }),
  longerThanRead: (operator: "matches" | "finds", path: string, max: number, span: Span): Diagnostic =>
    diagnostic("W5024", span, `\`${operator}\` does not read all of \`${path}\``, {
      label: `it has up to ${max} characters, and over ${operator === "matches" ? "8" : "256"} KiB the answer is unknown`,
      help:
        operator === "matches"
          ? `search with \`${path} finds "…"\`, which reads 256 KiB, or bound the text: \`text<2_000>\``
          : `use \`contains(${path}, …)\`, or bound the text: \`text<65_536>\``,
    }),
  searchAsMatch: (path: string, pattern: string, span: Span): Diagnostic => {
    const search = pattern.replace(/^\.[*+]|\.[*+]$/g, "");
    const isWord = search !== "" && /^[\p{L}\p{N} _:@/-]+$/u.test(search);
    return diagnostic("W5028", span, "this pattern must match the whole text", {
      label: "it looks like one to search for",
      help: isWord
        ? `write \`contains(${path}, ${JSON.stringify(search)})\``
        : `write \`${path} finds ${JSON.stringify(search === "" ? pattern : search)}\``,
    });
  },
  elseLetsThrough: (path: string, fallback: string, span: Span): Diagnostic =>
    diagnostic("W5025", span, `a call without \`${path}\` counts as ${fallback} here`, {
      label: "so it passes this bound",
      help: `write \`has ${path} and …\` in an allow, \`not has ${path} or …\` in a deny, or make the argument required`,
    }),
  elseIsFree: (path: string, fallback: string, span: Span): Diagnostic =>
    diagnostic("W5025", span, `a call without \`${path}\` is charged ${fallback}`, {
      label: "this limit never stops it",
      help:
        path === "reported"
          ? "charge what such a call may use until its outcome reports it: `reported else 10`"
          : `add \`when has ${path}\` and a limit on calls without it, or make the argument required`,
    }),
  anyAgentReads: (allow: string, span: Span): Diagnostic =>
    diagnostic("W5027", span, `allow \`${allow}\` does not say whose calls it grants`, {
      label: "so every agent may make them",
      help: "add `agent …` with the agents that may, or `agent any` to mean every agent",
    }),
  grantsUnreviewed: (allow: string, tool: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W5026", span, `allow \`${allow}\` grants \`${tool}\`, which is not reviewed`, {
      label: "its tier and action are guesses",
      secondary: [{ span: declared, message: "marked `@review` here" }],
      help: "confirm them, and remove `@review`",
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
        label: "it applies to no call",
        secondary: agents.map((agent) => ({
          span: agent.span,
          message: `\`${agent.name}\` acts ${alone ? "for a user" : "alone"}`,
        })),
        help: alone
          ? "remove the `for nobody`, or name an agent that `acts alone`"
          : "write `for nobody`, or name an agent that `acts for user`",
      },
    ),
  refusedAllow: (allow: string, span: Span, deny: string, declared: Span): Diagnostic =>
    diagnostic("W5020", span, `allow \`${allow}\` grants nothing`, {
      label: "everything that it grants is refused",
      secondary: [{ span: declared, message: `\`${deny}\` refuses it, and no exception waives that` }],
      help: "narrow the deny, or remove the allow",
    }),
  unnamedThreat: (id: string, name: string, catalogue: string, span: Span): Diagnostic =>
    diagnostic("W8001", span, `no rule names the threat \`${id}\`, ${name.toLowerCase()}`, {
      label: `a threat of ${catalogue}`,
      help: `write \`@threat("${id}")\` on the rule that addresses it`,
    }),
};

/** A constant that no value equals, or a pattern that no value matches. */
export interface NoSuchValue {
  /** What the values are called and how they are written. */
  readonly what: string;
  readonly rule: string;
  readonly text: string;
  readonly span: Span;
  /** The constant in the form of such a value, if there is one. */
  readonly written?: string | undefined;
  readonly always?: boolean;
  readonly pattern?: boolean;
}

/** A glob with characters that are special in other pattern languages, or that no value of the type can contain. */
export interface OddGlob {
  readonly pattern: string;
  readonly span: Span;
  readonly why: string;
  readonly help: string;
}
