/** Converts the bytes of a file to its elements: encoding, well-formedness, and whether it contains object definitions at all. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type Element = Record<string, unknown>;

/** A file's `<Object>` elements, or a sentence that says why it has none. */
export interface Document {
  objects: Element[];
  /** The whole text of the file, comments included. */
  text: string;
  fault?: string;
  /** The file is of another kind: in a folder it may be skipped. */
  foreign?: boolean;
}

export function asElement(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null ? value as Element : undefined;
}

/** The encoding named by a byte order mark or the XML declaration (XML 1.0, 4.3.3 and appendix F); otherwise UTF-8. */
function findEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe || bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff || bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8';
}

/** Decodes the text of a file. Returns a sentence in `fault` if the encoding is unknown or the bytes do not conform to it. */
function decodeText(bytes: Uint8Array): { text: string; fault?: string } {
  const encoding = findEncoding(bytes);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    return { text: '', fault: `its encoding is "${encoding}", which is unknown; save it as UTF-8` };
  }
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return { text: '', fault: /^utf-?8$/i.test(encoding) ? 'is not UTF-8 text; save it in that encoding' : `is not ${encoding} text, as it says; save it as UTF-8` };
  }
}

/** The value of a tag, whatever its case. */
function findTag(element: Element, tag: string): unknown {
  const key = Object.keys(element).find(one => one.toLowerCase() === tag);
  return key && element[key];
}

/** Reads a file's bytes. Never throws. Sentences begin with a verb: the name of the file goes before them. */
export function readDocument(bytes: Uint8Array): Document {
  const { text: raw, fault } = decodeText(bytes);
  // White space before the XML declaration is not valid XML, but harmless.
  const text = raw.trimStart();
  const fail = (sentence: string, foreign = false): Document => ({ objects: [], text, fault: sentence, foreign });
  if (fault !== undefined) return fail(fault);
  if (text === '') return fail('is empty; give a file of object definitions', true);
  const foreign = !/<([\w.-]+:)?LWM2M\b/i.test(text);
  let root: Element;
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) return fail(`line ${valid.err.line} is not well-formed XML: ${valid.err.msg.replace(/\.$/, '')}; mend it there`, foreign);
    root = new XMLParser({
      ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false, htmlEntities: true, removeNSPrefix: true, trimValues: false,
      isArray: tag => tag === 'Object' || tag === 'Item',
    }).parse(text);
  } catch (error) {
    return fail(`cannot be read as XML: ${error instanceof Error ? error.message.replace(/\.$/, '') : error}; mend it there`, foreign);
  }
  const tag = Object.keys(root).find(key => !key.startsWith('?') && key !== '#text');
  if (tag?.toLowerCase() !== 'lwm2m') {
    const found = tag === undefined ? 'has no element' : `begins with <${tag}>`;
    return fail(`${found}, but an object definition is <LWM2M><Object>…; give a file of that form`, true);
  }
  const objects = asElement(findTag(root, 'lwm2m'))?.Object;
  if (!Array.isArray(objects)) return fail('<LWM2M> holds no <Object>; add one', true);
  return { objects: objects.map(object => asElement(object) ?? {}), text };
}
