#!/usr/bin/env node
import { loadBundled } from "./bundled.js";

const { run } = loadBundled()?.command ?? (await import("./run.js"));
process.exitCode = await run(process.argv.slice(2));
