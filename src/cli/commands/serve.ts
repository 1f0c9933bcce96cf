import { Command, InvalidArgumentError, Option } from "commander";
import { colours, noColours } from "../../diagnostics/paint.js";
import type { RunningService, StartOptions } from "../../service/start.js";
import { DIRECTORY_HELP, requireBundle } from "../bundle-folder.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import { stateOption } from "../state-option.js";
import type { Terminal } from "../terminal.js";

interface Options {
  readonly host?: string;
  readonly port?: number;
  readonly state?: string;
  readonly stateNew?: boolean;
  readonly keys?: string;
  readonly config?: string;
  readonly dev?: boolean;
  readonly log?: "text" | "json";
}

/** `writ serve`: answers over HTTP until a signal stops it. A bundle with an error is not served. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("answer decisions over HTTP")
    .argument("[dir]", DIRECTORY_HELP, ".")
    .option("--host <host>", "address to listen on (127.0.0.1; others only with authentication configured)")
    .option("--port <port>", "8181 by default; 0 takes a free port", portNumber)
    .addOption(stateOption("memory: (default), file:DIR, redis://HOST:PORT or rediss://HOST:PORT"))
    .option("--state-new", "accept a `file:` folder without state, or a copy of one, and begin with it")
    .option("--keys <file>", "file with the keys that sign approvals; `writ keys create` creates it")
    .option("--config <file>", "configuration file: issuers, API keys and everything else, as JSON")
    .option("--dev", "development mode: anyone can approve under any name")
    .addOption(
      new Option("--log <format>", "how the log is written: text on a terminal, json elsewhere").choices([
        "text",
        "json",
      ]),
    )
    .action(async (directory: string, options: Options) => {
      await requireBundle(directory, terminal);
      const { log = terminal.interactive ? "text" : "json", ...rest } = options;
      const readable = terminal.colour.out ? colours : noColours;
      const service = await started({
        bundleDir: directory,
        ...rest,
        ...(log === "text" ? { log: { readable } } : {}),
      });
      const { welcome } = await import("../welcome.js");
      terminal.err(welcome(service, directory, options.dev === true));
      await stopSignal();
      terminal.err("stopping\n");
      await service.close();
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("a port is a number up to 65535.");
  return port;
}

type Asked = Omit<Options, "log"> & Pick<StartOptions, "bundleDir" | "log">;

async function started({ state, keys, config, ...rest }: Asked): Promise<RunningService> {
  const { start } = await import("../../service/start.js");
  const { packageVersion } = await import("../version.js");
  const options: StartOptions = {
    ...rest,
    stateUrl: state,
    keysFile: keys,
    configFile: config,
    version: packageVersion(),
  };
  try {
    return await start(options);
  } catch (error) {
    throw notStarted(error as NodeJS.ErrnoException, options);
  }
}

/** An operator can fix anything that keeps a service from starting, so the error is printed without a stack. */
function notStarted(error: NodeJS.ErrnoException, { port = 8181 }: StartOptions): CommandFailure {
  if (error.code === "EADDRINUSE") {
    const help = "choose another with --port, or --port 0 for a free one";
    return new CommandFailure(`port ${port} is taken`, EXIT.usage, help);
  }
  return new CommandFailure(`the service does not start: ${error.message}`, EXIT.usage);
}

/** Resolves at the first signal to stop; a second one ends the process at once, by default. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
