/**
 * Answers requests for unknown addresses. For a known address with another method, lists the methods that it accepts.
 */
import type { Endpoint } from "./endpoint.js";
import { ServiceProblem } from "./problem.js";

/** The problem to answer with, and whether the address makes decisions. */
export interface UnknownAddress {
  readonly problem: ServiceProblem;
  readonly decides: boolean;
}

/** Makes a function that describes what is wrong with a method and a URL that match no route. */
export function unknownAddressOf(
  endpoints: readonly Endpoint[],
): (method: string, url: string) => UnknownAddress {
  return (method, url) => {
    const [path = ""] = url.split("?", 1);
    const here = endpoints.filter((each) => isAt(each.path, path));
    const decides = here.some((each) => each.decides === true);
    if (here.length === 0)
      return { problem: new ServiceProblem("not_found", { detail: ELSEWHERE }), decides };
    const methods = [
      ...new Set(here.flatMap((each) => (each.method === "GET" ? ["GET", "HEAD"] : each.method))),
    ];
    const problem = new ServiceProblem("method_not_allowed", {
      detail: `This address accepts ${methods.join(", ")}, not ${method}.`,
      headers: { allow: methods.join(", ") },
    });
    return { problem, decides };
  };
}

const ELSEWHERE = "`/openapi.json` lists every address.";

function isAt(template: string, path: string): boolean {
  const wanted = template.split("/");
  const found = path.split("/");
  return (
    wanted.length === found.length &&
    wanted.every((part, index) => (part === "{id}" ? found[index] !== "" : part === found[index]))
  );
}
