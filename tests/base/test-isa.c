/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kernels are chosen. The choice is made once in a process, so each case has one of its own. */
#include "base/isa.h"

static EtudeIsa
widest (void)
{
  EtudeIsa best = ETUDE_ISA_PLAIN;

  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    if (etude_isa_is_supported (isa))
      best = isa;
  return best;
}

/* The one that is named where the processor has it, else the widest. */
static void
test_environment (gconstpointer data)
{
  const char *name = data;
  EtudeIsa expected = widest ();

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("ETUDE_ISA", name, TRUE);
  for (EtudeIsa isa = ETUDE_ISA_BASELINE; isa <= ETUDE_ISA_V4; isa++)
    if (etude_isa_is_supported (isa) && g_str_equal (name, etude_isa_to_string (isa)))
      expected = isa;
  g_assert_cmpint (etude_isa_get (), ==, expected);
  g_setenv ("ETUDE_ISA", "baseline", TRUE);
  g_assert_cmpint (etude_isa_get (), ==, expected);
}

/* What a wider one has, the narrower one has too; a set one stays. */
static void
test_order (void)
{
  g_assert_true (etude_isa_is_supported (ETUDE_ISA_PLAIN));
  for (EtudeIsa isa = ETUDE_ISA_BASELINE; isa <= ETUDE_ISA_V4; isa++)
    if (etude_isa_is_supported (isa))
      {
        g_assert_true (etude_isa_is_supported (isa - 1));
        etude_isa_set (isa);
        g_assert_cmpint (etude_isa_get (), ==, isa);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/isa/environment/baseline", "baseline", test_environment);
  g_test_add_data_func ("/isa/environment/v3", "v3", test_environment);
  g_test_add_data_func ("/isa/environment/v4", "v4", test_environment);
  g_test_add_data_func ("/isa/environment/unknown", "v5", test_environment);
  g_test_add_data_func ("/isa/environment/empty", "", test_environment);
  g_test_add_func ("/isa/order", test_order);
  return g_test_run ();
}
