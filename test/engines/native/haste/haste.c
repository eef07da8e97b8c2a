/*
 * Espruino for Linux looks at its serial ports every 50 ms while nothing moves there, and a byte that comes meanwhile waits. A chip has an
 * interrupt for it. Loaded before a program (LD_PRELOAD), this cuts its pauses to half a millisecond; what waits for files is left alone.
 */
#define _GNU_SOURCE
#include <sys/select.h>
#include <time.h>

#define LONGEST_US 500

int select(int n, fd_set *in, fd_set *out, fd_set *errors, struct timeval *limit)
{
    struct timespec wait;
    if (!limit)
        return pselect(n, in, out, errors, NULL, NULL);
    wait.tv_sec = limit->tv_sec;
    wait.tv_nsec = limit->tv_usec * 1000;
    if (!n && (limit->tv_sec || limit->tv_usec > LONGEST_US)) {
        wait.tv_sec = 0;
        wait.tv_nsec = LONGEST_US * 1000;
    }
    return pselect(n, in, out, errors, &wait, NULL);
}
