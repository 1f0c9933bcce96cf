/** The kind of a piece of human output, which determines its colour. */
export type Role = "error" | "warning" | "secondary" | "frame" | "message" | "plain";

/** Returns a text in the colour of its role. */
export type Paint = (role: Role, text: string) => string;

const CODES: Readonly<Record<Role, string>> = {
  error: "1;31",
  warning: "1;33",
  secondary: "1;36",
  frame: "1;34",
  message: "1",
  plain: "",
};

/** Colours for a terminal: the sixteen basic ones, which every theme can make readable. */
export const colours: Paint = (role, text) =>
  CODES[role] === "" || text === "" ? text : `\u001b[${CODES[role]}m${text}\u001b[0m`;

/** No colour, for files and pipes. */
export const noColours: Paint = (_role, text) => text;
