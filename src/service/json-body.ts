/** Bodies: bytes to a JSON value that has one reading, or a problem that says where it has not. */
import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LIMITS } from "../model/common.js";
import { readJson } from "../values/read-json.js";
import { cutMember } from "./cut-member.js";
import { ServiceProblem } from "./problem.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Takes numbers and texts as they are although they may not be exact: for results of tools. */
    readonly inexact?: boolean;
    /** The member that others write: what cannot be read of it alone is left out, and said to be. */
    readonly foreign?: string | undefined;
  }
}

/** A body as it was read. */
export interface Body {
  /** Undefined where there is none. */
  readonly value: unknown;
  /** Why the member that others write was left out, where it was. */
  readonly unreadable?: string;
}

/** Makes `app` take JSON, and nothing else. Its bytes are the body: `readBody` reads them when their turn has come. */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
}

/** UTF-8 is all that JSON on a network is written in (RFC 8259 section 8.1). */
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8"?\s*(?:;|$))/i;

/** What the body says. Throws ServiceProblem. */
export function readBody(request: FastifyRequest): Body {
  const body = request.body as Buffer | null | undefined;
  if (body === undefined || body === null) return { value: undefined };
  const { "content-type": type = "", "content-encoding": encoding } = request.headers;
  if (OTHER_CHARSET.test(type) || (encoding !== undefined && encoding !== "identity")) {
    throw new ServiceProblem("unsupported_media_type", {
      detail: "Send JSON in UTF-8, without a content encoding.",
    });
  }
  // Routes that take no body, and those whose body may be left out, see the same as without a content type.
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

/** The object without the member; undefined where the rest of it cannot be read either. */
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
