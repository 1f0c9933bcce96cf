import { Option } from "commander";

/** `--state URL`. An address with a password belongs in the environment, because all users of a machine can see arguments. */
export function stateOption(addresses: string): Option {
  return new Option("--state <url>", addresses).env("WRIT_STATE");
}
