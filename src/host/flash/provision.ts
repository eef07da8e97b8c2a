/** `wixt provision`: what a device's store says about its name and its server. */
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
  /** Of the pre-shared key, which is hexadecimal: never printed. */
  identity?: string;
  key?: string;
  /** Forgets all settings: the program's own count again. */
  clear?: boolean;
}

/**
 * The settings with the key from where it is: the command line, standard input (`-`), or the environment, which counts where no key is
 * given otherwise. `warning` says what to do otherwise next time.
 */
export function takeKey<T extends { key?: string; identity?: string; clear?: boolean }>(given: T, environment: string | undefined, readInput: () => string): { settings: T; warning?: string } {
  if (given.key === '-') return { settings: { ...given, key: readInput().trim() } };
  if (given.key !== undefined)
    return { settings: given, warning: 'warning: a key on the command line stands in the list of processes and in the history of the shell: give it on standard input (--key -) or as WIXT_KEY in the environment' };
  return { settings: environment !== undefined && !given.clear ? { ...given, key: environment.trim() } : given };
}

/** Settings that a device would not understand are refused here: it could not say so. Throws a Problem. */
export function checkSettings({ endpoint, server, clear, lifetime, identity, key }: Partial<ProvisionOptions>): void {
  if (endpoint !== undefined && !/^[\x21-\x7e]{1,64}$/.test(endpoint))
    throw new Problem('--endpoint: a name has 1 to 64 characters of ASCII, without spaces', 2);
  if (server !== undefined && !/^coap:/.test(server)) throw new Problem(`--server ${server}: coap://HOST[:PORT]; there is no DTLS yet`, 2);
  if (server !== undefined && (server.length > 128 || !takeUri({} as Authority, server)))
    throw new Problem(`--server ${server}: that is no URI of a server: coap://HOST[:PORT]`, 2);
  if (identity !== undefined && !/^[\x21-\x7e]{1,128}$/.test(identity))
    throw new Problem('--identity: it has 1 to 128 characters of ASCII, without spaces', 2);
  if (key !== undefined && !/^([\da-f]{2}){1,64}$/i.test(key)) throw new Problem('--key: a key has 1 to 64 bytes, each as two hexadecimal digits', 2);
  if (clear && (endpoint ?? server ?? lifetime ?? identity ?? key) !== undefined) throw new Problem('--clear forgets all settings, and sets none', 2);
}

/** The store's adapter as an expression, so that what writes the settings is what reads them. */
export async function makeStoreProgram(): Promise<string> {
  const source = readFileSync(inPackage('boards', 'adapters', 'store-espruino.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS } });
  const code = outputText.replace(/^"use strict";|^Object\.defineProperty\(exports, "__esModule".*$/gm, '');
  const program = `(function(exports){${code}\nreturn exports})({})`;
  // Assigned to something: what nobody uses would be left out.
  const { code: minified } = await minify(`x=${program}`, terserOptions(null));
  return minified!.replace(/^x=|;$/g, '');
}

/** Reads a board's settings, changes those that are given, and starts its program anew. Returns what it has then. */
export async function provision(options: ProvisionOptions): Promise<Record<string, string | number>> {
  checkSettings(options);
  const { endpoint, server, lifetime, identity, key, clear } = options;
  // It shows what is sent to the board.
  if (key) delete process.env.WIXT_DEBUG;
  const wish = JSON.parse(JSON.stringify({ endpoint, server, lifetime, identity, key }));
  const changes = clear || Object.keys(wish).length > 0;
  const store = await makeStoreProgram();
  return withConnection(options, async (connection, report) => {
    const identity = await identify(connection);
    report(`${identity.board}, Espruino ${identity.version}`);
    // A board that is busy loses some of what it is sent.
    await stopProgram(connection, identity);
    const change = clear ? `s.remove("${CONFIG_KEY}")` : `c=JSON.parse(s.read("${CONFIG_KEY}")||"{}");for(k in w)c[k]=w[k];s.write("${CONFIG_KEY}",JSON.stringify(c))`;
    const asked = connection.evaluate(
      `(function(s,w,c,k){try{${changes ? change : ''};return [s.read("${CONFIG_KEY}")||"{}"]}catch(e){return ""+(e.message||e)}})(${store},${JSON.stringify(wish)})`,
      10,
    );
    const answer = await asked.catch((error: Error) => {
      // What the board printed instead of an answer may have the key in it.
      throw key ? new Problem(`${options.port}: the board did not answer when it was told the key: provision it again`) : error;
    });
    if (!Array.isArray(answer)) throw new Problem(`the board could not store the settings: ${answer}`);
    const settings = JSON.parse(answer[0]);
    if (settings.key) report('note: there is no DTLS yet: a program that asks for settings does not connect while the board has a key');
    for (const name of Object.keys(wish))
      if (settings[name] !== wish[name]) throw new Problem(`the board stored another ${name} than it was told: provision it again`);
    // In pieces that overlap, as a whole program may not fit the memory.
    const asks = await connection.evaluate(
      `(function(s,l,n,i,t){for(n in l)if(l[n].slice(0,5)!="wixt.")for(i=0;(t=s.read(l[n],i,800))&&t.length;i+=790)if(t.indexOf("${CONFIG_KEY}")>=0)return 1;return 0})(require("Storage"),require("Storage").list())`,
      20,
    );
    if (!asks) report("note: no program on the board asks for settings: connect(configure({ … })), with configure from 'wixt/config'");
    await restart(connection);
    return settings;
  });
}

/** Settings for people: of a key, no more than its length. */
export function describeSettings(settings: Record<string, string | number>): string {
  const names = Object.keys(settings);
  if (!names.length) return "no settings: the program's own count";
  const show = (name: string, value: string | number) => (name === 'key' ? `${String(value).length / 2} bytes` : `${value}${name === 'lifetime' ? ' s' : ''}`);
  return names.map((name) => `${name}: ${show(name, settings[name]!)}`).join('\n');
}
