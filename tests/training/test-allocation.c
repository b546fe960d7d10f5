/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training step takes no memory: not with any layer, any optimizer, nor with what is done to gradients. */
#include <stdlib.h>

#include "fixture.h"
#include "network/layer.h"
#include "optim/optimizer.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define CANNOT_COUNT
#endif

static guint n_allocations;

#ifndef CANNOT_COUNT
/* All memory of the program is taken here, in front of the C library's own functions. */
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *block, size_t size);
void *__libc_memalign (size_t alignment, size_t size);

void *
malloc (size_t size)
{
  n_allocations++;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  n_allocations++;
  return __libc_calloc (n, size);
}

void *
realloc (void *block, size_t size)
{
  n_allocations++;
  return __libc_realloc (block, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  n_allocations++;
  return __libc_memalign (alignment, size);
}
#endif

/* After the first two updates, over an end of an epoch. */
static void
check (const char *const *settings)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  EtudeRecord record;
  guint before;

  for (guint i = 0; i < 2; i++)
    etude_trainer_step (trainer, &record);
  before = n_allocations;
  for (guint i = 0; i < 2 * etude_trainer_get_updates_per_epoch (trainer); i++)
    etude_trainer_step (trainer, &record);
  g_assert_cmpuint (n_allocations - before, ==, 0);
}

static gboolean
can_count (void)
{
#ifdef CANNOT_COUNT
  g_test_skip ("the sanitizer has the memory functions");
  return FALSE;
#else
  guint before = n_allocations;

  g_free (g_malloc (1000));
  g_assert_cmpuint (n_allocations, ==, before + 1);
  return TRUE;
#endif
}

static void
test_optimizers (void)
{
  if (!can_count ())
    return;
  for (guint i = 0; etude_optimizer_group.kinds[i] != NULL; i++)
    {
      const char *const settings[] = { "optimizer", etude_optimizer_group.kinds[i]->id, "dataset.samples", "100", NULL };

      g_test_message ("%s", settings[1]);
      check (settings);
    }
}

/* Each in front of what makes the outputs; the data are images. A block needs layers that keep their size. */
static char *
make_layers (const char *id)
{
  if (g_str_equal (id, "residual"))
    return g_strdup ("[{\"kind\":\"residual\",\"layers\":[{\"kind\":\"conv2d\",\"padding\":1},\"batch_norm\"]},\"flatten\",\"dense\"]");
  if (g_str_equal (id, "dense"))
    return g_strdup ("[{\"kind\":\"dense\",\"units\":8},\"dense\"]");
  return g_strdup_printf ("[\"%s\",\"flatten\",\"dense\"]", id);
}

static void
test_layers (void)
{
  if (!can_count ())
    return;
  for (guint i = 0; etude_layer_group.kinds[i] != NULL; i++)
    {
      g_autofree char *layers = make_layers (etude_layer_group.kinds[i]->id);
      const char *const settings[] = { "dataset", "digits", "network.layers", layers, "training.batch_size", "100", NULL };

      g_test_message ("%s", layers);
      check (settings);
    }
}

static void
test_gradients (void)
{
  static const char *const settings[] = {
    "training.accumulate", "3", "training.clip_norm", "1", "training.clip_value", "1", "training.l1", "0.1", "training.ema", "0.9",
    "dataset.samples", "100", "training.batch_size", "8", NULL
  };

  if (can_count ())
    check (settings);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocation/optimizers", test_optimizers);
  g_test_add_func ("/allocation/layers", test_layers);
  g_test_add_func ("/allocation/gradients", test_gradients);
  return g_test_run ();
}
