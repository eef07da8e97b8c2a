// Gives the runner the sources with their switches, and a stand-in for ava.
let sources = new Map();
let ava;

export function initialize(data) {
  sources = new Map(data.sources);
  ava = data.ava;
}

export async function resolve(specifier, context, next) {
  if (specifier === 'ava') return { url: ava, shortCircuit: true };
  return next(specifier, context);
}

export async function load(url, context, next) {
  const source = sources.get(url.split('?')[0]);
  return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
}
