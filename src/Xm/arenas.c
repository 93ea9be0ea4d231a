/*
 * Linked into the native xm, and run before the runtime starts. The C library reserves 128 MiB of address space, for a moment, for the heap of
 * each new thread; the collector reserves half of what RLIMIT_AS allows. Under a limit of 256 MiB it was a matter of luck whether both fitted,
 * and where they did not, the runtime ended without a word. One heap does for all of xm's threads.
 */
#include <malloc.h>

__attribute__((constructor)) static void use_one_arena(void)
{
    mallopt(M_ARENA_MAX, 1);
}
