/** Errors on the wire: RFC 9457 problem details. */
import { z } from "zod";
import { reason } from "./decision.js";

export const problem = z
  .strictObject({
    type: z.string().describe("A stable URN: `urn:writ:problem:` and a word."),
    title: z.string().describe("What is wrong, the same text for each problem of the type."),
    status: z.number().describe("The HTTP status code."),
    detail: z.string().optional().describe("What is wrong with this request."),
    instance: z.string().optional().describe("The request: `urn:writ:request:` and its `x-request-id`."),
    problems: z
      .array(
        z
          .strictObject({
            pointer: z
              .string()
              .describe("JSON pointer to the field, or the name of a query parameter after `/`."),
            message: z.string().describe("What is wrong with the field. Never repeats its value."),
          })
          .meta({ id: "FieldProblem", description: "One field that is wrong." }),
      )
      .optional()
      .describe("The fields that are wrong. Not all are listed if there are many."),
    decision: z
      .literal("deny")
      .optional()
      .describe("Present if a decision was requested, so that a client that reads only this field is safe."),
    decision_id: z.string().optional().describe("The decision that was made without state, if one was."),
    revision: z
      .string()
      .optional()
      .describe("The policy's revision, for a decision that was made without state."),
    reasons: z.array(reason).optional().describe("The reasons of a decision that was made without state."),
  })
  .meta({ id: "Problem", description: "Problem details (RFC 9457)." });
export type Problem = z.infer<typeof problem>;
