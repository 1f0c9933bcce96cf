/** Answers a connection that carries no readable request: HTTP that is invalid, too large or too slow. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ProblemWord, problemDocument, ServiceProblem } from "./problem.js";

const WORDS: Readonly<Record<string, ProblemWord>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "too_slow",
  HPE_HEADER_OVERFLOW: "headers_too_large",
};

const PHRASES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

/**
 * Answers and closes the connection. The requested address is unknown, so the problem always contains `decision:
 * "deny"`. Sends nothing to a peer that has disconnected.
 */
export function answerBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const word = WORDS[error.code ?? ""] ?? "malformed";
  const detail = word === "malformed" ? { detail: "This is no HTTP request that can be read." } : {};
  const document = problemDocument(new ServiceProblem(word, detail), true, randomUUID());
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${PHRASES[document.status] ?? ""}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** Refuses a request with an `Expect` other than `100-continue`: no other expectation is supported. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const detail = "`Expect` may say `100-continue` alone.";
  const document = problemDocument(new ServiceProblem("expectation_failed", { detail }), true, randomUUID());
  response
    .writeHead(document.status, {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      connection: "close",
    })
    .end(JSON.stringify(document));
  request.resume();
}
