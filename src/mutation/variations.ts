/**
 * Requests near one that a test makes: other values at the bounds that a mutant changes, other actors, other
 * situations.
 */
import type { Program } from "../check/program.js";
import type { DecideRequest } from "../model/request.js";
import type { JsonValue, RecordType, Type } from "../values/type.js";
import type { Touch } from "./touch.js";

/** One change of a request, described, and the changed request. */
export interface Variation {
  readonly how: string;
  readonly request: DecideRequest;
}
type Json = Record<string, JsonValue>;

/** Returns requests near one, each with a description of the change. */
export function variationsOf(request: DecideRequest, program: Program, touch: Touch): readonly Variation[] {
  const tool = [...program.tools.values()].find(({ wire }) => wire === request.tool);
  const args = recordsNear((request.args ?? {}) as Json, tool?.args.fields ?? [], touch);
  const context = recordsNear((request.context ?? {}) as Json, program.schemas.context.fields, touch);
  const { session, transaction, ...bare } = request;
  return [
    ...args.map((each) => ({
      how: "with other arguments",
      request: { ...request, args: each as NonNullable<DecideRequest["args"]> },
    })),
    ...actorVariations(request, program, touch),
    ...[...program.labels.values()].map(({ name }) => ({
      how: `with label ${name}`,
      request: { ...request, labels: { "*": [name] } },
    })),
    ...(transaction === undefined
      ? []
      : [{ how: "outside the transaction", request: { ...bare, session } as DecideRequest }]),
    ...(session === undefined ? [] : [{ how: "without a session", request: bare }]),
    ...context.map((each) => ({
      how: `with context ${JSON.stringify(each)}`,
      request: { ...request, context: each as NonNullable<DecideRequest["context"]> },
    })),
  ];
}

// --- values -----------------------------------------------------------------------------------------------

/** Returns the record with one field changed or removed at a time. */
function recordsNear(now: Json, fields: RecordType["fields"], touch: Touch): readonly Json[] {
  return fields.flatMap(({ wire, type, optional }) => {
    const changed = valuesOf(type, now[wire], touch).map((value) => ({ ...now, [wire]: value }));
    if (!optional || now[wire] === undefined) return changed;
    const { [wire]: _, ...without } = now;
    return [...changed, without];
  });
}

/** Returns values of a type on both sides of the changed bounds. */
function valuesOf(type: Type, now: JsonValue | undefined, touch: Touch): readonly JsonValue[] {
  switch (type.kind) {
    case "int":
    case "number": {
      const steps = type.kind === "int" ? [-1, 0, 1] : [-0.01, 0, 0.01];
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = type;
      const near = touch.numbers.flatMap((each) => steps.map((step) => each + step));
      return [...new Set([...near, min, max])].filter(
        (each) => Number.isFinite(each) && each >= min && each <= max,
      );
    }
    case "bool":
      return [now !== true];
    case "union":
      return type.options.filter((option) => option !== now);
    case "text":
      return [...touch.texts, "something else"].filter((text) => text !== now && text.length <= type.max);
    case "domain":
      return domains(touch);
    case "email":
    case "url":
      return domains(touch).map((domain) =>
        type.kind === "url" ? `https://${domain}/` : `someone@${domain}`,
      );
    case "list":
    case "set": {
      const elements = valuesOf(type.of, Array.isArray(now) ? now[0] : undefined, touch);
      const first = (Array.isArray(now) ? now[0] : undefined) ?? elements[0] ?? "";
      const sizes = new Set(touch.numbers.flatMap((each) => [each, each + 1]));
      const repeated = [...sizes]
        .filter((size) => Number.isInteger(size) && size >= 0 && size <= Math.min(type.max, 64))
        .map((size) => Array.from({ length: size }, () => first));
      return [...elements.flatMap((element) => [[element], [first, element]]), ...repeated];
    }
    case "record":
      return recordsNear(isRecord(now) ? now : {}, type.fields, touch);
    default:
      return [];
  }
}

function isRecord(value: JsonValue | undefined): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function domains({ texts }: Touch): readonly string[] {
  return [...texts.filter((text) => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text)), "elsewhere.example"];
}

// --- who --------------------------------------------------------------------------------------------------

function actorVariations(request: DecideRequest, program: Program, touch: Touch): readonly Variation[] {
  const actors = request.actors ?? [];
  const user = actors.find((actor) => actor.type === "user");
  const agents = actors.filter((actor) => actor.type === "agent");
  const by = (how: string, ...others: NonNullable<DecideRequest["actors"]>): Variation => ({
    how,
    request: { ...request, actors: others },
  });
  const chains = [...program.agents.values()].map(({ name }) =>
    by(`agent ${name}`, ...(user === undefined ? [] : [user]), { type: "agent", ...agents[0], id: name }),
  );
  if (user === undefined) return chains;
  const withUser = (how: string, changed: Partial<typeof user>) =>
    by(how, { ...user, ...changed }, ...agents);
  return [
    ...[...program.roles.values()].map(({ name }) =>
      withUser(`a user with role ${name} alone`, { roles: [name] }),
    ),
    withUser("a user without roles", { roles: [] }),
    ...program.assurance.map(({ name, acr }) => withUser(`a user signed in at ${name}`, { acr })),
    ...touch.durations.map((ms) =>
      withUser(`a sign-in ${ms / 1000 + 1} s older`, { auth_time: (user.auth_time ?? 0) - ms / 1000 - 1 }),
    ),
    by("without a user", ...agents),
    ...chains,
  ];
}
