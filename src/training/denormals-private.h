/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Numbers too small for a full mantissa cost many times as much on some processors and matter to
 * no training, so they are zero while a network computes. The state is the thread's and is put back,
 * so that all threads, and whoever calls the trainer, get the same bits. */

#ifdef __SSE__
#include <xmmintrin.h>

#define FLUSH_TO_ZERO_AND_DENORMALS_ARE_ZERO 0x8040u

static inline unsigned
etude_denormals_flush (void)
{
  unsigned before = _mm_getcsr ();

  _mm_setcsr (before | FLUSH_TO_ZERO_AND_DENORMALS_ARE_ZERO);
  return before;
}

static inline void
etude_denormals_restore (unsigned before)
{
  _mm_setcsr (before);
}
#else
static inline unsigned
etude_denormals_flush (void)
{
  return 0;
}

static inline void
etude_denormals_restore (unsigned before)
{
}
#endif
