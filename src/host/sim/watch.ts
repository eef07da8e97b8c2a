/** Tells what servers do to an object: its handlers are wrapped, and so is nothing of the bundle. */
import type { LwM2mObject, Values } from './library';
import { toJson, type Json } from './values';

/** Something that happened, with what there is to say of it. */
export type Report = (event: string, detail: Record<string, Json>) => void;

/** The handlers as the program made them: for what the application's side does, which is no news. */
export type Handlers = Pick<LwM2mObject, 'write' | 'execute' | 'create' | 'remove' | 'chunk'>;

/** From a code on, a handler refuses. */
const CODE_ERROR = 128;

const isDone = (code: number | void) => !(code && code >= CODE_ERROR);

/** Wraps the handlers of `o`; `report` hears of what they have done. Returns them as they were. */
export function watchObject(o: LwM2mObject, report: Report): Handlers {
  // Objects that share their handlers are asked for them at each request: here each gets its own.
  if (o.handlers) {
    Object.assign(o, o.handlers(o));
    o.handlers = undefined;
  }
  const { write, execute, create, remove, chunk } = o;
  const path = (...ids: number[]) => ['', o.id, ...ids].join('/');
  if (write)
    o.write = (self, instance, resource, value: Values, replace) => {
      const code = write(self, instance, resource, value, replace);
      if (isDone(code)) report('written', { path: path(instance, resource), value: toJson(value) });
      return code;
    };
  if (chunk)
    o.chunk = (self, instance, resource, data, offset, more) => {
      const bytes = offset + data.length;
      const code = chunk(self, instance, resource, data, offset, more);
      if (isDone(code) && !more) report('written', { path: path(instance, resource), bytes });
      return code;
    };
  if (execute)
    o.execute = (self, instance, resource, args) => {
      const code = execute(self, instance, resource, args);
      if (isDone(code)) report('executed', { path: path(instance, resource), arguments: args });
      return code;
    };
  if (create)
    o.create = (self, instance) => {
      const code = create(self, instance);
      if (isDone(code)) report('created', { path: path(instance) });
      return code;
    };
  if (remove)
    o.remove = (self, instance) => {
      const code = remove(self, instance);
      if (isDone(code)) report('deleted', { path: path(instance) });
      return code;
    };
  return { write, execute, create, remove, chunk };
}
