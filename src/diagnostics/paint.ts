/** What a piece of human output is, and so what colour it gets. */
export type Role = "error" | "warning" | "secondary" | "frame" | "message" | "plain";

/** Puts a text in the colour of its role. */
export type Paint = (role: Role, text: string) => string;

const CODES: Readonly<Record<Role, string>> = {
  error: "1;31",
  warning: "1;33",
  secondary: "1;36",
  frame: "1;34",
  message: "1",
  plain: "",
};

/** Colour for a terminal: the sixteen basic colours, which every theme can make readable. */
export const colours: Paint = (role, text) =>
  CODES[role] === "" || text === "" ? text : `\u001b[${CODES[role]}m${text}\u001b[0m`;

/** No colour: what goes to a file or a pipe. */
export const noColours: Paint = (_role, text) => text;
