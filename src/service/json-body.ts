/** Bodies: bytes to a JSON value that has one reading, or a problem that says where it has not. */
import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LIMITS } from "../model/common.js";
import { readJson } from "../values/read-json.js";
import { ServiceProblem } from "./problem.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Takes numbers and texts as they are although they may not be exact: for results of tools. */
    readonly inexact?: boolean;
  }
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

/** What the body says; undefined where there is none. Throws ServiceProblem. */
export function readBody(request: FastifyRequest): unknown {
  const body = request.body as Buffer | null | undefined;
  if (body === undefined || body === null) return undefined;
  const { "content-type": type = "", "content-encoding": encoding } = request.headers;
  if (OTHER_CHARSET.test(type) || (encoding !== undefined && encoding !== "identity")) {
    throw new ServiceProblem("unsupported_media_type", {
      detail: "Send JSON in UTF-8, without a content encoding.",
    });
  }
  // Routes that take no body, and those whose body may be left out, see the same as without a content type.
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new ServiceProblem("malformed", { detail: "The body is not UTF-8." });
  const text = body.toString("utf8");
  const exact = request.routeOptions.config.inexact !== true;
  const read = readJson(text, { maxDepth: LIMITS.jsonDepth, exact });
  if ("value" in read) return read.value;
  const { pointer, offset, message } = read.mistake;
  throw new ServiceProblem("malformed", {
    detail: `The body is not acceptable JSON at ${placeIn(text, offset)}: ${message}.`,
    problems: [{ pointer, message }],
  });
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, column ${offset - before.lastIndexOf("\n")} (offset ${offset})`;
}
