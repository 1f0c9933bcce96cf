/** Options of every kind of import. */
export interface ImportCommandOptions {
  readonly header?: Readonly<Record<string, string>>;
  readonly module?: string;
  readonly server?: string;
  readonly only?: readonly string[];
  readonly out?: string;
}

/** Further options of `writ import mcp`. */
export interface McpCommandOptions extends ImportCommandOptions {
  readonly command?: string;
  readonly url?: string;
  readonly update?: string;
}
