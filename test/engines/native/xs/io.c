/*
 * What the programs of a board find beside the language, by XS's public interface: name look-up as Moddable's `System` has it (timers are in
 * timers.c), `trace`, and under `sockets` what udp.js makes ECMA-419's UDP class of. Besides, for tests: `print`, `quit`, and what engine.c knows of memory.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include "io.h"

#define MAX_SOCKETS 32
/* Datagrams that wait in one socket; what comes then is lost. */
#define MAX_WAITING 32
#define MAX_DATAGRAM 65536

/* Sockets, by number. The object behind each is called `ready(count)` for datagrams. */

typedef struct {
    uint8_t *bytes;
    int length;
    struct sockaddr_in from;
} Datagram;

typedef struct {
    int open, fd;
    xsSlot self;
    Datagram waiting[MAX_WAITING];
    int count;
} Socket;

static Socket sockets[MAX_SOCKETS];

static Socket *socket_of(xsMachine *the)
{
    int i = xsToInteger(xsArg(0));
    if (i < 0 || i >= MAX_SOCKETS || !sockets[i].open)
        xsSyntaxError("invalid host object");
    return &sockets[i];
}

/* sockets.open(port, self) → its number. Throws when the port is taken. */
static void socket_open(xsMachine *the)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(xsToInteger(xsArg(0))) };
    int i;
    for (i = 0; i < MAX_SOCKETS && sockets[i].open; i++)
        ;
    if (i == MAX_SOCKETS)
        xsRangeError("too many sockets");
    Socket *s = &sockets[i];
    memset(s, 0, sizeof(*s));
    s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&here, sizeof(here))) {
        if (s->fd >= 0)
            close(s->fd);
        xsUnknownError("bind failed");
    }
    s->open = 1;
    s->self = xsArg(1);
    xsRemember(s->self);
    xsResult = xsInteger(i);
}

static void drop_first(Socket *s)
{
    free(s->waiting[0].bytes);
    memmove(s->waiting, s->waiting + 1, --s->count * sizeof(Datagram));
}

/* sockets.read(number) → the next datagram, an ArrayBuffer with `address` and `port`; undefined: none waits. */
static void socket_read(xsMachine *the)
{
    char text[INET_ADDRSTRLEN];
    Socket *s = socket_of(the);
    if (!s->count)
        return;
    Datagram *d = &s->waiting[0];
    xsResult = xsArrayBuffer(d->bytes, d->length);
    inet_ntop(AF_INET, &d->from.sin_addr, text, sizeof(text));
    xsDefine(xsResult, xsID("address"), xsString(text), xsDefault);
    xsDefine(xsResult, xsID("port"), xsInteger(ntohs(d->from.sin_port)), xsDefault);
    drop_first(s);
}

/* sockets.write(number, bytes, address, port). Throws for an address that is no literal, and what the network refuses. */
static void socket_write(xsMachine *the)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    Socket *s = socket_of(the);
    uint8_t *bytes;
    int length, offset = 0;
    if (inet_pton(AF_INET, xsToString(xsArg(2)), &to.sin_addr) != 1)
        xsRangeError("invalid IP address");
    to.sin_port = htons(xsToInteger(xsArg(3)));
    xsVars(1);
    xsVar(0) = xsArg(1);
    if (!xsIsInstanceOf(xsVar(0), xsArrayBufferPrototype)) {
        length = xsToInteger(xsGet(xsArg(1), xsID("byteLength")));
        offset = xsToInteger(xsGet(xsArg(1), xsID("byteOffset")));
        xsVar(0) = xsGet(xsArg(1), xsID("buffer"));
    } else
        length = xsGetArrayBufferLength(xsVar(0));
    bytes = malloc(length + 1);
    xsGetArrayBufferData(xsVar(0), offset, bytes, length);
    int sent = sendto(s->fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to));
    /* An error may be one of a datagram before: nobody listens there. */
    if (sent < 0 && errno == ECONNREFUSED)
        sent = sendto(s->fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to));
    free(bytes);
    if (sent < 0)
        xsUnknownError("UDP send failed");
}

/* sockets.close(number): nothing is called after it. Nothing happens when there is no such socket. */
static void socket_close(xsMachine *the)
{
    int i = xsToInteger(xsArg(0));
    if (i < 0 || i >= MAX_SOCKETS || !sockets[i].open)
        return;
    Socket *s = &sockets[i];
    close(s->fd);
    while (s->count)
        drop_first(s);
    s->open = 0;
    xsForget(s->self);
}

static void receive(Socket *s)
{
    static uint8_t bytes[MAX_DATAGRAM];
    Datagram d;
    for (;;) {
        socklen_t size = sizeof(d.from);
        d.length = recvfrom(s->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&d.from, &size);
        if (d.length < 0 && errno == ECONNREFUSED)
            continue;
        if (d.length < 0)
            return;
        if (s->count == MAX_WAITING)
            continue;
        d.bytes = malloc(d.length + 1);
        memcpy(d.bytes, bytes, d.length);
        s->waiting[s->count++] = d;
    }
}

/* Tells a socket's object of what has come. */
static void tell(xsMachine *machine, Socket *s)
{
    xsBeginHost(machine);
    {
        xsVars(1);
        xsVar(0) = xsAccess(s->self);
        xsCall1_noResult(xsVar(0), xsID("ready"), xsInteger(s->count));
    }
    xsEndHost(machine);
}

/* Names, one after the other. */

#define MAX_NAMES 8
static struct {
    char host[256];
    xsSlot callback;
} names[MAX_NAMES];
static int name_count;

/* System.resolve(name, found): found(name, address), without an address when there is none. */
static void resolve(xsMachine *the)
{
    if (name_count == MAX_NAMES)
        xsRangeError("too many names");
    snprintf(names[name_count].host, sizeof(names->host), "%s", xsToString(xsArg(0)));
    names[name_count].callback = xsArg(1);
    xsRemember(names[name_count].callback);
    name_count++;
}

static void look_up(xsMachine *machine)
{
    struct addrinfo want = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *list = NULL;
    char host[256], found[INET_ADDRSTRLEN] = "";
    strcpy(host, names[0].host);
    if (!getaddrinfo(host, NULL, &want, &list) && list)
        inet_ntop(AF_INET, &((struct sockaddr_in *)list->ai_addr)->sin_addr, found, sizeof(found));
    if (list)
        freeaddrinfo(list);
    xsBeginHost(machine);
    {
        xsVars(3);
        xsVar(0) = xsAccess(names[0].callback);
        /* A remembered slot is one of a list that points to it: it cannot be moved. */
        for (int i = 0; i < name_count; i++)
            xsForget(names[i].callback);
        name_count--;
        memmove(names, names + 1, name_count * sizeof(*names));
        for (int i = 0; i < name_count; i++)
            xsRemember(names[i].callback);
        xsVar(1) = xsString(host);
        if (*found)
            xsVar(2) = xsString(found);
        xsCallFunction2(xsVar(0), xsGlobal, xsVar(1), xsVar(2));
    }
    xsEndHost(machine);
}

/* The rest of what a program may use. */

static void put_arguments(xsMachine *the, const char *between, const char *end)
{
    int count = xsToInteger(xsArgc), i;
    for (i = 0; i < count; i++)
        printf("%s%s", i ? between : "", xsToString(xsArg(i)));
    printf("%s", end);
    fflush(stdout);
}

static void trace(xsMachine *the)
{
    put_arguments(the, "", "");
}

static void print(xsMachine *the)
{
    put_arguments(the, " ", "\n");
}

static void memory(xsMachine *the)
{
    xsResult = xsInteger(memory_used((struct sxMachine *)the));
}

static void taken(xsMachine *the)
{
    xsResult = xsInteger(memory_taken((struct sxMachine *)the));
}

static void stack(xsMachine *the)
{
    xsResult = xsInteger(stack_used((struct sxMachine *)the));
}

static void quit(xsMachine *the)
{
    exit(0);
}

void build_globals(struct sxMachine *machine)
{
    static const struct {
        const char *where, *name;
        xsCallback callback;
        int length;
    } functions[] = {
        { "System", "setTimeout", set_timeout, 2 }, { "System", "setInterval", set_interval, 2 }, { "System", "clearTimeout", end_timer, 1 },
        { "System", "clearInterval", end_timer, 1 }, { "System", "resolve", resolve, 2 },
        { "sockets", "open", socket_open, 2 }, { "sockets", "read", socket_read, 1 }, { "sockets", "write", socket_write, 4 },
        { "sockets", "close", socket_close, 1 },
        { NULL, "trace", trace, 1 }, { NULL, "print", print, 1 }, { NULL, "memory", memory, 0 }, { NULL, "taken", taken, 0 }, { NULL, "stack", stack, 0 },
        { NULL, "quit", quit, 0 },
    };
    xsMachine *the = (xsMachine *)machine;
    unsigned i;
    xsVars(1);
    xsVar(0) = xsNewObject();
    xsDefine(xsGlobal, xsID("System"), xsVar(0), xsDontEnum);
    xsVar(0) = xsNewObject();
    xsDefine(xsGlobal, xsID("sockets"), xsVar(0), xsDontEnum);
    for (i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        xsVar(0) = functions[i].where ? xsGet(xsGlobal, xsID(functions[i].where)) : xsGlobal;
        xsDefine(xsVar(0), xsID(functions[i].name), xsNewHostFunction(functions[i].callback, functions[i].length), xsDontEnum);
    }
}

void run_line(struct sxMachine *machine, char *text)
{
    xsBeginHost((xsMachine *)machine);
    {
        xsTry {
            xsResult = xsString(text);
            xsCall1_noResult(xsGlobal, xsID("eval"), xsResult);
        }
        xsCatch {
            fprintf(stderr, "Uncaught %s\n", xsToString(xsException));
        }
    }
    xsEndHost(machine);
}

/* Reads lines; runs each. Returns 0 at the end of the input. */
static int run_lines(struct sxMachine *machine)
{
    static char text[1 << 20];
    static size_t filled;
    ssize_t got = read(0, text + filled, sizeof(text) - filled);
    char *end;
    if (got <= 0)
        return 0;
    filled += got;
    while ((end = memchr(text, '\n', filled))) {
        size_t length = end - text;
        *end = 0;
        run_line(machine, text);
        filled -= length + 1;
        memmove(text, end + 1, filled);
    }
    return 1;
}

void loop(struct sxMachine *machine, int lines)
{
    xsMachine *the = (xsMachine *)machine;
    struct pollfd fds[MAX_SOCKETS + 1];
    Socket *owner[MAX_SOCKETS];
    for (;;) {
        int count = 0, wait, waiting, i;
        if (name_count)
            look_up(the);
        wait = run_timer(the);
        run_promises(machine);
        for (i = 0; i < MAX_SOCKETS; i++) {
            Socket *s = &sockets[i];
            if (!s->open)
                continue;
            fds[count] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
            owner[count++] = s;
        }
        waiting = count;
        if (lines)
            fds[count++] = (struct pollfd){ .fd = 0, .events = POLLIN };
        if (name_count)
            wait = 0;
        if (wait < 0 && !count)
            return;
        if (poll(fds, count, wait) < 0)
            continue;
        for (i = 0; i < waiting; i++) {
            Socket *s = owner[i];
            if (!s->open || !fds[i].revents)
                continue;
            receive(s);
            if (s->count)
                tell(the, s);
            run_promises(machine);
        }
        if (lines && fds[waiting].revents && !run_lines(machine))
            return;
    }
}
