"""A CoAP endpoint with aiocoap, driven by JSON lines: python aiocoap_peer.py server|device

server: has /rd, where it takes any Register, Update and De-register; device: has the resources of a small LwM2M client.
Standard input: {"n", "method", "uri", "payload" (hex), "content_format", "accept", "observe", "block2": [number, size exponent], "options": [[number, hex]], "non"}
    or {"set": text} for the value of /3/0/9, or {"stop"}.
Standard output: {"ready": port}, {"n", "code", "payload", "format", "location", "observe", "type"}, {"request", "path", "query", "payload", "from"}
"""
import asyncio
import json
import sys

import aiocoap
from aiocoap import Code, Message, Type, error, resource
from aiocoap.optiontypes import OpaqueOption
from aiocoap.numbers.optionnumbers import OptionNumber


def tell(**fields):
    print(json.dumps(fields), flush=True)


def tell_request(request, path):
    tell(request=str(request.code), path=path, query=list(request.opt.uri_query), payload=request.payload.hex(), port=request.remote.sockaddr[1], format=request.opt.content_format)


class Registry(resource.Resource):
    """/rd."""

    async def render(self, request):
        tell_request(request, "/".join(["/rd", *request.opt.uri_path]))
        if request.code == Code.POST and len(request.opt.uri_path) == 0:
            return Message(code=Code.CREATED, location_path=("rd", "a b", "0"))
        return Message(code=Code.DELETED if request.code == Code.DELETE else Code.CHANGED)


class Registrations(Registry, resource.PathCapable):
    """What is below /rd."""

    async def needs_blockwise_assembly(self, request):
        return True


class Value(resource.ObservableResource):
    def __init__(self, path, payload, content_format=0, methods=("GET",)):
        super().__init__()
        self.path, self.payload, self.content_format, self.methods = path, payload, content_format, methods

    def set(self, payload):
        self.payload = payload
        self.updated_state()

    async def render(self, request):
        tell_request(request, self.path)
        if str(request.code) not in self.methods:
            return Message(code=Code.METHOD_NOT_ALLOWED)
        if request.code == Code.GET:
            if request.opt.accept not in (None, self.content_format, 40):
                return Message(code=Code.NOT_ACCEPTABLE)
            if request.opt.accept == 40:
                return Message(code=Code.CONTENT, payload=b"</3/0>,</3/0/0>,</3/0/9>;pmin=1", content_format=40)
            return Message(code=Code.CONTENT, payload=self.payload, content_format=self.content_format)
        if request.code == Code.PUT and request.payload:
            self.set(request.payload)
        return Message(code=Code.CHANGED)


async def answer(context, command, n):
    options = {k: command[k] for k in ("content_format", "accept", "observe") if k in command}
    request = Message(code=getattr(Code, command["method"]), uri=command["uri"], payload=bytes.fromhex(command.get("payload", "")), **options)
    if command.get("non"):
        request.mtype = Type.NON
    if "block2" in command:
        request.opt.block2 = (command["block2"][0], False, command["block2"][1])
    for number, value in command.get("options", []):
        request.opt.add_option(OpaqueOption(OptionNumber(number), bytes.fromhex(value)))

    def describe(response):
        tell(n=n, code=response.code.dotted, payload=response.payload.hex(), format=response.opt.content_format, location="/".join(response.opt.location_path), observe=response.opt.observe, type=str(response.mtype))

    try:
        pending = context.request(request, handle_blockwise="block2" not in command)
        describe(await pending.response)
        if command.get("observe") == 0:
            async for notification in pending.observation:
                describe(notification)
    except error.Error as problem:
        tell(n=n, error=type(problem).__name__)


async def main():
    site = resource.Site()
    battery = Value("/3/0/9", b"100")
    device = bytes.fromhex("c800144f70656e204d6f62696c6520416c6c69616e6365860641000141010588070842000ed842011388c10964")
    if sys.argv[1] == "server":
        site.add_resource(["rd"], Registry())
        site.add_resource(["rd"], Registrations())
    else:
        text = [Value("/3/0/0", b"Open Mobile Alliance"), battery, Value("/3/0/14", b"+02:00", 0, ("GET", "PUT")), Value("/3/0/15", b"zone/" * 600, 0, ("GET", "PUT"))]
        for value in [Value("/3/0", device, 11542, ("GET", "PUT")), Value("/3/0/4", b"", 0, ("POST",)), *text]:
            site.add_resource(value.path[1:].split("/"), value)
    port = int(sys.argv[2])
    context = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", port))
    tell(ready=port)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while line := await reader.readline():
        command = json.loads(line)
        if "set" in command:
            battery.set(command["set"].encode())
        elif "method" in command:
            task = asyncio.create_task(answer(context, command, command["n"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    await context.shutdown()


asyncio.run(main())
