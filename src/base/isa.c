/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/isa.h"

#include <string.h>

static const char *const names[] = { "plain", "baseline", "v3", "v4" };

/* An EtudeIsa, or below 0 before the first use. */
static gint chosen = -1;

/**
 * etude_isa_is_supported:
 * @isa: an instruction set
 *
 * Returns: whether this processor has it
 */
gboolean
etude_isa_is_supported (EtudeIsa isa)
{
#ifdef __x86_64__
  switch (isa)
    {
    case ETUDE_ISA_PLAIN:
    case ETUDE_ISA_BASELINE:
      return TRUE;
    case ETUDE_ISA_V3:
      return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
             && __builtin_cpu_supports ("bmi2");
    case ETUDE_ISA_V4:
      return etude_isa_is_supported (ETUDE_ISA_V3)
             && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
             && __builtin_cpu_supports ("avx512cd") && __builtin_cpu_supports ("avx512dq")
             && __builtin_cpu_supports ("avx512vl");
    }
#endif
  return isa == ETUDE_ISA_PLAIN;
}

static EtudeIsa
choose (void)
{
  const char *wanted = g_getenv ("ETUDE_ISA");
  EtudeIsa best = ETUDE_ISA_PLAIN;

  for (EtudeIsa isa = ETUDE_ISA_BASELINE; isa <= ETUDE_ISA_V4; isa++)
    if (etude_isa_is_supported (isa))
      {
        best = isa;
        if (wanted != NULL && strcmp (wanted, names[isa]) == 0)
          return isa;
      }
  return best;
}

/**
 * etude_isa_get:
 *
 * The widest instruction set of this processor, or the one that the environment variable
 * ETUDE_ISA (baseline, v3 or v4) names, if the processor has it. Any thread; chosen once.
 *
 * Returns: the instruction set to use
 */
EtudeIsa
etude_isa_get (void)
{
  gint isa = g_atomic_int_get (&chosen);

  if (isa < 0)
    {
      isa = (gint) choose ();
      g_atomic_int_set (&chosen, isa);
    }
  return (EtudeIsa) isa;
}

/**
 * etude_isa_set:
 * @isa: one that this processor has
 *
 * For tests: what is made from now on uses @isa.
 */
void
etude_isa_set (EtudeIsa isa)
{
  g_return_if_fail (etude_isa_is_supported (isa));
  g_atomic_int_set (&chosen, (gint) isa);
}

/**
 * etude_isa_to_string:
 * @isa: an instruction set
 *
 * Returns: (transfer none): its name, as ETUDE_ISA has it
 */
const char *
etude_isa_to_string (EtudeIsa isa)
{
  g_return_val_if_fail ((guint) isa < G_N_ELEMENTS (names), NULL);
  return names[isa];
}
