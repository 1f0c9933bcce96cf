/** Queries that several endpoints accept. Every value of a query is a string. */
import { z } from "zod";
import { identity } from "../../model/common.js";

/** The tenant that the id in the path belongs to. */
export const inTenant = z.strictObject({
  tenant: identity
    .optional()
    .describe("The tenant. The default is the credential's tenant, or else `default`."),
});

/** A body without fields. */
export const nothing = z.strictObject({}).meta({ id: "Nothing", description: "An object without fields." });
