/*
 * A board with MicroQuickJS, as a program: the four functions of boards/mquickjs over POSIX sockets, timers, a clock, print, in a heap of
 * fixed size. Uses the engine's public API alone, so that a firmware can take it as its example.
 *
 *   host [--heap BYTES] [--stdin] FILE…      runs scripts one after the other; the first may be byte code that --compile made
 *   host --compile OUT FILE                  byte code, which a board runs from flash: it takes no heap
 *
 * With --stdin it also runs each line that it reads, in one go, and ends with its input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mquickjs.h"

#define MAX_TIMERS 8
#define MAX_SOCKETS 32
#define MAX_DATAGRAM 1500

static size_t heap_size = 4 << 20;

static int64_t now_ms(void)
{
    static int64_t first;
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    int64_t ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
    if (!first)
        first = ms;
    return ms - first;
}

static void complain(JSContext *ctx)
{
    char text[512];
    JS_GetErrorStr(ctx, text, sizeof(text));
    fprintf(stderr, "Uncaught %s\n", text);
}

/* Calls func.call(self, argument); nothing is handed over for an argument that is undefined. */
static void call(JSContext *ctx, JSValue func, JSValue self, JSValue argument)
{
    int count = !JS_IsUndefined(argument);
    if (JS_StackCheck(ctx, 3)) {
        complain(ctx);
        return;
    }
    if (count)
        JS_PushArg(ctx, argument);
    JS_PushArg(ctx, func);
    JS_PushArg(ctx, self);
    if (JS_IsException(JS_Call(ctx, count)))
        complain(ctx);
}

/* udp: the four functions. A socket is a small number. */

typedef struct {
    int open;
    int fd;
    /* The network went away beneath it. */
    int broken;
    /* onReadable was called and nobody has read since: it is not called again. */
    int told;
    /* The engine moves what it holds: a value that outlives a call is known to it by a reference. */
    JSGCRef func, self;
} Socket;

static Socket sockets[MAX_SOCKETS];

static Socket *socket_of(JSContext *ctx, JSValue value)
{
    int i;
    if (JS_ToInt32(ctx, &i, value) || i < 0 || i >= MAX_SOCKETS || !sockets[i].open)
        return NULL;
    return &sockets[i];
}

/*
 * udp.open(onReadable, self, port) → socket; -1: no more sockets, or the port is taken. onReadable.call(self) comes when a datagram waits or
 * the socket has broken, from the loop and never from inside a function of udp; then not again before udp.receive was called.
 */
JSValue wixt_udp_open(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    int port, i, fd;
    if (JS_ToInt32(ctx, &port, argv[2]))
        return JS_EXCEPTION;
    for (i = 0; i < MAX_SOCKETS && sockets[i].open; i++)
        ;
    if (i == MAX_SOCKETS || (fd = socket(AF_INET, SOCK_DGRAM, 0)) < 0)
        return JS_NewInt32(ctx, -1);
    /* As little as a board buffers: a flood is the network's to lose. */
    int room = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    fcntl(fd, F_SETFL, O_NONBLOCK);
    at.sin_port = htons(port);
    if (bind(fd, (struct sockaddr *)&at, sizeof(at))) {
        close(fd);
        return JS_NewInt32(ctx, -1);
    }
    Socket *s = &sockets[i];
    s->open = 1;
    s->broken = s->told = 0;
    s->fd = fd;
    *JS_AddGCRef(ctx, &s->func) = argv[0];
    *JS_AddGCRef(ctx, &s->self) = argv[1];
    return JS_NewInt32(ctx, i);
}

/* udp.send(socket, data, length, address, port): data[0, length) to a dotted address. An error of the network is silence. */
JSValue wixt_udp_send(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    uint8_t data[MAX_DATAGRAM];
    JSCStringBuf text;
    int length, port, i, byte;
    Socket *s = socket_of(ctx, argv[0]);
    if (JS_ToInt32(ctx, &length, argv[2]) || JS_ToInt32(ctx, &port, argv[4]))
        return JS_EXCEPTION;
    const char *address = JS_ToCString(ctx, argv[3], &text);
    if (!address)
        return JS_EXCEPTION;
    if (!s || s->broken || length < 0 || length > MAX_DATAGRAM || inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return JS_UNDEFINED;
    for (i = 0; i < length; i++) {
        JSValue value = JS_GetPropertyUint32(ctx, argv[1], i);
        if (JS_IsException(value) || JS_ToInt32(ctx, &byte, value))
            return JS_EXCEPTION;
        data[i] = byte;
    }
    to.sin_port = htons(port);
    (void)!sendto(s->fd, data, length, 0, (struct sockaddr *)&to, sizeof(to));
    return JS_UNDEFINED;
}

/*
 * udp.receive(socket, into, room, sender) → length of the next datagram, whose first `room` bytes are in `into`; -1: none waits; -2: the
 * socket does not work any more. sender[0, 6): address and port, in the network's order.
 */
JSValue wixt_udp_receive(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    uint8_t data[65536];
    int i, room;
    Socket *s = socket_of(ctx, argv[0]);
    if (!s)
        return JS_NewInt32(ctx, -1);
    s->told = 0;
    if (s->broken)
        return JS_NewInt32(ctx, -2);
    if (JS_ToInt32(ctx, &room, argv[2]))
        return JS_EXCEPTION;
    ssize_t length = recvfrom(s->fd, data, sizeof(data), 0, (struct sockaddr *)&from, &size);
    /* An error is one of a datagram that we sent (nobody listens there): the next one may be there already. */
    if (length < 0 && errno != EAGAIN)
        length = recvfrom(s->fd, data, sizeof(data), 0, (struct sockaddr *)&from, &size);
    if (length < 0)
        return JS_NewInt32(ctx, -1);
    for (i = 0; i < length && i < room; i++)
        if (JS_IsException(JS_SetPropertyUint32(ctx, argv[1], i, JS_NewInt32(ctx, data[i]))))
            return JS_EXCEPTION;
    for (i = 0; i < 6; i++) {
        uint8_t byte = i < 4 ? ((uint8_t *)&from.sin_addr)[i] : ((uint8_t *)&from.sin_port)[i - 4];
        if (JS_IsException(JS_SetPropertyUint32(ctx, argv[3], i, JS_NewInt32(ctx, byte))))
            return JS_EXCEPTION;
    }
    return JS_NewInt32(ctx, length);
}

/* udp.close(socket): no callback comes after it. Nothing happens when there is no such socket. */
JSValue wixt_udp_close(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    Socket *s = socket_of(ctx, argv[0]);
    if (s) {
        close(s->fd);
        s->open = 0;
        JS_DeleteGCRef(ctx, &s->func);
        JS_DeleteGCRef(ctx, &s->self);
    }
    return JS_UNDEFINED;
}

/* udp.breakDown(socket): what a network does that goes away. */
JSValue wixt_udp_break_down(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    Socket *s = socket_of(ctx, argv[0]);
    if (s)
        s->broken = 1;
    return JS_UNDEFINED;
}

/* The name that is looked up, what was found, and whether that is known by now. */
static char asked[256], found[INET_ADDRSTRLEN];
static int looking, looked;

/* udp.resolve(host) → the dotted address; undefined while it is looked up; null: there is none. Every socket's onReadable tells the end. */
JSValue wixt_udp_resolve(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    JSCStringBuf text;
    const char *host = JS_ToCString(ctx, argv[0], &text);
    if (!host)
        return JS_EXCEPTION;
    if (looked && !strcmp(host, asked)) {
        looked = 0;
        return *found ? JS_NewString(ctx, found) : JS_NULL;
    }
    if (!looking) {
        snprintf(asked, sizeof(asked), "%s", host);
        looking = 1;
        looked = 0;
    }
    return JS_UNDEFINED;
}

static void look_up(JSContext *ctx)
{
    struct addrinfo want = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *list = NULL;
    int i;
    *found = 0;
    if (!getaddrinfo(asked, NULL, &want, &list) && list)
        inet_ntop(AF_INET, &((struct sockaddr_in *)list->ai_addr)->sin_addr, found, sizeof(found));
    if (list)
        freeaddrinfo(list);
    looking = 0;
    looked = 1;
    for (i = 0; i < MAX_SOCKETS; i++)
        if (sockets[i].open)
            call(ctx, sockets[i].func.val, sockets[i].self.val, JS_UNDEFINED);
}

/* Timers: setTimeout(callback, ms, argument), which hands the argument over, as the pump wants it. Ids begin at 1. */

typedef struct {
    int set;
    int64_t due;
    JSGCRef func, argument;
} Timer;

static Timer timers[MAX_TIMERS];

JSValue js_setTimeout(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    int ms, i;
    if (!JS_IsFunction(ctx, argv[0]))
        return JS_ThrowTypeError(ctx, "setTimeout: not a function");
    if (JS_ToInt32Sat(ctx, &ms, argv[1]))
        return JS_EXCEPTION;
    for (i = 0; i < MAX_TIMERS && timers[i].set; i++)
        ;
    if (i == MAX_TIMERS)
        return JS_ThrowInternalError(ctx, "setTimeout: too many timers");
    timers[i].set = 1;
    timers[i].due = now_ms() + (ms > 0 ? ms : 0);
    *JS_AddGCRef(ctx, &timers[i].func) = argv[0];
    *JS_AddGCRef(ctx, &timers[i].argument) = argc > 2 ? argv[2] : JS_UNDEFINED;
    return JS_NewInt32(ctx, i + 1);
}

static void clear(JSContext *ctx, Timer *t)
{
    if (!t->set)
        return;
    t->set = 0;
    JS_DeleteGCRef(ctx, &t->func);
    JS_DeleteGCRef(ctx, &t->argument);
}

JSValue js_clearTimeout(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    int id;
    if (JS_ToInt32(ctx, &id, argv[0]))
        return JS_EXCEPTION;
    if (id > 0 && id <= MAX_TIMERS)
        clear(ctx, &timers[id - 1]);
    return JS_UNDEFINED;
}

/* Runs what is due, one; returns the ms until the next, -1 when there is none. */
static int run_timer(JSContext *ctx)
{
    int64_t now = now_ms(), wait = -1;
    int i, first = -1;
    for (i = 0; i < MAX_TIMERS; i++)
        if (timers[i].set && (first < 0 || timers[i].due < timers[first].due))
            first = i;
    if (first < 0)
        return -1;
    wait = timers[first].due - now;
    if (wait > 0)
        return wait > 60000 ? 60000 : wait;
    JSValue func = timers[first].func.val, argument = timers[first].argument.val;
    /* The values are on the engine's stack before anything is allocated. */
    clear(ctx, &timers[first]);
    call(ctx, func, JS_NULL, argument);
    return 0;
}

/* The rest of what a program may use. */

JSValue js_print(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    int i;
    for (i = 0; i < argc; i++) {
        JSCStringBuf buffer;
        size_t length;
        const char *text = JS_ToCStringLen(ctx, &length, argv[i], &buffer);
        if (!text)
            return JS_EXCEPTION;
        if (i)
            putchar(' ');
        fwrite(text, 1, length, stdout);
    }
    putchar('\n');
    fflush(stdout);
    return JS_UNDEFINED;
}

JSValue js_gc(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    JS_GC(ctx);
    return JS_UNDEFINED;
}

JSValue js_date_now(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return JS_NewInt64(ctx, (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

JSValue js_performance_now(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    return JS_NewInt64(ctx, now_ms());
}

JSValue js_load(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    return JS_ThrowTypeError(ctx, "load: there are no files");
}

static char report[4096];
static size_t reported;

static void take_report(void *opaque, const void *text, size_t length)
{
    if (reported + length < sizeof(report)) {
        memcpy(report + reported, text, length);
        reported += length;
    }
}

/* memory(garbage) → bytes of the heap in use, after a collection unless `garbage` counts: all of it but what is free. */
JSValue wixt_memory(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    unsigned used, total;
    if (argc < 1 || JS_IsUndefined(argv[0]))
        JS_GC(ctx);
    reported = 0;
    JS_SetLogFunc(ctx, take_report);
    JS_DumpMemory(ctx, 0);
    report[reported] = 0;
    char *line = strstr(report, "heap size=");
    if (!line || sscanf(line, "heap size=%u/%u", &used, &total) != 2)
        return JS_ThrowInternalError(ctx, "memory: the engine does not say");
    return JS_NewInt32(ctx, heap_size - total + used);
}

JSValue wixt_quit(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv)
{
    exit(0);
}

/* What the engine's build generates from library.c. */
#include "library.h"

static uint8_t *read_file(const char *name, size_t *length)
{
    FILE *f = fopen(name, "rb");
    if (!f) {
        perror(name);
        exit(1);
    }
    fseek(f, 0, SEEK_END);
    *length = ftell(f);
    rewind(f);
    uint8_t *data = malloc(*length + 1);
    if (fread(data, 1, *length, f) != *length) {
        perror(name);
        exit(1);
    }
    data[*length] = 0;
    fclose(f);
    return data;
}

static int compile(const char *out, const char *name)
{
    size_t length;
    uint8_t *text = read_file(name, &length);
    JSContext *ctx = JS_NewContext2(malloc(heap_size), heap_size, &js_stdlib, 1);
    /* Columns in error messages would take a fifth of the flash. */
    JSValue code = JS_Parse(ctx, (char *)text, length, name, JS_EVAL_STRIP_COL);
    if (JS_IsException(code)) {
        complain(ctx);
        return 1;
    }
    JSBytecodeHeader header;
    const uint8_t *data;
    uint32_t size;
    JS_PrepareBytecode(ctx, &header, &data, &size, code);
    JS_RelocateBytecode2(ctx, &header, (uint8_t *)data, size, 0, 0);
    FILE *f = fopen(out, "wb");
    if (!f || fwrite(&header, sizeof(header), 1, f) != 1 || fwrite(data, size, 1, f) != 1 || fclose(f)) {
        perror(out);
        return 1;
    }
    return 0;
}

static int run(JSContext *ctx, const char *name)
{
    size_t length;
    JSValue code;
    uint8_t *data = read_file(name, &length);
    if (JS_IsBytecode(data, length)) {
        /* A firmware does this when it is linked: the code's place in flash is known then. */
        if (JS_RelocateBytecode(ctx, data, length)) {
            fprintf(stderr, "%s is not for this engine\n", name);
            return 1;
        }
        code = JS_LoadBytecode(ctx, data);
    } else
        code = JS_Parse(ctx, (char *)data, length, name, JS_EVAL_STRIP_COL);
    if (JS_IsException(code) || JS_IsException(JS_Run(ctx, code))) {
        complain(ctx);
        return 1;
    }
    /* Byte code stays where it is; of a script nothing is needed any more. */
    if (!JS_IsBytecode(data, length))
        free(data);
    return 0;
}

/* Reads lines; runs each. Returns 0 at the end of the input. */
static int run_lines(JSContext *ctx)
{
    static char text[65536];
    static size_t filled;
    ssize_t got = read(0, text + filled, sizeof(text) - filled);
    if (got <= 0)
        return 0;
    filled += got;
    char *end;
    while ((end = memchr(text, '\n', filled))) {
        size_t length = end - text;
        /* The engine wants a zero behind the text. */
        *end = 0;
        if (JS_IsException(JS_Eval(ctx, text, length, "line", JS_EVAL_REPL)))
            complain(ctx);
        filled -= length + 1;
        memmove(text, end + 1, filled);
    }
    return 1;
}

static void loop(JSContext *ctx, int lines)
{
    struct pollfd fds[MAX_SOCKETS + 1];
    Socket *owner[MAX_SOCKETS];
    for (;;) {
        int count = 0, wait, i;
        if (looking)
            look_up(ctx);
        wait = run_timer(ctx);
        for (i = 0; i < MAX_SOCKETS; i++) {
            Socket *s = &sockets[i];
            if (!s->open || s->told)
                continue;
            fds[count] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
            owner[count++] = s;
            if (s->broken)
                wait = 0;
        }
        int waiting = count;
        if (lines)
            fds[count++] = (struct pollfd){ .fd = 0, .events = POLLIN };
        if (looking)
            wait = 0;
        if (wait < 0 && !count)
            return;
        if (poll(fds, count, wait) < 0)
            continue;
        for (i = 0; i < waiting; i++) {
            Socket *s = owner[i];
            if (s->open && (fds[i].revents || s->broken)) {
                s->told = 1;
                call(ctx, s->func.val, s->self.val, JS_UNDEFINED);
            }
        }
        if (lines && fds[waiting].revents && !run_lines(ctx))
            return;
    }
}

int main(int argc, char **argv)
{
    int i, lines = 0;
    const char *out = NULL;
    for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
        if (!strcmp(argv[i], "--stdin"))
            lines = 1;
        else if (!strcmp(argv[i], "--heap") && i + 1 < argc)
            heap_size = strtoul(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--compile") && i + 1 < argc)
            out = argv[++i];
        else
            break;
    }
    if (i >= argc) {
        fprintf(stderr, "usage: %s [--heap BYTES] [--stdin] [--compile OUT] FILE...\n", argv[0]);
        return 2;
    }
    if (out)
        return compile(out, argv[i]);
    JSContext *ctx = JS_NewContext(malloc(heap_size), heap_size, &js_stdlib);
    if (!ctx) {
        fprintf(stderr, "a heap of %zu bytes is too small for the engine itself\n", heap_size);
        return 1;
    }
    JS_SetRandomSeed(ctx, (uint64_t)time(NULL) << 20 | getpid());
    for (; i < argc; i++)
        if (run(ctx, argv[i]))
            return 1;
    loop(ctx, lines);
    return 0;
}
