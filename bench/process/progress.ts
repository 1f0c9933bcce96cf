/** Says on standard error what is being measured, so that standard output holds results alone. */
export function progress(what: string): void {
  const seconds = Math.round(process.uptime());
  process.stderr.write(`${String(seconds).padStart(5)} s  ${what}\n`);
}
