import { Command, Option } from "commander";
import { visibleJson, visibleText } from "../../diagnostics/visible-text.js";
import type { ApprovalPage, ApprovalView, ApproveAnswer } from "../../model/session.js";
import { formatOption } from "../report.js";
import { askService } from "../service-client.js";
import type { Terminal } from "../terminal.js";

interface ListOptions {
  readonly url: string;
  readonly tenant?: string;
  readonly status: string;
  readonly format: "human" | "json";
}
interface AnswerOptions {
  readonly url: string;
  readonly tenant?: string;
  readonly comment?: string;
  readonly as?: string;
  readonly role?: readonly string[];
  readonly acr?: string;
}

/** `writ approvals`: lists pending approvals of a running service, and approves or rejects them. */
export function approvalsCommand(terminal: Terminal): Command {
  return new Command("approvals")
    .description("list, approve and reject pending approvals of a running service")
    .addCommand(list(terminal))
    .addCommand(answering("approve", "approve, under the identity of WRIT_TOKEN", terminal))
    .addCommand(answering("reject", "reject, finally", terminal));
}

const urlOption = () =>
  new Option("--url <url>", "the service").env("WRIT_URL").default("http://127.0.0.1:8181");

function list(terminal: Terminal): Command {
  return new Command("list")
    .description("list approvals, newest first")
    .addOption(urlOption())
    .option("--tenant <tenant>", "only this tenant")
    .option("--status <status>", "pending, granted, rejected, withdrawn, expired or used", "pending")
    .addOption(formatOption(["human", "json"]))
    .action(async (options: ListOptions) => {
      const { url, tenant, status, format } = options;
      const page = await everyPage(url, { status, ...(tenant === undefined ? {} : { tenant }) });
      if (format === "json") terminal.out(`${visibleJson(JSON.stringify(page, null, 2))}\n`);
      else if (page.approvals.length === 0) terminal.out(`nothing is ${visibleText(status)}\n`);
      else for (const approval of page.approvals) terminal.out(shown(approval));
      if (page.next !== undefined || page.incomplete === true)
        terminal.err("there are more than this list shows\n");
    });
}

const MAX_LISTED = 1_000;

async function everyPage(url: string, filter: Readonly<Record<string, string>>): Promise<ApprovalPage> {
  const approvals: ApprovalView[] = [];
  let page: ApprovalPage | undefined;
  do {
    const after: Readonly<Record<string, string>> = page?.next === undefined ? {} : { after: page.next };
    const query = new URLSearchParams({ ...filter, ...after, limit: "100" });
    page = (await askService({ url }, "GET", `/approvals?${query}`)) as ApprovalPage;
    approvals.push(...page.approvals);
  } while (page.next !== undefined && approvals.length < MAX_LISTED);
  return { ...page, approvals };
}

/** Prints the request in full: people can only approve what they see. */
function shown(approval: ApprovalView): string {
  const { id, scheme, tool, args, plan, actors, approvals, quorum, from, because } = approval;
  const calls = plan ?? [{ tool: tool ?? "?", args }];
  const lines = [
    `${id}  ${scheme}  ${approvals.length} of ${quorum}${from.length === 0 ? "" : ` from ${from.join(", ")}`}`,
    `  requested by ${actors.map((actor) => `${actor.type} ${actor.id}`).join(" → ")}`,
    ...calls.map((call) => `  ${call.tool} ${JSON.stringify(call.args ?? {})}`),
    ...(because === undefined ? [] : [`  ${because}`]),
  ];
  return lines.map((line) => `${visibleText(line)}\n`).join("");
}

function answering(answer: "approve" | "reject", description: string, terminal: Terminal): Command {
  return new Command(answer)
    .description(description)
    .argument("<id>", "the id that `writ approvals list` shows")
    .addOption(urlOption())
    .option("--tenant <tenant>", "only this tenant")
    .option("--comment <text>", "the reason, recorded with the answer")
    .option("--as <name>", "the approver's name, if the service runs with --dev")
    .option("--role <role...>", "the approver's roles, with --as")
    .option("--acr <acr>", "the approver's sign-in level, with --as")
    .action(async (id: string, options: AnswerOptions) => {
      const { url, tenant, comment } = options;
      const query = tenant === undefined ? "" : `?${new URLSearchParams({ tenant })}`;
      const body = { ...approverOf(options), ...(comment === undefined ? {} : { comment }) };
      const path = `/approvals/${encodeURIComponent(id)}/${answer}${query}`;
      const { status, have, quorum } = (await askService({ url }, "POST", path, body)) as ApproveAnswer;
      terminal.out(`${visibleText(status)}: ${have} of ${quorum}\n`);
    });
}

function approverOf({ as, role, acr }: AnswerOptions): object {
  if (as === undefined) return {};
  return { approver: { id: as, roles: role ?? [], ...(acr === undefined ? {} : { acr }) } };
}
