"""A check for schemathesis: a request that fits the description is well-formed, but for what JSON Schema cannot say."""

import schemathesis

# Each message of a refusal has to begin with one of these.
SEMANTIC = (
    "`actors`",
    "at least one agent must act",
    "at most one user, and first in the chain",
    "comes from an issuer that is not configured",
    "is not a JSON Web Token",
    "is not the `next` of a page",
    "must not begin or end with a blank",
    "(in the query) must not begin or end with a blank",
    "the integer is beyond 2^53",
    "the number cannot be read exactly",
    "this key is not allowed",
)


@schemathesis.check
def accepted_or_semantic(ctx, response, case):
    generation = case.meta.generation if case.meta else None
    if generation is None or not generation.mode.is_positive or response.status_code != 400:
        return
    problem = response.json()
    messages = [each["message"] for each in problem.get("problems", [])] or [problem.get("detail", problem["title"])]
    unexpected = [each for each in messages if not each.startswith(SEMANTIC)]
    assert not unexpected, f"a request that fits the description was refused: {unexpected}"
