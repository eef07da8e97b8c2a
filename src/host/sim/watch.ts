/** Reports what servers do to an object. Only the object's handlers are wrapped, nothing in the library. */
import type { LwM2mObject, Values } from './library';
import { toJson, type Json } from './values';

/** An event with its details. */
export type Report = (event: string, detail: Record<string, Json>) => void;

/** The program's handlers, unwrapped: what the application does itself is not reported. */
export type Handlers = Pick<LwM2mObject, 'write' | 'execute' | 'create' | 'remove' | 'chunk'>;

/** Codes from here on are refusals. */
const CODE_ERROR = 128;

const isDone = (code: number | void) => !(code && code >= CODE_ERROR);

/** Wraps the handlers of `o` to report what they do. Returns the originals. */
export function watchObject(o: LwM2mObject, report: Report): Handlers {
  // Objects with shared handlers get their own here.
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
