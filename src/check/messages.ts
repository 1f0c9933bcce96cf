/** Everything that checking says to authors, by what is wrong. Messages say what is; only `help` says what to do. */
import { lintMessages } from "./messages/lints.js";
import { nameMessages } from "./messages/names.js";
import { safetyMessages } from "./messages/safety.js";
import { testMessages } from "./messages/tests.js";
import { typeMessages } from "./messages/types.js";

/** One function a complaint; a file of `messages/` holds those of one thousand of the error index. */
export const messages = {
  ...nameMessages,
  ...typeMessages,
  ...safetyMessages,
  ...lintMessages,
  ...testMessages,
};
