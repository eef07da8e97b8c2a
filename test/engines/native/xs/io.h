/* What stands on XS's public interface. */
#ifndef WIXT_IO
#define WIXT_IO

#include "xs.h"
#include "host.h"

/* timers.c: System.setTimeout, setInterval, clearTimeout and clearInterval. */

void set_timeout(xsMachine *the);
void set_interval(xsMachine *the);
void end_timer(xsMachine *the);
/* Runs what is due, one; returns the ms until the next, -1 when there is none. */
int run_timer(xsMachine *machine);

#endif
