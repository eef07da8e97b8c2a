/** The REST page, in Markdown. */
import { ERRORS, OPERATIONS } from './openapi';
import { makeTable } from './sections';

const TITLES: Record<string, string> = { server: 'Server', clients: 'Clients', operations: 'Operations on a device', events: 'Events' };

function curl({ method, example: { url, body, type = 'application/json' } }: (typeof OPERATIONS)[number]): string {
  const sent = body === undefined ? '' : ` -H 'content-type: ${type}' -d '${typeof body === 'string' ? body : JSON.stringify(body)}'`;
  return `curl -s${method === 'get' ? '' : ` -X ${method.toUpperCase()}`}${sent} 'http://127.0.0.1:8080${url}'`;
}

/** Every operation, with parameters and an example. */
export function describeRest(_document: object): string {
  const parts: string[] = [];
  for (const [tag, title] of Object.entries(TITLES)) {
    parts.push(`## ${title}`);
    for (const operation of OPERATIONS.filter((one) => one.tag === tag)) {
      const { title: heading, method, path, summary, text, query, body, example } = operation;
      parts.push(`### ${heading}`, `\`${method.toUpperCase()} ${path}\``, `${summary}${text ? ` ${text}` : ''}`);
      if (query) parts.push(makeTable(['query', 'meaning'], Object.entries(query).map(([name, meaning]) => [`\`${name}\``, meaning])));
      if (body) parts.push(`Body: ${body}`);
      parts.push(`\`\`\`sh\n${curl(operation)}\n\`\`\``);
      const { answer, status } = example;
      if (answer === undefined) parts.push(`Answer: ${status}, empty.`);
      else if (typeof answer === 'string') parts.push(answer.startsWith(':') ? `\`\`\`text\n${answer.trim()}\n\`\`\`` : `Answer: ${answer}.`);
      else parts.push(`\`\`\`json\n${format(answer)}\n\`\`\``);
    }
  }
  parts.push('## Errors', 'An error has a JSON body with `error` and `message`:', '```json\n{ "error": "UnknownClientError", "message": "No registered client with id \'board-2\'" }\n```');
  parts.push(makeTable(['status', '`error`', 'when'], ERRORS.map(([status, name, when]) => [String(status), `\`${name}\``, when])));
  return parts.join('\n\n');
}

/** JSON with short parts on one line. */
export function format(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, null, 1)?.replace(/\n\s*/g, ' ').replace(/\{ \}/g, '{}') ?? '';
  if (typeof value !== 'object' || value === null || line.length + indent.length <= 100) return line;
  const inner = indent + '  ';
  if (Array.isArray(value)) return `[\n${value.map((one) => inner + format(one, inner)).join(',\n')}\n${indent}]`;
  return `{\n${Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${format(one, inner)}`).join(',\n')}\n${indent}}`;
}
