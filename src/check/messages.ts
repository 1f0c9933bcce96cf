/** All messages of the checker, by mistake. Messages state what is wrong; only `help` states what to write. */
import { lintMessages } from "./messages/lints.js";
import { nameMessages } from "./messages/names.js";
import { safetyMessages } from "./messages/safety.js";
import { testMessages } from "./messages/tests.js";
import { typeMessages } from "./messages/types.js";

/** One function per complaint. Each file in `messages/` has those of one thousand of the error index. */
export const messages = {
  ...nameMessages,
  ...typeMessages,
  ...safetyMessages,
  ...lintMessages,
  ...testMessages,
};
