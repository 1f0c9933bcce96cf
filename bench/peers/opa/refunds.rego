# The rules of bench/cases/refund-policy.ts on one tool: who may refund, and the case that nobody may.
package bench.refunds

import rego.v1

default allow := false

allow if {
	input.tool == "payments.refund"
	some agent in input.actors
	agent.type == "agent"
	agent.id == "support_bot"
	"refund" in agent.scopes
	some user in input.actors
	user.type == "user"
	"clerk" in user.roles
	input.args.amount <= 500
	input.args.currency == "EUR"
	not blocked
}

blocked if input.args.case == "K-0"

obligations contains {"type": "log", "level": "full"} if input.tool == "payments.refund"
