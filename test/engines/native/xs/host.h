/* The two halves of the host: engine.c knows XS from inside, io.c and timers.c its public interface. */
#ifndef WIXT_HOST
#define WIXT_HOST

struct sxMachine;

/* engine.c */

/* Bytes of slots and chunks in use, after a collection; and how many of stack and heap together were taken so far. */
int memory_used(struct sxMachine *the);
int memory_taken(struct sxMachine *the);
/* Slots of the stack in use when it was deepest. */
int stack_used(struct sxMachine *the);
/* Runs the jobs of promises that wait. */
void run_promises(struct sxMachine *the);

/* io.c */

/* Makes the host's functions global. */
void build_globals(struct sxMachine *the);
/* Runs a line of input as a script. */
void run_line(struct sxMachine *the, char *text);
/* Until no timer and no socket is left; with `lines`, until standard input ends, whose lines are run. */
void loop(struct sxMachine *the, int lines);

#endif
