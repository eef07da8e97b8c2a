/*
 * A board with XS, as a program. As Moddable's build does it, the byte code of modules and their names lie outside of the heap ("flash"),
 * the engine's own objects are shared by a machine that is never run, and a clone of that, with a heap of its own, is the board.
 *
 *   engine [--heap BYTES] [--stack SLOTS] [--stdin] [--preload] NAME=FILE…   modules; the last of them is run
 *   engine FILE…                                                             scripts one after the other, with room for anything
 *
 * --heap: slots, chunks and stack together take that many bytes at most. --preload: the module that follows is executed before the board
 * starts, as by Moddable's linker: it takes no heap, and its buffers are read-only. With --stdin it also runs each line that it reads.
 */
#include "xsAll.h"
#include "xsScript.h"
#include "host.h"

#define MAX_MODULES 16

static struct {
    char *name;
    txScript *script;
} modules[MAX_MODULES];
static int module_count;

/* Slots are taken from the top of the board's memory and chunks from the bottom: one block of each, as with Moddable's "static". */
static txByte *arena, *arena_low, *arena_high;
static size_t arena_size = 8 << 20;
/* Whether it is the board that allocates, and not what comes before it. */
static int in_arena;

static void *take_low(size_t size)
{
    if (arena_low + size > arena_high)
        return NULL;
    arena_low += size;
    return arena_low - size;
}

void *fxAllocateChunks(txMachine *the, txSize size)
{
    return in_arena ? take_low(size) : malloc(size);
}

txSlot *fxAllocateSlots(txMachine *the, txSize count)
{
    size_t size = count * sizeof(txSlot);
    if (!in_arena)
        return malloc(size);
    if (arena_high - size < arena_low)
        return NULL;
    arena_high -= size;
    return (txSlot *)arena_high;
}

/* Nothing is freed before the end. */
void fxFreeChunks(txMachine *the, void *chunks)
{
}

void fxFreeSlots(txMachine *the, void *slots)
{
}

/* The end, whatever it is: a board starts anew. */
void fxAbort(txMachine *the, int status)
{
    const char *why = status == XS_NOT_ENOUGH_MEMORY_EXIT ? "Error: memory full"
        : status == XS_STACK_OVERFLOW_EXIT ? "Error: stack overflow"
        : status == XS_NO_MORE_KEYS_EXIT ? "Error: not enough keys"
        : NULL;
    if (status == XS_UNHANDLED_REJECTION_EXIT || status == XS_UNHANDLED_EXCEPTION_EXIT)
        why = fxToString(the, &mxException);
    fprintf(stderr, "Uncaught %s\n", why ? why : "Error: XS gave up");
    exit(1);
}

void fxQueuePromiseJobs(txMachine *the)
{
    the->promiseJobs = 1;
}

void run_promises(txMachine *the)
{
    while (the->promiseJobs) {
        the->promiseJobs = 0;
        fxRunPromiseJobs(the);
    }
    fxEndJob(the);
}

int memory_used(txMachine *the)
{
    fxCollect(the, XS_COMPACT_FLAG);
    return the->currentHeapCount * sizeof(txSlot) + the->currentChunksSize;
}

int memory_taken(txMachine *the)
{
    return arena_size - (arena_high - arena_low);
}

/* What the stack is filled with before it is used. From its far end XS borrows room for numbers as texts, so the free part ends somewhere. */
#define UNTOUCHED 0xA5
#define FREE_SLOTS 8

int stack_used(txMachine *the)
{
    txU1 *p = (txU1 *)the->stack, *bottom = (txU1 *)the->stackBottom;
    size_t run = 0;
    while (p > bottom && run < FREE_SLOTS * sizeof(txSlot))
        run = *--p == UNTOUCHED ? run + 1 : 0;
    return ((txU1 *)the->stackTop - p - run + sizeof(txSlot) - 1) / sizeof(txSlot);
}

static char *read_file(const char *name)
{
    FILE *f = fopen(name, "rb");
    long length;
    char *text;
    if (!f) {
        perror(name);
        exit(1);
    }
    fseek(f, 0, SEEK_END);
    length = ftell(f);
    rewind(f);
    text = malloc(length + 1);
    if (fread(text, 1, length, f) != (size_t)length) {
        perror(name);
        exit(1);
    }
    text[length] = 0;
    fclose(f);
    return text;
}

static txScript *parse(txMachine *the, const char *file, txUnsigned flags)
{
    char *text = read_file(file);
    txStringCStream stream = { .buffer = text, .offset = 0, .size = strlen(text) };
    txScript *script = fxParseScript(the, &stream, fxStringCGetter, flags);
    free(text);
    if (!script) {
        fprintf(stderr, "%s: no script\n", file);
        exit(1);
    }
    return script;
}

/* Functions and texts are used where they lie, as in flash, and not copied into the heap. */
static void keep_in_place(txByte *code, txSize size)
{
    txByte *p = code, *end = code + size;
    while (p < end) {
        txU1 byte = *(txU1 *)p;
        txS1 step = gxCodeSizes[byte];
        txS4 length;
        if (byte >= XS_CODE_CODE_1 && byte <= XS_CODE_CODE_4)
            *(txU1 *)p = byte - XS_CODE_CODE_1 + XS_CODE_CODE_ARCHIVE_1;
        else if (byte >= XS_CODE_STRING_1 && byte <= XS_CODE_STRING_4)
            *(txU1 *)p = byte - XS_CODE_STRING_1 + XS_CODE_STRING_ARCHIVE_1;
        if (step > 0)
            p += step;
        else if (step == 0)
            p += 1 + sizeof(txID);
        else {
            length = 0;
            memcpy(&length, p + 1, -step);
            p += 1 - step + length;
        }
    }
}

/* What Moddable's linker does with a module: its names get their numbers, so that none of them has to be in the heap. */
static void link_module(txMachine *the, char *name, const char *file)
{
    txScript *script = parse(the, file, 0);
    txByte *p = script->symbolsBuffer;
    txID count, i, *ids;
    if (module_count == MAX_MODULES) {
        fprintf(stderr, "too many modules\n");
        exit(1);
    }
    mxDecodeID(p, count);
    ids = malloc(count * sizeof(txID));
    ids[0] = XS_NO_ID;
    for (i = 1; i < count; i++) {
        ids[i] = fxNewNameC(the, (txString)p);
        p += strlen((char *)p) + 1;
    }
    fxRemapIDs(the, script->codeBuffer, script->codeSize, ids);
    free(ids);
    keep_in_place(script->codeBuffer, script->codeSize);
    script->symbolsBuffer = NULL;
    modules[module_count].name = name;
    modules[module_count++].script = script;
}

txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot)
{
    char name[256];
    fxToStringBuffer(the, slot, name, sizeof(name));
    for (int i = 0; i < module_count; i++)
        if (!strcmp(modules[i].name, name))
            return fxNewNameC(the, name);
    return XS_NO_ID;
}

void fxLoadModule(txMachine *the, txSlot *module, txID moduleID)
{
    for (int i = 0; i < module_count; i++)
        if (!strcmp(modules[i].name, fxGetKeyName(the, moduleID)))
            fxResolveModule(the, module, moduleID, modules[i].script, NULL, NULL);
}

static void import(txMachine *the, char *name)
{
    mxPushStringC(name);
    fxAwaitImport(the, XS_IMPORT_NAMESPACE);
    mxPop();
}

static void run_script(txMachine *the, const char *file)
{
    txSlot *realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
    txScript *script = parse(the, file, mxProgramFlag);
    fxRunScript(the, script, mxRealmGlobal(realm), C_NULL, mxRealmClosures(realm)->value.reference, C_NULL, mxProgram.value.reference);
    mxPop();
}

/* Does `work` with a name; an exception ends the program. */
static void attempt(txMachine *machine, void (*work)(txMachine *, char *), char *name)
{
    txMachine *the = fxBeginHost(machine);
    mxTry(the) {
        work(the, name);
    }
    mxCatch(the) {
        fprintf(stderr, "Uncaught %s\n", fxToString(the, &mxException));
        exit(1);
    }
    fxEndHost(the);
    run_promises(the);
}

static void build(txMachine *the, char *unused)
{
    build_globals(the);
}

static void run_file(txMachine *the, char *file)
{
    run_script(the, file);
}

/*
 * What lies in flash stays where it is: the board's collector must not look for it among its own chunks. And buffers there cannot be
 * written: XS says so (TypeError: read-only buffer).
 */
static void put_in_flash(txMachine *the)
{
    for (txSlot *heap = the->firstHeap; heap; heap = heap->next)
        for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++)
            switch (slot->kind) {
            case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
            case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
            case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
            case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
            case XS_ARRAY_BUFFER_KIND: slot->flag |= XS_DONT_SET_FLAG; break;
            }
}

int main(int argc, char **argv)
{
    /* Room for anything: what comes before the board, and scripts. */
    txCreation root = { 1 << 20, 1 << 20, 64 * 1024, 32 * 1024, 4096, 16000, 4000, 1993, 127, 4 << 20, 1993, 0 };
    /* As in the SDK's manifest_base.json: what grows, grows in small steps. */
    txCreation creation = { 1536, 1024, 512, 64, 256, 32, 32, 1993, 127, 1024, 127, 0 };
    int lines = 0, preload = 0, board = 0, i;
    char *main = NULL, *file;
    txMachine *the;
    fxInitializeSharedCluster(NULL);
    the = fxCreateMachine(&root, "root", NULL, XS_NO_ID);
    attempt(the, build, NULL);
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--version")) {
            printf("%d.%d.%d\n", XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION);
            return 0;
        } else if (!strcmp(argv[i], "--stdin"))
            lines = 1;
        else if (!strcmp(argv[i], "--preload"))
            preload = 1;
        else if (!strcmp(argv[i], "--heap") && i + 1 < argc)
            arena_size = strtoul(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--stack") && i + 1 < argc)
            creation.stackCount = atoi(argv[++i]);
        else if ((file = strchr(argv[i], '='))) {
            *file = 0;
            main = argv[i];
            board = 1;
            link_module(the, main, file + 1);
            if (preload)
                attempt(the, import, main);
            preload = 0;
        } else
            attempt(the, run_file, argv[i]);
    }
    if (board) {
        fxShareMachine(the);
        put_in_flash(the);
        arena = malloc(arena_size);
        arena_low = arena;
        arena_high = arena + arena_size;
        in_arena = 1;
        the = fxCloneMachine(&creation, the, "board", NULL);
        if (!the) {
            fprintf(stderr, "a heap of %zu bytes is too small for the engine itself\n", arena_size);
            return 1;
        }
        memset(the->stackBottom, UNTOUCHED, (txByte *)the->stack - (txByte *)the->stackBottom);
        attempt(the, import, main);
    }
    loop(the, lines);
    return 0;
}
