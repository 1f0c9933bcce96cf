/** A comment in each drafted tool that says what its server listed, so that a later listing can be compared with it. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../values/canonical.js";
import type { JsonValue } from "../values/type.js";
import { own, type Schema } from "./schema.js";

/** Hashes of what a server listed of one tool. */
export interface ListingStamp {
  readonly schema: string;
  /** Of title, description and annotations: what a model and a person read. */
  readonly description: string;
}

const COMMENT = /^\/\/ listed: schema ([0-9a-f]{24}), description ([0-9a-f]{24})\s*$/;

/** The stamp of a tool as it was listed; the order of keys in its schema does not count. */
export function stampOf(tool: Schema): ListingStamp {
  const said = ["title", "description", "annotations"].map((key) => own(tool, key) ?? null);
  return { schema: hash(own(tool, "inputSchema") ?? null), description: hash(said) };
}

/** The comment, without its slashes. */
export function stampComment({ schema, description }: ListingStamp): string {
  return `listed: schema ${schema}, description ${description}`;
}

/** The stamp that a comment holds; undefined for any other comment. */
export function readStamp(comment: string): ListingStamp | undefined {
  const [, schema, description] = COMMENT.exec(comment) ?? [];
  return schema === undefined || description === undefined ? undefined : { schema, description };
}

function hash(json: unknown): string {
  return createHash("sha256").update(textOf(json)).digest("hex").slice(0, 24);
}

function textOf(json: unknown): string {
  try {
    return canonicalJson(json as JsonValue);
  } catch {
    // Half a character, or a number without an end, has no canonical text; as it is written it can still be compared.
    return JSON.stringify(json);
  }
}
