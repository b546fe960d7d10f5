/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Aligned, zeroed also where memory is used again, and usable to the last byte. */
static void
test_block (void)
{
  static const gsize sizes[] = { 0, 1, 3, 63, 64, 65, 1000, 4096, 100001, 3 << 20 };

  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        GError *error = NULL;
        guint8 *block = etude_memory_try_new (sizes[i], 1, "the test", &error);

        g_assert_no_error (error);
        g_assert_nonnull (block);
        g_assert_cmpuint ((guintptr) block % ETUDE_ALIGNMENT, ==, 0);
        for (gsize k = 0; k < sizes[i]; k++)
          g_assert_cmpuint (block[k], ==, 0);
        memset (block, 0xa5, sizes[i]);
        etude_memory_free (block);
      }
  etude_memory_free (NULL);
}

/* A product that does not fit is refused, whichever way round, and never taken modulo 2^64. */
static void
test_overflow (void)
{
  static const struct { gsize n, size; } cases[] = {
    { G_MAXSIZE, 1 }, { 1, G_MAXSIZE }, { G_MAXSIZE, G_MAXSIZE }, { G_MAXSIZE / 2 + 1, 2 },
    { G_MAXSIZE / 8 + 1, 8 }, { (gsize) 1 << 32, (gsize) 1 << 32 }, { G_MAXSIZE - 62, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (etude_memory_try_new (cases[i].n, cases[i].size, "the test", &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
      g_assert_true (g_str_has_prefix (error->message, "the test would need "));
    }
}

/* The limit itself is allowed, one byte more is not; 0 brings the default back. */
static void
test_limit (void)
{
  gsize before = etude_memory_get_limit ();
  g_autoptr (GError) error = NULL;
  gpointer block;

  g_assert_cmpuint (before, >=, 1 << 20);
  g_assert_cmpuint (before, <=, (gsize) 2 << 30);
  etude_memory_set_limit (1000);
  g_assert_cmpuint (etude_memory_get_limit (), ==, 1000);
  block = etude_memory_try_new (250, 4, "the test", &error);
  g_assert_no_error (error);
  etude_memory_free (block);
  g_assert_null (etude_memory_try_new (1001, 1, "the test", &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
  g_assert_cmpstr (error->message, ==,
                   "the test would need 1001 elements of 1 bytes, more than the limit of 1000 bytes");
  etude_memory_set_limit (0);
  g_assert_cmpuint (etude_memory_get_limit (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/block", test_block);
  g_test_add_func ("/memory/overflow", test_overflow);
  g_test_add_func ("/memory/limit", test_limit);
  return g_test_run ();
}
