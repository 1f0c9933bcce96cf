import { afterAll, beforeAll, describe } from "vitest";
import { approvalsInParallel } from "./races/approvals.js";
import { onceOnly } from "./races/once-only.js";
import { oneBelowTheCap } from "./races/one-below-the-cap.js";
import { decisionsBesideOutcomes } from "./races/outcomes.js";
import { sessionsInParallel } from "./races/sessions.js";
import { transactionsInParallel } from "./races/transactions.js";
import { type Fleet, fleet, kinds } from "./support/fleet.js";
import { PROOF_TIMEOUT } from "./support/size.js";
import { WebhookReceiver } from "./support/webhook-receiver.js";

describe.each(kinds)("what is remembered in %s, asked for by many at once", (kind) => {
  let state: Fleet;
  let hooks: WebhookReceiver;
  beforeAll(async () => {
    hooks = await WebhookReceiver.start();
    // A thousand at once on a machine that is shared: what is asked here is how many, not how soon.
    state = await fleet(kind, { webhook: hooks.config, state: { timeout: 10 } });
  }, PROOF_TIMEOUT);
  afterAll(async () => {
    await state?.end();
    hooks?.stop();
  });
  const theFleet = () => state;

  oneBelowTheCap(theFleet);
  sessionsInParallel(theFleet);
  transactionsInParallel(theFleet);
  onceOnly(theFleet);
  approvalsInParallel(theFleet, () => hooks);
  decisionsBesideOutcomes(theFleet);
});
