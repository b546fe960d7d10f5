/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: bench-peak [--seconds S]
 *
 * The peak of the instruction set that Etude chooses: additions and multiplications a second of one
 * thread that does nothing else, in so many independent chains that none waits for itself. For each
 * line on standard input one slice is measured and answered with a line of JSON; without input once.
 */
#include <stdio.h>
#include <unistd.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/isa.h"
#include "base/number.h"

#define N_CHAINS 12
#define N_TURNS 20000

/* x = x a + b in chains of vectors, in functions whose callers do not see that nothing ever changes. */
#define CHAINS(Vector, MULTIPLY_ADD) \
  Vector x[N_CHAINS], a = (Vector) { 0 } + 0.999f, b = (Vector) { 0 } + 0.001f; \
  _Pragma ("GCC unroll 12") \
  for (int i = 0; i < N_CHAINS; i++) \
    x[i] = b * (float) i; \
  for (int turn = 0; turn < N_TURNS; turn++) \
    { \
      _Pragma ("GCC unroll 12") \
      for (int i = 0; i < N_CHAINS; i++) \
        x[i] = MULTIPLY_ADD (x[i], a, b); \
    } \
  for (int i = 1; i < N_CHAINS; i++) \
    x[0] += x[i]; \
  return x[0][0]

#ifdef __x86_64__
__attribute__ ((target ("avx512f"), noipa)) static float
chains_v4 (void)
{
  CHAINS (__m512, _mm512_fmadd_ps);
}

__attribute__ ((target ("avx2,fma"), noipa)) static float
chains_v3 (void)
{
  CHAINS (__m256, _mm256_fmadd_ps);
}
#endif

typedef float Four __attribute__ ((vector_size (16)));

#define FOUR_MULTIPLY_ADD(x, a, b) ((x) * (a) + (b))

__attribute__ ((noipa)) static float
chains_baseline (void)
{
  CHAINS (Four, FOUR_MULTIPLY_ADD);
}

static double
measure (double seconds)
{
  gint64 start = g_get_monotonic_time (), now;
  double n = 0;
  volatile float sink;

  do
    {
      double lanes = 4;

      switch (etude_isa_get ())
        {
#ifdef __x86_64__
        case ETUDE_ISA_V4:
          sink = chains_v4 ();
          lanes = 16;
          break;
        case ETUDE_ISA_V3:
          sink = chains_v3 ();
          lanes = 8;
          break;
#else
        case ETUDE_ISA_V4:
        case ETUDE_ISA_V3:
#endif
        case ETUDE_ISA_BASELINE:
        case ETUDE_ISA_PLAIN:
          sink = chains_baseline ();
          break;
        }
      n += 2 * lanes * N_CHAINS * N_TURNS;
      now = g_get_monotonic_time ();
    }
  while ((double) (now - start) < seconds * 1e6);
  (void) sink;
  return n * 1e6 / (double) (now - start);
}

static void
answer (double seconds)
{
  char peak[ETUDE_NUMBER_SIZE];

  etude_number_write (peak, measure (seconds));
  printf ("{\"program\":\"peak\",\"isa\":\"%s\",\"flops_per_s\":%s}\n", etude_isa_to_string (etude_isa_get ()), peak);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  double seconds = 0.1;
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of a slice", "S" },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  char line[80];

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "bench-peak: %s\n", error->message);
      return 2;
    }
  if (isatty (STDIN_FILENO))
    answer (seconds);
  else
    while (fgets (line, sizeof line, stdin) != NULL)
      answer (seconds);
  return 0;
}
