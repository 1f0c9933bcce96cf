/** Requests near one that a test makes: other values at the bounds that the policy names, other people, other situations. */

import { partsOf } from "../check/expressions/parts.js";
import type { Expr, Program, Tool } from "../check/program.js";
import type { DecideRequest } from "../model/request.js";
import type { JsonValue, Type, Value } from "../values/type.js";

/** One change of a request, in words, and the request with it. */
export interface Variation {
  readonly how: string;
  readonly request: DecideRequest;
}

/** Constants that the conditions of a policy compare with: what lies on either side of them is worth asking. */
export interface Constants {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** `more` are numbers beyond those of the policy: those that a change of it has moved. */
export function constantsOf(program: Program, more: readonly number[] = []): Constants {
  const numbers = new Set<number>(more);
  const texts = new Set<string>();
  const note = (value: Value | undefined): void => {
    if (typeof value === "number") numbers.add(value);
    else if (typeof value === "string") texts.add(value);
    else if (Array.isArray(value)) for (const each of value.slice(0, 8)) note(each as Value);
    else if (typeof value === "object" && value !== null && "text" in value) note(value.text as Value);
  };
  const visit = (expr: Expr): void => {
    if (expr.kind === "const" && expr.type.kind !== "label") note(expr.value);
    if (expr.kind === "data") note(program.data.get(expr.data)?.value);
    if (expr.kind === "like") texts.add(expr.pattern.replaceAll(/\*+/g, "x"));
    for (const part of partsOf(expr)) visit(part);
  };
  for (const each of [...program.rules.values(), ...program.limits.values(), ...program.exceptions.values()])
    if (each.condition !== undefined) visit(each.condition);
  for (const { body } of program.defines.values()) visit(body);
  return {
    numbers: [...numbers].filter((each) => Math.abs(each) <= 1e9).slice(0, 40),
    texts: [...texts].slice(0, 40),
  };
}

/** Requests near one, each with what is changed about it. */
export function variationsOf(
  request: DecideRequest,
  program: Program,
  constants: Constants,
): readonly Variation[] {
  return [
    ...argumentVariations(request, program, constants),
    ...actorVariations(request, program),
    ...situationVariations(request, program, constants),
  ];
}

// --- arguments --------------------------------------------------------------------------------------------

function argumentVariations(request: DecideRequest, program: Program, constants: Constants): Variation[] {
  const tool = [...program.tools.values()].find(({ wire }) => wire === request.tool);
  if (tool === undefined) return [];
  const args = (request.args ?? {}) as Record<string, JsonValue>;
  return argumentValues(tool, args, constants).map(([name, value]) => {
    const changed: Record<string, JsonValue> = { ...args };
    if (value === undefined) delete changed[name];
    else changed[name] = value;
    return {
      how: "with other arguments",
      request: { ...request, args: changed as NonNullable<DecideRequest["args"]> },
    };
  });
}

function argumentValues(
  tool: Tool,
  args: Record<string, JsonValue>,
  constants: Constants,
): (readonly [string, JsonValue | undefined])[] {
  return tool.args.fields.flatMap(({ wire, type, optional }) => [
    ...valuesOf(type, args[wire], constants).map((value) => [wire, value] as const),
    ...(optional && args[wire] !== undefined ? [[wire, undefined] as const] : []),
  ]);
}

/** Values of a type on either side of the policy's constants. */
function valuesOf(type: Type, now: JsonValue | undefined, constants: Constants): JsonValue[] {
  switch (type.kind) {
    case "int":
    case "number": {
      const steps = type.kind === "int" ? [-1, 0, 1] : [-1, -0.01, 0, 0.01, 1];
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = type;
      const near = constants.numbers.flatMap((each) => steps.map((step) => each + step));
      return [...new Set([...near, min, max])].filter(
        (each) =>
          Number.isFinite(each) &&
          each >= min &&
          each <= max &&
          (type.kind === "number" || Number.isInteger(each)),
      );
    }
    case "bool":
      return [now !== true];
    case "union":
      return type.options.filter((option) => option !== now);
    case "text":
      return [...constants.texts, "something else"].filter((text) => text !== now && text.length <= type.max);
    case "domain":
      return domains(constants);
    case "email":
      return domains(constants).map((domain) => `someone@${domain}`);
    case "url":
      return domains(constants).flatMap((domain) => [`https://${domain}/`, `http://${domain}/`]);
    case "list":
    case "set": {
      const elements = valuesOf(type.of, Array.isArray(now) ? now[0] : undefined, constants);
      const first = Array.isArray(now) ? now[0] : elements[0];
      const sizes = new Set(constants.numbers.flatMap((each) => [each - 1, each, each + 1]));
      const repeated = [...sizes]
        .filter((size) => Number.isInteger(size) && size >= 0 && size <= Math.min(type.max, 64))
        .map((size) => Array.from({ length: size }, () => first ?? ""));
      const mixed = first === undefined ? [] : elements.map((element) => [first, element]);
      return [...elements.map((element) => [element]), ...mixed, ...repeated];
    }
    case "record": {
      const fields =
        typeof now === "object" && now !== null && !Array.isArray(now)
          ? (now as Record<string, JsonValue>)
          : {};
      return type.fields.flatMap(({ wire, type: of }) =>
        valuesOf(of, fields[wire], constants).map((value) => ({ ...fields, [wire]: value })),
      );
    }
    default:
      return [];
  }
}

function domains({ texts }: Constants): string[] {
  return [...texts.filter((text) => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text)), "elsewhere.example"];
}

// --- who --------------------------------------------------------------------------------------------------

function actorVariations(request: DecideRequest, program: Program): Variation[] {
  const actors = request.actors ?? [];
  const [first, ...rest] = actors;
  const user = first?.type === "user" ? first : undefined;
  const agents = user === undefined ? actors : rest;
  const withUser = (how: string, changed: typeof user): Variation => ({
    how,
    request: { ...request, actors: changed === undefined ? [...agents] : [changed, ...agents] },
  });
  const users: Variation[] = [];
  if (user !== undefined) {
    for (const role of program.roles.values())
      users.push(withUser(`a user with role ${role.name} alone`, { ...user, roles: [role.name] }));
    users.push(withUser("a user without roles", { ...user, roles: [] }));
    const { acr: _acr, ...without } = user;
    users.push(withUser("a user whose sign-in says no level", without));
    for (const { name, acr } of program.assurance)
      users.push(withUser(`a user signed in at ${name}`, { ...user, acr }));
    for (const age of ages(program)) {
      const auth_time = Math.max(0, (user.auth_time ?? 0) - age / 1000);
      users.push(withUser(`a sign-in ${age / 1000} s older`, { ...user, auth_time }));
    }
    users.push(withUser("nobody asking", undefined));
  }
  const chains = [...program.agents.values()].map((agent): Variation => {
    const issued = agents[0]?.type === "agent" ? agents[0].credential : undefined;
    const lifetime = agent.credential === undefined ? undefined : agent.credential / 1000;
    const at = issued?.issued_at ?? user?.auth_time ?? 0;
    const scopes = agents[0]?.scopes;
    const actor = {
      type: "agent" as const,
      id: agent.name,
      ...(scopes === undefined ? {} : { scopes }),
      ...(lifetime === undefined ? {} : { credential: { issued_at: at, expires_at: at + lifetime } }),
    };
    return {
      how: `agent ${agent.name}`,
      request: { ...request, actors: user === undefined ? [actor] : [user, actor] },
    };
  });
  return [...users, ...chains];
}

/** Ages of a sign-in that some rule asks for, and just beyond, ms. */
function ages(program: Program): readonly number[] {
  const rules = [...program.rules.values(), ...program.exceptions.values()];
  const found = new Set<number>();
  for (const { needs } of rules)
    for (const need of needs)
      if (need.kind === "step-up" && need.within !== undefined)
        found.add(need.within).add(need.within + 1000);
  return [...found];
}

// --- the situation ----------------------------------------------------------------------------------------

function situationVariations(request: DecideRequest, program: Program, constants: Constants): Variation[] {
  const variations: Variation[] = [...program.labels.values()].map(({ name }) => ({
    how: `carrying ${name}`,
    request: { ...request, labels: { "*": [name] } },
  }));
  const { session, transaction, ...bare } = request;
  if (transaction !== undefined)
    variations.push({
      how: "outside the transaction",
      request: { ...bare, ...(session === undefined ? {} : { session }) },
    });
  if (session !== undefined) variations.push({ how: "without a session", request: bare });
  for (const { wire, type } of program.schemas.context.fields) {
    const context = (request.context ?? {}) as Record<string, JsonValue>;
    for (const value of valuesOf(type, context[wire], constants)) {
      const changed = { ...context, [wire]: value } as NonNullable<DecideRequest["context"]>;
      variations.push({
        how: `context.${wire}: ${JSON.stringify(value)}`,
        request: { ...request, context: changed },
      });
    }
  }
  return variations;
}
