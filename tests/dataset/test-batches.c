/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/error.h"
#include "dataset/batches.h"

/* Each epoch gives every sample once; only the last batch may be smaller, and drop_last drops it. */
static void
test_epochs (void)
{
  static const struct { gsize n, size; } cases[] = { { 10, 3 }, { 12, 4 }, { 5, 8 }, { 1, 1 }, { 700, 32 } };

  for (guint i = 0; i < 4 * G_N_ELEMENTS (cases); i++)
    {
      gsize n = cases[i / 4].n, size = cases[i / 4].size, n_batches;
      gboolean is_shuffled = i % 2, drops = i / 2 % 2;
      EtudeBatches batches;

      n_batches = etude_batches_per_epoch (n, size, drops);
      if (n_batches == 0)
        continue;
      g_assert_true (etude_batches_init (&batches, n, size, 1, is_shuffled, drops, 3, NULL));
      for (guint epoch = 0; epoch < 3; epoch++)
        {
          g_autofree guint8 *seen = g_new0 (guint8, n);
          gsize total = 0;

          for (gsize k = 0; k < n_batches; k++)
            {
              gsize length;
              const guint32 *rows = etude_batches_next (&batches, &length);

              if (k + 1 < n_batches || drops)
                g_assert_cmpuint (length, ==, size);
              for (gsize j = 0; j < length; j++)
                {
                  g_assert_cmpuint (seen[rows[j]]++, ==, 0);
                  if (!is_shuffled)
                    g_assert_cmpuint (rows[j], ==, total + j);
                }
              total += length;
            }
          g_assert_cmpuint (total, ==, drops ? n / size * size : n);
        }
      etude_batches_clear (&batches);
    }
}

static void
test_per_epoch (void)
{
  g_assert_cmpuint (etude_batches_per_epoch (700, 32, FALSE), ==, 22);
  g_assert_cmpuint (etude_batches_per_epoch (700, 32, TRUE), ==, 21);
  g_assert_cmpuint (etude_batches_per_epoch (64, 32, FALSE), ==, 2);
  g_assert_cmpuint (etude_batches_per_epoch (5, 8, TRUE), ==, 0);
}

/* Epochs differ from each other, seeds from each other, and the same seed is the same. */
static void
test_order (void)
{
  guint32 orders[4][100];

  for (guint i = 0; i < 3; i++)
    {
      EtudeBatches batches;
      gsize length;

      g_assert_true (etude_batches_init (&batches, 100, 100, 1, TRUE, FALSE, i == 1 ? 8 : 7, NULL));
      memcpy (orders[i], etude_batches_next (&batches, &length), sizeof orders[i]);
      memcpy (orders[3], etude_batches_next (&batches, &length), sizeof orders[3]);
      etude_batches_clear (&batches);
    }
  g_assert_cmpint (memcmp (orders[0], orders[1], sizeof orders[0]), !=, 0);
  g_assert_cmpmem (orders[0], sizeof orders[0], orders[2], sizeof orders[2]);
  g_assert_cmpint (memcmp (orders[2], orders[3], sizeof orders[2]), !=, 0);
}

/* From any position, others go on with the same batches. */
static void
test_resume (void)
{
  for (guint stop = 0; stop < 40; stop++)
    {
      EtudeBatches straight, resumed;
      EtudeBatchesPosition position;
      gsize n, m;

      g_assert_true (etude_batches_init (&straight, 33, 5, 1, TRUE, stop % 2, 6, NULL));
      g_assert_true (etude_batches_init (&resumed, 33, 5, 1, TRUE, stop % 2, 999, NULL));
      for (guint i = 0; i < stop; i++)
        etude_batches_next (&straight, &n);
      etude_batches_get_position (&straight, &position);
      g_assert_true (etude_batches_resume (&resumed, &position));
      for (guint i = 0; i < 30; i++)
        {
          const guint32 *a = etude_batches_next (&straight, &n);
          const guint32 *b = etude_batches_next (&resumed, &m);

          g_assert_cmpmem (a, n * sizeof *a, b, m * sizeof *b);
        }
      etude_batches_clear (&straight);
      etude_batches_clear (&resumed);
    }
}

static void
test_refused (void)
{
  static const struct { gsize n, size; const char *message; } cases[] = {
    { 5, 8, "training.batch_size: found 8, expected from 1 to the 5 samples to train on" },
    { 5, 0, "training.batch_size: found 0, expected from 1 to the 5 samples to train on" },
    { 0, 8, "training.batch_size: found 8, expected from 1 to the 0 samples to train on" },
  };
  EtudeBatchesPosition wrong = { 0, 7, { { 1, 2, 3, 4 }, 0, FALSE } };
  EtudeBatches batches;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_batches_init (&batches, cases[i].n, cases[i].size, 1, TRUE, TRUE, 1, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      etude_batches_clear (&batches);
    }
  g_assert_true (etude_batches_init (&batches, 33, 5, 1, TRUE, FALSE, 6, NULL));
  g_assert_false (etude_batches_resume (&batches, &wrong));
  wrong.first = 40;
  g_assert_false (etude_batches_resume (&batches, &wrong));
  etude_batches_clear (&batches);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batches/epochs", test_epochs);
  g_test_add_func ("/batches/per-epoch", test_per_epoch);
  g_test_add_func ("/batches/order", test_order);
  g_test_add_func ("/batches/resume", test_resume);
  g_test_add_func ("/batches/refused", test_refused);
  return g_test_run ();
}
