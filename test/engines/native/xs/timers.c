/* Timers as Moddable's `System` has them. */
#include "io.h"

#define MAX_TIMERS 16

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000.0 + ts.tv_nsec / 1e6;
}

/* Timers. The callback is handed the timer, which is an object. */

typedef struct {
    int set;
    double due, every;
    xsSlot self, callback;
} Timer;

static Timer timers[MAX_TIMERS];

static void clear_timer(xsMachine *the, Timer *t)
{
    if (!t->set)
        return;
    t->set = 0;
    xsSetHostData(xsAccess(t->self), NULL);
    xsForget(t->self);
    xsForget(t->callback);
}

static void start_timer(xsMachine *the, int repeat)
{
    double ms = xsToInteger(xsArgc) > 1 ? xsToNumber(xsArg(1)) : 0;
    int i;
    for (i = 0; i < MAX_TIMERS && timers[i].set; i++)
        ;
    if (i == MAX_TIMERS)
        xsRangeError("too many timers");
    if (!(ms > 0))
        ms = 0;
    timers[i].set = 1;
    timers[i].due = now_ms() + ms;
    timers[i].every = repeat ? (ms > 1 ? ms : 1) : 0;
    xsResult = xsNewHostObject(NULL);
    xsSetHostData(xsResult, &timers[i]);
    timers[i].self = xsResult;
    timers[i].callback = xsArg(0);
    xsRemember(timers[i].self);
    xsRemember(timers[i].callback);
}

void set_timeout(xsMachine *the)
{
    start_timer(the, 0);
}

void set_interval(xsMachine *the)
{
    start_timer(the, 1);
}

/* Nothing happens for a timer that has been. */
void end_timer(xsMachine *the)
{
    Timer *t = xsGetHostData(xsArg(0));
    if (t)
        clear_timer(the, t);
}

int run_timer(xsMachine *machine)
{
    double wait;
    int i, first = -1;
    for (i = 0; i < MAX_TIMERS; i++)
        if (timers[i].set && (first < 0 || timers[i].due < timers[first].due))
            first = i;
    if (first < 0)
        return -1;
    wait = timers[first].due - now_ms();
    if (wait > 0)
        return wait > 60000 ? 60000 : (int)wait + 1;
    xsBeginHost(machine);
    {
        Timer *t = &timers[first];
        xsVars(2);
        xsVar(0) = xsAccess(t->self);
        xsVar(1) = xsAccess(t->callback);
        if (t->every)
            t->due += t->every;
        else
            clear_timer(the, t);
        xsCallFunction1(xsVar(1), xsGlobal, xsVar(0));
    }
    xsEndHost(machine);
    return 0;
}
