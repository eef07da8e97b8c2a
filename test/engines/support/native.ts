/** Engines that a registry carries as source: fetched by name and version, built once with the C compiler, kept in .cache/engines. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inPackage } from '../../../src/host/build/root';
import { patient } from '../../support/patience';

export interface Native {
  binary: string;
  version: string;
}

export type NativeName = 'mquickjs' | 'mquickjs-64' | 'quickjs' | 'xs' | 'xs-64' | 'haste' | 'haste-64';

const SOURCES = inPackage('test', 'engines', 'native');
const CACHE = inPackage('.cache', 'engines');
const LIMIT_MS = 600_000;
/** The package that carries XS's sources, and what npm says it contains. */
const XSNAP = '0.15.0';
const XSNAP_INTEGRITY = 'sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==';

const execute = promisify(execFile);

/** What it printed. Throws an Error with the last line that says what is wrong. */
async function run(command: string, given: string[], folder: string): Promise<string> {
  try {
    return (await execute(command, given, { cwd: folder, timeout: patient(LIMIT_MS), maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error(`there is no ${command}`);
    const lines = stderr.trim().split('\n');
    throw new Error(`${command}: ${lines.find((line) => /error/i.test(line)) ?? lines.at(-1)}`);
  }
}

/** The folder of a crate's sources, by the versions of native/Cargo.lock. */
async function findCrate(name: string): Promise<{ folder: string; version: string }> {
  const text = await run('cargo', ['metadata', '--locked', '--format-version', '1'], SOURCES);
  const found = JSON.parse(text).packages.find((one: { name: string }) => one.name === name);
  return { folder: dirname(found.manifest_path), version: found.version };
}

/** MicroQuickJS with native/mquickjs/host.c, whose words have 32 bits as on a board, or 64. */
async function buildMquickjs(folder: string, bits: 32 | 64): Promise<string> {
  const crate = await findCrate('mquickjs-sys');
  const engine = join(crate.folder, 'vendor', 'mquickjs');
  const own = join(SOURCES, 'mquickjs');
  await run('cc', ['-O1', '-w', `-I${engine}`, '-o', 'generate', join(own, 'library.c'), join(engine, 'mquickjs_build.c')], folder);
  writeFileSync(join(folder, 'library.h'), await run('./generate', [`-m${bits}`], folder));
  writeFileSync(join(folder, 'mquickjs_atom.h'), await run('./generate', [`-m${bits}`, '-a'], folder));
  const files = ['mquickjs.c', 'cutils.c', 'dtoa.c', 'libm.c'].map((file) => join(engine, file));
  await run('cc', [`-m${bits}`, '-O2', '-w', '-D_GNU_SOURCE', '-I.', `-I${engine}`, '-o', 'engine', join(own, 'host.c'), ...files, '-lm'], folder);
  return `crate mquickjs-sys ${crate.version}, ${bits} bits`;
}

/** QuickJS, its own command. */
async function buildQuickjs(folder: string): Promise<string> {
  const crate = await findCrate('rquickjs-sys');
  const files = 'qjs.c quickjs-libc.c quickjs.c libregexp.c libunicode.c dtoa.c gen/repl.c gen/standalone.c'.split(' ');
  const engine = join(crate.folder, 'quickjs');
  await run('cc', ['-O1', '-w', '-D_GNU_SOURCE', '-o', 'engine', ...files.map((file) => join(engine, file)), '-lm', '-lpthread', '-ldl'], folder);
  return readQuickjsVersion(join(folder, 'engine'));
}

/** "ng 0.16.2" */
async function readQuickjsVersion(binary: string): Promise<string> {
  const help = await run(binary, ['--help'], '.').catch((error: Error) => error.message);
  return /version (\S+)/.exec(help)?.[1] ?? 'of no known version';
}

/** What XS is built with: the compiler of byte code, all of the language, and checks that a release of the SDK goes without: a stack that is too small ends the program. */
const XS_OPTIONS = ['INCLUDE_XSPLATFORM', 'XSPLATFORM="platform.h"', 'mxBoundsCheck=1', 'mxParse=1', 'mxRun=1', 'mxSloppy=1', 'mxNoConsole=1', 'mxMinusZero=1']
  .concat(['mxRegExpUnicodePropertyEscapes=1', 'mxStringNormalize=1', '__has_builtin(x)=1'])
  .map((one) => `-D${one}`);

/** XS with native/xs, whose words have 32 bits as on a board, or 64. */
async function buildXs(folder: string, bits: 32 | 64): Promise<string> {
  const [packed] = JSON.parse(await run('npm', ['pack', '--json', `@agoric/xsnap@${XSNAP}`], folder));
  if (packed.integrity !== XSNAP_INTEGRITY) throw new Error(`@agoric/xsnap ${XSNAP} is not what it was: ${packed.integrity}`);
  await run('tar', ['xzf', basename(packed.filename)], folder);
  const engine = join(folder, 'package', 'moddable', 'xs');
  const own = join(SOURCES, 'xs');
  const includes = [own, ...['includes', 'platforms', 'sources'].map((one) => join(engine, one))].map((one) => `-I${one}`);
  const sources = readdirSync(join(engine, 'sources')).filter((one) => one.endsWith('.c')).map((one) => join(engine, 'sources', one));
  const words = bits === 32 ? ['-m32', '-msse2', '-mfpmath=sse'] : ['-m64'];
  const files = [...['engine.c', 'io.c', 'timers.c'].map((one) => join(own, one)), ...sources];
  await run('cc', [...words, '-O2', '-w', '-fno-common', ...XS_OPTIONS, ...includes, '-o', 'engine', ...files, '-lm', '-lpthread'], folder);
  const version = (await run(join(folder, 'engine'), ['--version'], folder)).trim();
  for (const file of ['package', packed.filename]) rmSync(join(folder, file), { recursive: true });
  return `${version}, npm @agoric/xsnap ${XSNAP}, ${bits} bits`;
}

/** No engine: what native/haste/haste.c says, to be loaded before an Espruino whose words have so many bits. */
async function buildHaste(folder: string, bits: 32 | 64): Promise<string> {
  await run('cc', [`-m${bits}`, '-shared', '-fPIC', '-O1', '-Wall', '-o', 'engine', join(SOURCES, 'haste', 'haste.c')], folder);
  return `${bits} bits`;
}

const XS_FILES = ['engine.c', 'io.c', 'timers.c', 'host.h', 'io.h', 'platform.h'].map((file) => `xs/${file}`);

const BUILDERS: Record<NativeName, { make(folder: string): Promise<string>; files: string[] }> = {
  mquickjs: { make: (folder) => buildMquickjs(folder, 32), files: ['Cargo.lock', 'mquickjs/host.c', 'mquickjs/library.c'] },
  'mquickjs-64': { make: (folder) => buildMquickjs(folder, 64), files: ['Cargo.lock', 'mquickjs/host.c', 'mquickjs/library.c'] },
  quickjs: { make: buildQuickjs, files: ['Cargo.lock'] },
  xs: { make: (folder) => buildXs(folder, 32), files: XS_FILES },
  'xs-64': { make: (folder) => buildXs(folder, 64), files: XS_FILES },
  haste: { make: (folder) => buildHaste(folder, 32), files: ['haste/haste.c'] },
  'haste-64': { make: (folder) => buildHaste(folder, 64), files: ['haste/haste.c'] },
};

async function build(name: NativeName): Promise<Native | string> {
  const { make, files } = BUILDERS[name];
  const hash = createHash('sha256').update(`${make} ${buildXs}`).update(XSNAP);
  for (const file of files) hash.update(readFileSync(join(SOURCES, file)));
  const folder = join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`);
  const kept = { binary: join(folder, 'engine'), version: join(folder, 'version') };
  if (!existsSync(folder)) {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(join(CACHE, 'draft-'));
    try {
      writeFileSync(join(draft, 'version'), await make(draft));
      // Another process may have been faster.
      if (!existsSync(folder)) renameSync(draft, folder);
    } catch (error) {
      return `no ${name}: ${(error as Error).message}`;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return { binary: kept.binary, version: readFileSync(kept.version, 'utf8') };
}

const known = new Map<NativeName, Promise<Native | string>>();

/** The engine; or a sentence that says what is missing for it: cargo, a compiler (for 32 bits: gcc-multilib), npm, a registry. */
export function findNative(name: NativeName): Promise<Native | string> {
  if (!known.has(name)) known.set(name, build(name));
  return known.get(name)!;
}
