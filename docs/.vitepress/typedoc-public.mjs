// What TypeDoc shows: fields that begin with _ are the library's own, and modules have the names by which programs import them.
import { Converter, ReflectionKind } from 'typedoc';

const NAMES = {
  'boards/host/main': 'wixt',
  'src/device/objects': 'wixt/objects',
  'boards/config': 'wixt/config',
  'boards/adapters/store-node': 'wixt/store',
  'boards/board': 'wixt/board',
  'src/compat': 'wixt/compat',
  'src/host/compat/server': 'wixt/compat/server',
};

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of Object.values(context.project.reflections)) {
      if (reflection.name.startsWith('_') && reflection.kindOf(ReflectionKind.Property | ReflectionKind.Method)) context.project.removeReflection(reflection);
    }
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const module of context.project.children ?? []) {
      const name = Object.entries(NAMES).find(([path]) => module.name === path || module.name === path + '/index');
      if (name) module.name = name[1];
    }
  });
}
