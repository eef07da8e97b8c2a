/* What XS asks of the machine that it is built for: POSIX, no debugger, no snapshots. */
#ifndef WIXT_PLATFORM
#define WIXT_PLATFORM

#undef mxLittleEndian
#define mxLittleEndian 1
#undef mxLinux
#define mxLinux 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1
#define mxCESU8 1
#if INTPTR_MAX == INT64_MAX
#define mx32bitID 1
#endif

#define mxUseDefaultMachinePlatform 1
#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1

/* Promise jobs wait. The rest is for shared chunks, which nobody uses. */
#define mxMachinePlatform \
    int promiseJobs; \
    void *waiterCondition; \
    void *waiterData; \
    void *waiterLink;

#endif
