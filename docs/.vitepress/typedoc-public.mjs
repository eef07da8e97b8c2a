// What TypeDoc shows: fields that begin with _ are the library's own, and modules have the names by which programs import them.
import { Comment, Converter, ReflectionKind } from 'typedoc';

const NAMES = {
  'boards/host/main': 'wixt',
  'src/device/objects': 'wixt/objects',
  'src/device/coap': 'wixt/coap',
  'boards/config': 'wixt/config',
  'boards/adapters/store-node': 'wixt/store',
  'boards/board': 'wixt/board',
  'src/compat': 'wixt/compat',
  'src/host/compat/server': 'wixt/compat/server',
};

/** What a generated module says by its form alone; a number is a resource. */
const PLAIN = { VERSION: 'Version of the object.', id: 'Object id.', version: 'Version, where it is not 1.0.', table: '[resource id, operations and type] pairs, ids ascending.', types: 'For the compiler alone.' };

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of Object.values(context.project.reflections)) {
      if (reflection.name.startsWith('_') && reflection.kindOf(ReflectionKind.Property | ReflectionKind.Method)) context.project.removeReflection(reflection);
      // A parameter that the function ignores.
      if (reflection.name.startsWith('_') && reflection.kindOf(ReflectionKind.Parameter)) reflection.name = reflection.name.replace(/^_+/, '');
    }
  });
  // An object's handlers come from Partial<Handlers>, which loses their comments.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const all = Object.values(context.project.reflections);
    const handlers = all.find(({ name, kind }) => name === 'Handlers' && kind === ReflectionKind.Interface);
    for (const { name, signatures = [], comment } of handlers?.children ?? [])
      for (const one of all)
        if (one.name === name && one.kindOf(ReflectionKind.Property) && !one.comment && one.parent?.kindOf(ReflectionKind.Interface)) one.comment = (signatures[0]?.comment ?? comment)?.clone();
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const one of Object.values(context.project.reflections)) {
      const text = /^\d+$/.test(one.name) ? 'Operations and type of the resource.' : PLAIN[one.name];
      const plain = one.kindOf(ReflectionKind.Variable) || one.parent?.name === '__type' || one.parent?.kindOf(ReflectionKind.TypeAlias);
      if (text && plain && !one.comment && one.kindOf(ReflectionKind.Variable | ReflectionKind.Property)) one.comment = new Comment([{ kind: 'text', text }]);
    }
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const module of context.project.children ?? []) {
      const name = Object.entries(NAMES).find(([path]) => module.name === path || module.name === path + '/index');
      if (name) module.name = name[1];
    }
  });
}
