/** Requests as they are written: no client library puts them right. */
import { request as httpRequest } from 'node:http';
import type { ExecutionContext } from 'ava';
import { createLwM2mServer, type Server, type ServerOptions } from '../../../../src/host/server/index';
import { CoapDevice } from './device';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: any;
}

export type Ask = (method: string, path: string, body?: string | Buffer, type?: string) => Promise<Answer>;

/** A server with HTTP, a device "d", and what asks REST. `faults` are errors of the server itself. */
export async function startRest(t: ExecutionContext, options: ServerOptions = {}): Promise<{ server: Server; device: CoapDevice; ask: Ask; faults: unknown[] }> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], ...options });
  await server.start();
  const faults: unknown[] = [];
  server.events.on('fault', (error) => faults.push(error));
  const device = await CoapDevice.open(server.coapAddresses[0].port);
  t.teardown(async () => {
    device.close();
    await server.stop();
  });
  const { port } = new URL(server.httpUrl!);
  const ask: Ask = (method, path, body, type) =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      if (type !== undefined) headers['content-type'] = type;
      const request = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece) => (text += piece));
        response.on('end', () => {
          let json: unknown;
          try {
            json = JSON.parse(text);
          } catch {
            // not JSON
          }
          resolve({ status: response.statusCode!, headers: response.headers, text, json });
        });
      });
      request.on('error', reject).end(body);
    });
  return { server, device, ask, faults };
}
