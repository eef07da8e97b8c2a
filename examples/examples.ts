/** What the examples share. */

export interface CommandLineFlags {
  name: string;
  server: string;
}

/** --name NAME and --server HOST:PORT, where there is a command line. */
export function standardCommandLineFlags(): CommandLineFlags {
  const flags: CommandLineFlags = { name: 'wixt', server: 'localhost:5683' };
  const line: string[] = (process as { argv?: string[] }).argv || [];
  for (let i = 0; i + 1 < line.length; i++) {
    if (line[i] === '--name') flags.name = line[i + 1];
    if (line[i] === '--server') flags.server = line[i + 1];
  }
  return flags;
}
