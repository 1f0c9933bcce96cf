/** Queries that several endpoints take. Every value of a query is a text. */
import { z } from "zod";
import { identity } from "../../model/common.js";

/** The tenant that the id in the path belongs to. */
export const inTenant = z.strictObject({ tenant: identity.optional() });

/** A body for those that have nothing to say. */
export const nothing = z.strictObject({});
