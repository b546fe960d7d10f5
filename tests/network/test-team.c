/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that share a step: all parts are made once, and their number shows in no bit. */
#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "base/random.h"
#include "network-fixture.h"
#include "network/network-private.h"
#include "optim/optimizer.h"

#define MOST_THREADS 3
#define MOST_PARTS 30
#define N_RUNS 3000

/* --- the team -------------------------------------------------------------------------------- */

typedef struct
{
  guint n_made[MOST_PARTS];
  guint makers[MOST_PARTS];
  float products[MOST_PARTS];
  volatile float small;
  _Atomic guint n_present;
  guint n_wanted;
} Work;

static void
make_part (gconstpointer data, gsize part, guint member)
{
  Work *self = (Work *) data;

  g_assert_cmpuint (member, <, MOST_THREADS);
  self->n_made[part]++;
  self->makers[part] = member;
  self->products[part] = self->small * 0.5f;
}

/* However the parts fall to the threads, asleep or not, each is made, once, and seen by the caller, whose own
 * are the first ones: from layer to layer it keeps to the same samples. */
static void
test_parts (void)
{
  g_autoptr (EtudeTeam) team = etude_team_new (MOST_THREADS, 0);
  EtudeRandom random;

  g_assert_cmpuint (etude_team_get_n_members (team), ==, MOST_THREADS);
  etude_random_init (&random, 1, ETUDE_STREAM_DATA);
  for (guint i = 0; i < N_RUNS; i++)
    {
      Work work = { .small = 1 };
      gsize n = etude_random_below (&random, MOST_PARTS + 1);

      etude_team_run (team, n, make_part, &work);
      for (gsize part = 0; part < MOST_PARTS; part++)
        {
          g_assert_cmpuint (work.n_made[part], ==, part < n);
          g_assert_false (part > 0 && part < n && work.makers[part] == 0 && work.makers[part - 1] != 0);
        }
      if (i % 1000 == 0)
        g_usleep (1000);
    }
}

/* Keeps its thread until all others have a part too. */
static void
meet (gconstpointer data, gsize part, guint member)
{
  Work *self = (Work *) data;

  make_part (data, part, member);
  atomic_fetch_add (&self->n_present, 1);
  while (atomic_load (&self->n_present) < self->n_wanted)
    g_usleep (100);
}

/* All members work, each in a room of its own, and treat denormals as the caller does. */
static void
test_members (void)
{
  g_autoptr (EtudeTeam) team = etude_team_new (MOST_THREADS, 100);

  g_assert_true (etude_team_get_room (team, 2) == etude_team_get_room (team, 1) + 100);
#ifdef __SSE__
  for (guint flush = 0; flush < 2; flush++)
    {
      unsigned before = _mm_getcsr ();
      Work work = { .small = FLT_MIN, .n_wanted = MOST_THREADS };

      _mm_setcsr (flush ? before | 0x8040 : before);
      etude_team_run (team, MOST_THREADS, meet, &work);
      _mm_setcsr (before);
      for (guint part = 0; part < MOST_THREADS; part++)
        {
          g_assert_cmpuint (work.n_made[part], ==, 1);
          g_assert_true ((work.products[part] == 0) == flush);
        }
    }
#endif
}

/* --- networks -------------------------------------------------------------------------------- */

#define N_CLASSES 10
#define N_SAMPLES 150
#define N_STEPS 5

typedef struct
{
  EtudeShape input;
  gsize batch;
  const char *layers;
} Case;

static const Case dense = {
  { 1, { 300 } }, 100,
  "dense units=260 lr_scale=0.5;relu;dropout p=0.2;dense units=70 bias=false;tanh;"
  "dense units=200 frozen=true;layer_norm;gelu;"
  "residual;dense",
};
static const Case images = {
  { 3, { 3, 20, 18 } }, 33,
  "conv2d out_channels=20 padding=1 weight_decay=0.1;relu;max_pool2d;batch_norm;"
  "conv2d out_channels=36 kernel_size=3,2 dilation=1,2;"
  "sigmoid;dropout;conv2d out_channels=6 groups=2 kernel_size=1 bias=false;silu;avg_pool2d kernel_size=2 padding=1;"
  "conv2d out_channels=48;relu;max_pool2d kernel_size=2 stride=1;conv2d out_channels=16 kernel_size=1;global_avg_pool2d;"
  "flatten;dense",
};
static const Case rows = { { 3, { 1, 20, 18 } }, 64, "dense units=15;relu;dense" };

typedef struct
{
  float *inputs;
  gint32 labels[N_SAMPLES];
  gsize n_inputs;
} Data;

static void
make_data (Data *data, const EtudeShape *shape)
{
  EtudeRandom random;

  data->n_inputs = shape->size[0] * (shape->n_dims == 3 ? shape->size[1] * shape->size[2] : 1);
  data->inputs = g_new (float, N_SAMPLES * data->n_inputs);
  etude_random_init (&random, 4, ETUDE_STREAM_DATA);
  for (gsize i = 0; i < N_SAMPLES * data->n_inputs; i++)
    data->inputs[i] = (float) etude_random_normal (&random);
  for (gsize i = 0; i < N_SAMPLES; i++)
    data->labels[i] = (gint32) etude_random_below (&random, N_CLASSES);
}

static void
keep (GByteArray *found, gconstpointer numbers, gsize size)
{
  g_byte_array_append (found, numbers, (guint) size);
}

/* One way forward and back. */
static void
keep_gradients (EtudeNetwork *network, const Case *c, const Data *data, GByteArray *found)
{
  gsize n = c->batch, n_numbers = etude_network_get_n_numbers (network);
  g_autofree EtudeReal *y = g_new (EtudeReal, n * N_CLASSES);
  g_autofree EtudeReal *dx = g_new (EtudeReal, n * data->n_inputs);
  g_autofree EtudeReal *gradients = g_new0 (EtudeReal, n_numbers);

  etude_network_forward (network, n, TRUE, data->inputs, y);
  etude_network_backward (network, n, y, dx);
  etude_network_export_gradients (network, gradients);
  keep (found, y, n * N_CLASSES * sizeof *y);
  keep (found, dx, n * data->n_inputs * sizeof *dx);
  keep (found, gradients, n_numbers * sizeof *gradients);
}

static EtudeOptimizer *
make_optimizer (EtudeNetwork *network)
{
  gsize n, n_groups;
  EtudeReal *weights = etude_network_get_weights (network, &n);
  const EtudeWeightGroup *groups = etude_network_get_groups (network, &n_groups);
  EtudeOptimizer *optimizer;
  EtudeObject object;

  etude_object_init (&object, etude_group_find (&etude_optimizer_group, "adamw"));
  optimizer = etude_optimizer_new (&object, weights, n, NULL);
  g_assert_true (etude_optimizer_set_groups (optimizer, groups, n_groups, NULL));
  etude_object_clear (&object);
  return optimizer;
}

/* Some updates during the way back, and an evaluation. */
static void
keep_training (EtudeNetwork *network, const Case *c, const Data *data, GByteArray *found)
{
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer (network);
  gsize n = etude_network_get_n_numbers (network);
  g_autofree EtudeReal *numbers = g_new (EtudeReal, n);
  EtudeGoal goal = { N_CLASSES, 0 };
  g_auto (EtudeTally) tally = { 0 };

  for (gsize i = 0; i < N_STEPS; i++)
    {
      EtudeBatch batch = { data->inputs, data->labels, NULL, NULL, 7 * i, c->batch - i };
      double loss;

      etude_optimizer_begin (optimizer, 0.01);
      loss = etude_network_step (network, &batch, etude_optimizer_step_range, optimizer);
      g_assert_true (isfinite (loss));
      keep (found, &loss, sizeof loss);
    }
  etude_tally_init (&tally, &goal, TRUE);
  etude_network_evaluate (network, &(EtudeBatch) { data->inputs, data->labels, NULL, NULL, 0, N_SAMPLES }, &tally);
  keep (found, &(double) { etude_tally_get_loss (&tally) }, sizeof (double));
  etude_network_export_weights (network, numbers);
  keep (found, numbers, n * sizeof *numbers);
}

static void
test_bits (gconstpointer user_data)
{
  const Case *c = user_data;
  g_autoptr (GByteArray) alone = NULL;
  Data data;

  make_data (&data, &c->input);
  for (guint n_threads = 1; n_threads <= MOST_THREADS; n_threads++)
    {
      g_autoptr (EtudeNetwork) network = make_network (c->layers, &c->input, N_CLASSES, c->batch, etude_isa_get ());
      g_autoptr (GByteArray) found = g_byte_array_new ();

      etude_network_share (network, n_threads, 0, 0);
      g_assert_true ((network->team != NULL) == (n_threads > 1));
      keep_gradients (network, c, &data, found);
      keep_training (network, c, &data, found);
      if (alone == NULL)
        alone = g_steal_pointer (&found);
      else
        g_assert_cmpmem (alone->data, alone->len, found->data, found->len);
    }
  g_free (data.inputs);
}

/* Only networks whose steps are large enough get threads, and only those steps are shared. */
static void
test_limit (void)
{
  EtudeShape input = { 1, { 300 } };
  g_autoptr (EtudeNetwork) small = make_network ("dense", &input, N_CLASSES, 100, etude_isa_get ());
  g_autoptr (EtudeNetwork) large = make_network ("dense units=1000;relu;dense", &input, N_CLASSES, 100, etude_isa_get ());
  Data data;

  make_data (&data, &input);
  etude_network_set_threads (small, 2);
  g_assert_null (small->team);
  etude_network_set_threads (large, 2);
  g_assert_nonnull (large->team);
  for (gsize n = 1; n <= 100; n += 99)
    {
      EtudeBatch batch = { data.inputs, data.labels, NULL, NULL, 0, n };

      etude_network_step (large, &batch, NULL, NULL);
      g_assert_true (large->shares == (n == 100));
    }
  etude_network_set_threads (large, 1);
  g_assert_null (large->team);
  g_free (data.inputs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/team/parts", test_parts);
  g_test_add_func ("/team/members", test_members);
  g_test_add_data_func ("/team/bits/dense", &dense, test_bits);
  g_test_add_data_func ("/team/bits/images", &images, test_bits);
  g_test_add_data_func ("/team/bits/rows", &rows, test_bits);
  g_test_add_func ("/team/limit", test_limit);
  return g_test_run ();
}
