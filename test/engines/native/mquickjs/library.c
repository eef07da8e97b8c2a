/*
 * Makes the read-only tables of MicroQuickJS's library: the engine's own, and what host.c adds. This is how a firmware adds functions,
 * and the only way: the engine reads its library from flash. Runs on the computer that builds.
 */
#include <string.h>

#define main mqjs_stdlib_main
#include "mqjs_stdlib.c"
#undef main

/* The host binding of boards/mquickjs. */
static const JSPropDef wixt_udp[] = {
    JS_CFUNC_DEF("open", 3, wixt_udp_open),
    JS_CFUNC_DEF("send", 5, wixt_udp_send),
    JS_CFUNC_DEF("receive", 4, wixt_udp_receive),
    JS_CFUNC_DEF("close", 1, wixt_udp_close),
    JS_CFUNC_DEF("resolve", 1, wixt_udp_resolve),
    /* Only the tests need it: a network that goes away. */
    JS_CFUNC_DEF("breakDown", 1, wixt_udp_break_down),
    JS_PROP_END,
};

static const JSClassDef wixt_udp_object = JS_OBJECT_DEF("Udp", wixt_udp);

static const JSPropDef wixt_global[] = {
    JS_PROP_CLASS_DEF("udp", &wixt_udp_object),
    /* Only the tests need them: bytes in use, the end. */
    JS_CFUNC_DEF("memory", 1, wixt_memory),
    JS_CFUNC_DEF("quit", 0, wixt_quit),
    JS_PROP_END,
};

static int count(const JSPropDef *list)
{
    int n = 0;
    while (list[n].def_type != JS_DEF_END)
        n++;
    return n;
}

int main(int argc, char **argv)
{
    int own = count(js_global_object);
    int more = count(wixt_global);
    JSPropDef *all = calloc(own + more + 1, sizeof(JSPropDef));
    memcpy(all, js_global_object, own * sizeof(JSPropDef));
    memcpy(all + own, wixt_global, more * sizeof(JSPropDef));
    return build_atoms("js_stdlib", all, js_c_function_decl, argc, argv);
}
