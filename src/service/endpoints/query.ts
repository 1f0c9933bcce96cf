/** Queries that several endpoints take. Every value of a query is a text. */
import { z } from "zod";
import { id } from "../../model/common.js";

/** The tenant that the id in the path belongs to. */
export const inTenant = z.strictObject({ tenant: id.optional() });

/** A body for those that have nothing to say. */
export const nothing = z.strictObject({});
