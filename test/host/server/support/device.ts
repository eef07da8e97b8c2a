/** A device on a foreign CoAP library: npm `coap` (node-coap), one socket for both directions. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import coap from 'coap';

// node-coap opens these as soon as it is imported, and they would keep the process
coap.globalAgent.close();
coap.globalAgentIPv6.close();

export interface Asked {
  method: string;
  url: string;
  format?: string | number;
  accept?: string | number;
  payload: Buffer;
}

type Reply = { code: string; payload?: Buffer | string; options?: Record<string, string | Buffer | number> };

export class CoapDevice {
  readonly socket: Socket;
  readonly agent: coap.Agent;
  readonly server: any;
  readonly asked: Asked[] = [];
  location = '';
  /** The answer to "GET /3/0/9"; a function may delay it or write notifications. */
  readonly replies = new Map<string, Reply | ((request: any, response: any) => void)>();
  readonly #port: number;

  private constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.#port = port;
    this.server = coap.createServer();
    this.server.listen(socket);
    this.agent = new coap.Agent({ socket: socket as any });
    this.server.on('request', (request: any, response: any) => this.#answer(request, response));
    // node-coap reports here what its retransmissions could not deliver
    this.server.on('error', () => {});
    this.agent.on('error', () => {});
  }

  /** `port`: the server's port. */
  static async open(port: number): Promise<CoapDevice> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new CoapDevice(socket, port);
  }

  async request(
    method: string,
    pathname: string,
    query = '',
    payload: string | Buffer = '',
    options: Record<string, any> = {},
  ): Promise<{ code: string; payload: Buffer; options: any[] }> {
    const request = coap.request({ hostname: '127.0.0.1', port: this.#port, method: method as any, pathname, query, agent: this.agent, options });
    request.end(payload);
    const [response] = await once(request, 'response');
    return { code: response.code, payload: response.payload, options: response.options };
  }

  async register(endpoint: string, objects = '</1/0>,</3/0>,</3303/0>', query = 'lt=300&lwm2m=1.0&b=U'): Promise<string> {
    const { code, options, payload } = await this.request('POST', '/rd', `ep=${endpoint}&${query}`, objects, {
      'Content-Format': 'application/link-format',
    });
    if (code !== '2.01') throw new Error(`Register: ${code} ${payload}`);
    this.location = `/${options
      .filter(({ name }) => name === 'Location-Path')
      .map(({ value }) => value)
      .join('/')}`;
    return this.location;
  }

  close(): void {
    this.server.close();
    this.socket.close();
  }

  #answer(request: any, response: any): void {
    const header = (name: string): any => request.headers[name];
    this.asked.push({
      method: request.method,
      url: request.url,
      format: header('Content-Format'),
      accept: header('Accept'),
      payload: request.payload,
    });
    const reply = this.replies.get(`${request.method} ${request.url.split('?')[0]}`);
    if (typeof reply === 'function') return reply(request, response);
    const { code, payload = '', options = {} } = reply ?? { code: '4.04' };
    response.code = code;
    for (const [name, value] of Object.entries(options)) response.setOption(name, value);
    response.end(payload);
  }
}
