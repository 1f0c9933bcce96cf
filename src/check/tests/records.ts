import type { RecordValue } from "../../syntax/ast.js";
import {
  DEFAULT_ELEMENTS_MAX,
  DEFAULT_TEXT_MAX,
  type FieldType,
  type RecordType,
  type Type,
} from "../../values/type.js";
import type { Bundle } from "../bundle.js";
import { foldValue } from "../fold-value.js";
import { messages } from "../messages.js";
import { LABELS } from "../roots.js";

const TEXT: Type = { kind: "text", max: DEFAULT_TEXT_MAX };
const TEXTS: Type = { kind: "set", of: TEXT, max: DEFAULT_ELEMENTS_MAX };
const TIME: Type = { kind: "time" };
const WORDS: Type = { kind: "text", max: 1_000_000 };

function optional(name: string, type: Type): FieldType {
  return { name, wire: name, optional: true, type, labels: [], advisory: false };
}
const ABOUT_USERS = [
  optional("roles", TEXTS),
  optional("groups", TEXTS),
  optional("scopes", TEXTS),
  optional("acr", TEXT),
  optional("auth_time", TIME),
];

/** The user fields that a test may give. Fields that the schema requires are required here. */
export function userType(bundle: Bundle): RecordType {
  return { kind: "record", name: "user", fields: [...ABOUT_USERS, ...bundle.schemas.user.fields] };
}

/** The fields of an approver, fewer of which are required. */
export function approverType(bundle: Bundle): RecordType {
  const attributes = bundle.schemas.user.fields.map((field) => ({ ...field, optional: true }));
  return { kind: "record", name: "approver", fields: [...ABOUT_USERS, ...attributes] };
}

/** The fields of one agent of the chain. */
export function agentType(bundle: Bundle): RecordType {
  const fields = [optional("scopes", TEXTS), optional("issued_at", TIME), optional("expires_at", TIME)];
  return { kind: "record", name: "agent", fields: [...fields, ...bundle.schemas.agent.fields] };
}

/** The fields of the session. The user's words are one text or several. */
export function sessionType(record: RecordValue): RecordType {
  const stated = record.entries.find((entry) => entry.name.text === "stated")?.value.kind;
  return {
    kind: "record",
    name: "session",
    fields: [
      optional("labels", LABELS),
      optional("stated", stated === "list" ? { kind: "list", of: WORDS, max: DEFAULT_ELEMENTS_MAX } : WORDS),
      optional("steps", { kind: "int", min: 0 }),
      optional("open", { kind: "bool" }),
    ],
  };
}

/** Reports undeclared roles of a user: a test with one would only test a typing mistake. */
export function checkRoles(bundle: Bundle, fields: RecordValue): void {
  const roles = fields.entries.find((entry) => entry.name.text === "roles")?.value;
  if (roles?.kind !== "list") return;
  for (const role of roles.items) {
    if (role.kind === "string") bundle.find("role", { text: role.value, span: role.span }, "role");
  }
}

/** Checks the fields of a call's outcome: counts for limits that meter `reported`, labels, and any result. */
export function checkOutcomeFields(bundle: Bundle, fields: RecordValue): void {
  const reported = fields.entries.find((entry) => entry.name.text === "reported")?.value;
  foldValue(bundle, fields, {
    kind: "record",
    name: "outcome",
    fields: [
      optional("reported", { kind: "map", of: { kind: "number" }, max: DEFAULT_ELEMENTS_MAX }),
      optional("labels", LABELS),
      optional("result", { kind: "json" }),
    ],
  });
  if (reported?.kind !== "record") return;
  for (const { name } of reported.entries) {
    const entry = bundle.find("limit", name, "limit");
    const limit = entry && bundle.limits.get(entry.id);
    if (limit !== undefined && !(limit.meter.kind === "of" && limit.meter.reported)) {
      bundle.problems.add(messages.metersNoReport(name.text, name.span, limit.nameSpan));
    }
  }
}
