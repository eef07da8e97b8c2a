/** `wixt provision`: reads and writes the settings in a device's store: name, server, key. */
import { readFileSync } from 'node:fs';
import { minify } from 'terser';
import ts from 'typescript';
import { takeUri, type Authority } from '../../device/wire/uri';
import { terserOptions } from '../build/minify';
import { inPackage } from '../build/root';
import { Problem } from '../problem';
import { withConnection } from './connection';
import { identify, restart, stopProgram } from './espruino';

/** The key of boards/config.ts. */
const CONFIG_KEY = 'config';

export interface ProvisionOptions {
  port: string;
  baud: number;
  endpoint?: string;
  server?: string;
  lifetime?: number;
  /** Identity of the pre-shared key. The key is hexadecimal and never printed. */
  identity?: string;
  key?: string;
  /** Removes all settings, so that those of the program apply. */
  clear?: boolean;
}

/**
 * Returns the settings with the key from the command line, from standard input (`-`), or, without `--key`, from the environment.
 * `warning` says how to pass the key more safely.
 */
export function takeKey<T extends { key?: string; identity?: string; clear?: boolean }>(given: T, environment: string | undefined, readInput: () => string): { settings: T; warning?: string } {
  if (given.key === '-') return { settings: { ...given, key: readInput().trim() } };
  if (given.key !== undefined)
    return { settings: given, warning: 'warning: a key on the command line is visible in the process list and the shell history: pass it on standard input (--key -) or as WIXT_KEY in the environment' };
  return { settings: environment !== undefined && !given.clear ? { ...given, key: environment.trim() } : given };
}

/** Throws a Problem for settings that a device would not understand: it could not report them. */
export function checkSettings({ endpoint, server, clear, lifetime, identity, key }: Partial<ProvisionOptions>): void {
  if (endpoint !== undefined && !/^[\x21-\x7e]{1,64}$/.test(endpoint))
    throw new Problem('--endpoint: a name has 1 to 64 characters of ASCII, without spaces', 2);
  if (server !== undefined && !/^coap:/.test(server)) throw new Problem(`--server ${server}: coap://HOST[:PORT]; there is no DTLS yet`, 2);
  if (server !== undefined && (server.length > 128 || !takeUri({} as Authority, server)))
    throw new Problem(`--server ${server}: this is not the URI of a server: coap://HOST[:PORT]`, 2);
  if (identity !== undefined && !/^[\x21-\x7e]{1,128}$/.test(identity))
    throw new Problem('--identity: it has 1 to 128 characters of ASCII, without spaces', 2);
  if (key !== undefined && !/^([\da-f]{2}){1,64}$/i.test(key)) throw new Problem('--key: a key has 1 to 64 bytes, each as two hexadecimal digits', 2);
  if (clear && (endpoint ?? server ?? lifetime ?? identity ?? key) !== undefined) throw new Problem('--clear removes all settings: leave out the others', 2);
}

/** The store's adapter as an expression, so that what writes the settings is what reads them. */
export async function makeStoreProgram(): Promise<string> {
  const source = readFileSync(inPackage('boards', 'adapters', 'store-espruino.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS } });
  const code = outputText.replace(/^"use strict";|^Object\.defineProperty\(exports, "__esModule".*$/gm, '');
  const program = `(function(exports){${code}\nreturn exports})({})`;
  // Assigned, so that the minifier keeps it.
  const { code: minified } = await minify(`x=${program}`, terserOptions(null));
  return minified!.replace(/^x=|;$/g, '');
}

/** Reads a board's settings, changes the given ones, and restarts its program. Returns the new settings. */
export async function provision(options: ProvisionOptions): Promise<Record<string, string | number>> {
  checkSettings(options);
  const { endpoint, server, lifetime, identity, key, clear } = options;
  // With it everything that is sent is printed.
  if (key) delete process.env.WIXT_DEBUG;
  const wish = JSON.parse(JSON.stringify({ endpoint, server, lifetime, identity, key }));
  const changes = clear || Object.keys(wish).length > 0;
  const store = await makeStoreProgram();
  return withConnection(options, async (connection, report) => {
    const identity = await identify(connection);
    report(`${identity.board}, Espruino ${identity.version}`);
    // A busy board loses bytes.
    await stopProgram(connection, identity);
    const change = clear ? `s.remove("${CONFIG_KEY}")` : `c=JSON.parse(s.read("${CONFIG_KEY}")||"{}");for(k in w)c[k]=w[k];s.write("${CONFIG_KEY}",JSON.stringify(c))`;
    const asked = connection.evaluate(
      `(function(s,w,c,k){try{${changes ? change : ''};return [s.read("${CONFIG_KEY}")||"{}"]}catch(e){return ""+(e.message||e)}})(${store},${JSON.stringify(wish)})`,
      10,
    );
    const answer = await asked.catch((error: Error) => {
      // The board's output may contain the key.
      throw key ? new Problem(`${options.port}: the board did not answer when it got the key: provision it again`) : error;
    });
    if (!Array.isArray(answer)) throw new Problem(`the board could not store the settings: ${answer}`);
    const settings = JSON.parse(answer[0]);
    if (settings.key) report('note: there is no DTLS yet: a program with configure does not connect while the board has a key');
    for (const name of Object.keys(wish))
      if (settings[name] !== wish[name]) throw new Problem(`the board stored a wrong ${name}: provision it again`);
    // In overlapping pieces: a whole program may not fit the memory.
    const asks = await connection.evaluate(
      `(function(s,l,n,i,t){for(n in l)if(l[n].slice(0,5)!="wixt.")for(i=0;(t=s.read(l[n],i,800))&&t.length;i+=790)if(t.indexOf("${CONFIG_KEY}")>=0)return 1;return 0})(require("Storage"),require("Storage").list())`,
      20,
    );
    if (!asks) report("note: no program on the board uses the settings: call connect(configure({ … })), with configure from 'wixt/config'");
    await restart(connection);
    return settings;
  });
}

/** Settings as text. Of a key only the length is shown. */
export function describeSettings(settings: Record<string, string | number>): string {
  const names = Object.keys(settings);
  if (!names.length) return "no settings: those of the program apply";
  const show = (name: string, value: string | number) => (name === 'key' ? `${String(value).length / 2} bytes` : `${value}${name === 'lifetime' ? ' s' : ''}`);
  return names.map((name) => `${name}: ${show(name, settings[name]!)}`).join('\n');
}
