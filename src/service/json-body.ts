/** Parses bodies: from bytes to a JSON value with exactly one reading, or a problem that names the location. */
import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LIMITS } from "../model/common.js";
import { readJson } from "../values/read-json.js";
import { cutMember } from "./cut-member.js";
import { ServiceProblem } from "./problem.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Accepts numbers and strings that may not be exact: for results of tools. */
    readonly inexact?: boolean;
    /**
     * The member of the body that third parties write. If it alone cannot be read, it is dropped and the reason is
     * kept.
     */
    readonly foreign?: string | undefined;
  }
}

/** A parsed body. */
export interface Body {
  /** Undefined if there is no body. */
  readonly value: unknown;
  /** Why the `foreign` member was dropped, if it was. */
  readonly unreadable?: string;
}

/** Makes `app` accept JSON only. The body stays bytes until its batch is processed and `readBody` parses it. */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
}

/** JSON exchanged over a network must be UTF-8 (RFC 8259 section 8.1). */
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8"?\s*(?:;|$))/i;

/** Returns the parsed body. Throws ServiceProblem. */
export function readBody(request: FastifyRequest): Body {
  const body = request.body as Buffer | null | undefined;
  if (body === undefined || body === null) return { value: undefined };
  const { "content-type": type = "", "content-encoding": encoding } = request.headers;
  if (OTHER_CHARSET.test(type) || (encoding !== undefined && encoding !== "identity")) {
    throw new ServiceProblem("unsupported_media_type", {
      detail: "Send JSON in UTF-8, without a content encoding.",
    });
  }
  // Routes without a body, or with an optional one, treat an empty body as they treat no content type.
  if (body.length === 0) return { value: undefined };
  const { inexact, foreign } = request.routeOptions.config;
  const read = readBytes(body, inexact !== true);
  if ("value" in read) return read;
  const rest = foreign === undefined ? undefined : withoutMember(body, foreign);
  if (rest === undefined) throw read.problem;
  const { message } = read.problem.details.problems?.[0] ?? { message: "it is not UTF-8" };
  return { value: rest, unreadable: `the ${foreign} could not be read: ${message}` };
}

function readBytes(body: Buffer, exact: boolean): { value: unknown } | { problem: ServiceProblem } {
  if (!isUtf8(body))
    return { problem: new ServiceProblem("malformed", { detail: "The body is not UTF-8." }) };
  const text = body.toString("utf8");
  const read = readJson(text, { maxDepth: LIMITS.jsonDepth, maxCrowd: LIMITS.crowd, exact });
  if ("value" in read) return read;
  const { pointer, offset, message } = read.mistake;
  const detail = `The body is not acceptable JSON at ${placeIn(text, offset)}: ${message}.`;
  return { problem: new ServiceProblem("malformed", { detail, problems: [{ pointer, message }] }) };
}

/** Returns the object without the member; undefined if the rest cannot be read either. */
function withoutMember(body: Buffer, name: string): unknown {
  const rest = cutMember(body.toString("latin1"), name);
  if (rest === undefined) return undefined;
  const read = readBytes(Buffer.from(rest, "latin1"), false);
  if (!("value" in read)) return undefined;
  const { [name]: _, ...members } = read.value as Record<string, unknown>;
  return members;
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, column ${offset - before.lastIndexOf("\n")} (offset ${offset})`;
}
