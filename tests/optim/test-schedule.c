/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "optim/schedule.h"

#include <math.h>

#define N_STEPS 40

/* Sets the parameters of a schedule from "key=value key=value"; "warmup=" is followed by keys of it. */
static EtudeSchedule *
make (const char *id, const char *settings, double lr, guint64 n_steps, guint64 updates_per_epoch)
{
  g_auto (GStrv) parts = g_strsplit (settings, " ", -1);
  EtudeObject value, *target = &value;
  EtudeSchedule *schedule;
  GError *error = NULL;

  etude_object_init (&value, etude_group_find (&etude_schedule_group, id));
  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);

      if (g_str_equal (pair[0], "warmup"))
        {
          target = &((EtudeScheduleCommon *) value.data)->warmup;
          etude_object_init (target, etude_group_find (&etude_warmup_group, pair[1]));
        }
      else
        {
          const EtudeParam *param = etude_kind_find_param (target->kind, pair[0]);

          g_assert_nonnull (param);
          etude_param_read (param, pair[1], etude_param_field (param, target->data), &error);
          g_assert_no_error (error);
        }
    }
  schedule = etude_schedule_new (&value, lr, n_steps, updates_per_epoch, &error);
  g_assert_no_error (error);
  etude_object_clear (&value);
  return schedule;
}

/* The row of the reference that begins with this name. */
static void
read_reference (const char *name, double rates[N_STEPS])
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "reference", "torch1131_schedules.csv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GError *error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = NULL;
      const char *line = *lines[i] == '"' ? lines[i] + 1 : lines[i];
      guint n;

      if (!g_str_has_prefix (line, name))
        continue;
      cells = g_strsplit (lines[i], ",", -1);
      n = g_strv_length (cells);
      for (guint t = 0; t < N_STEPS; t++)
        rates[t] = g_ascii_strtod (cells[n - N_STEPS + t], NULL);
      return;
    }
  g_error ("no reference row %s", name);
}

static void
test_reference (void)
{
  static const struct { const char *row, *id, *settings; } cases[] = {
    { "StepLR(step=10,g=0.1)", "step", "step_size=10 gamma=0.1" },
    { "ConstantLR(f=1/3,T=5)", "constant", "factor=1/3 total_iters=5" },
    { "ConstantLR(f=1/3,T=5)", "constant", "warmup=constant length=5 start_factor=1/3" },
    /* PyTorch's linear schedules are a warm-up of ours, and a polynomial of power 1. */
    { "LinearLR(1/3->1,T=5)", "constant", "warmup=linear length=5 start_factor=1/3" },
    { "LinearLR(1->0,T=30)", "polynomial", "total_iters=30" },
    { "ExponentialLR(0.95)", "exponential", "gamma=0.95 decay_steps=1" },
    { "PolynomialLR(T=25,p=2)", "polynomial", "total_iters=25 power=2" },
    { "PolynomialLR(T=25,p=0.5)", "polynomial", "total_iters=25 power=0.5" },
    { "CosineAnnealingLR(T=10,min=1e-3)", "cosine", "t_max=10 eta_min=1e-3" },
    { "CosineAnnealingLR(T=10,min=1e-3)", "cosine", "t_max=1% eta_min=1e-3" },
    { "CosineAnnealingLR(T=10,min=1e-3)", "cosine", "t_max=1epochs eta_min=1e-3" },
    { "Sequential(Linear 0.1 T5 -> Cosine T34)@5", "cosine", "t_max=34 warmup=linear length=5 start_factor=0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (cases[i].id, cases[i].settings, 0.1, 1000, 10);
      double expected[N_STEPS];

      read_reference (cases[i].row, expected);
      for (guint t = 0; t < N_STEPS; t++)
        if (fabs (etude_schedule_rate (schedule, t) - expected[t]) > 1e-15)
          g_error ("%s at %u: %.17g, expected %.17g", cases[i].row, t, etude_schedule_rate (schedule, t), expected[t]);
    }
}

static void
test_by_hand (void)
{
  static const struct { const char *id, *settings; guint64 t; double rate; } cases[] = {
    /* keras ExponentialDecay with staircase, decay_steps of one epoch of ten updates */
    { "exponential", "gamma=0.5 staircase=true decay_steps=1epochs", 19, 0.5 },
    { "exponential", "gamma=0.5 staircase=true decay_steps=1epochs", 20, 0.25 },
    /* keras PolynomialDecay with cycle: at 15 the length is 20, so a quarter is left */
    { "polynomial", "total_iters=10 cycle=true", 15, 0.25 },
    { "polynomial", "total_iters=10 cycle=true", 0, 1 },
    { "cosine", "t_max=10 hold=true", 25, 0 },
    { "cosine", "t_max=10", 20, 1 },
    { "cosine", "", 50, 0.5 },
    { "step", "step_size=30% gamma=0.1", 29, 1 },
    { "step", "step_size=30% gamma=0.1", 30, 0.1 },
    { "constant", "warmup=linear length=10 start_factor=0", 0, 0 },
    { "constant", "warmup=linear length=10 start_factor=0", 9, 0.9 },
    { "constant", "warmup=linear length=10 start_factor=0", 10, 1 },
    { "constant", "warmup=exponential length=2 start_factor=0.01", 1, 0.1 },
    { "constant", "warmup=constant length=10% start_factor=0.25", 9, 0.25 },
    /* prefix: the cosine starts at 20 and is 80 long; otherwise it is 100 long and runs underneath */
    { "cosine", "warmup=linear length=20%", 60, 0.5 },
    { "cosine", "warmup=linear length=20% prefix=false", 50, 0.5 },
    { "cosine", "warmup=linear length=20% prefix=false start_factor=1", 10, 1 },
    /* past the end of the run the last rate is held */
    { "exponential", "gamma=0.5 decay_steps=99", 5000, 0.5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (cases[i].id, cases[i].settings, 1, 100, 10);

      g_test_message ("%s %s at %" G_GUINT64_FORMAT, cases[i].id, cases[i].settings, cases[i].t);
      g_assert_cmpfloat_with_epsilon (etude_schedule_rate (schedule, cases[i].t), cases[i].rate, 1e-15);
    }
}

static void
test_too_long (void)
{
  EtudeObject value, *warmup;
  GError *error = NULL;

  etude_object_init (&value, etude_group_find (&etude_schedule_group, "cosine"));
  warmup = &((EtudeScheduleCommon *) value.data)->warmup;
  etude_object_init (warmup, etude_group_find (&etude_warmup_group, "linear"));
  *(EtudeLength *) etude_param_field (etude_kind_find_param (warmup->kind, "length"), warmup->data)
    = (EtudeLength) { 11, ETUDE_LENGTH_EPOCHS };
  g_assert_null (etude_schedule_new (&value, 0.1, 100, 10, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==,
                   "schedule.warmup.length: found 110 updates, expected at most the 100 of the run");
  g_clear_error (&error);
  etude_object_clear (&value);
}

/* Where the warm-up meets the schedule: its last update is below the full rate, the next is the
 * schedule's first, whose span ends with the run; a warm-up of the whole run leaves none. */
static void
test_warmup_edges (void)
{
  for (guint64 n_steps = 1; n_steps <= 40; n_steps++)
    for (guint64 n_warmup = 0; n_warmup <= n_steps; n_warmup++)
      {
        g_autofree char *settings = g_strdup_printf ("warmup=linear length=%" G_GUINT64_FORMAT " start_factor=0.5", n_warmup);
        g_autoptr (EtudeSchedule) schedule = make ("cosine", settings, 1, n_steps, 10);
        guint64 n = n_steps - n_warmup;

        for (guint64 t = 0; t < n_warmup; t++)
          g_assert_cmpfloat_with_epsilon (etude_schedule_rate (schedule, t),
                                          0.5 + 0.5 * (double) t / (double) n_warmup, 1e-15);
        for (guint64 t = 0; t < n; t++)
          g_assert_cmpfloat_with_epsilon (etude_schedule_rate (schedule, n_warmup + t),
                                          (1 + cos (G_PI * (double) t / (double) n)) / 2, 1e-15);
        g_assert_cmpfloat (etude_schedule_rate (schedule, n_steps + 7), ==, etude_schedule_rate (schedule, n_steps - 1));
      }
}

/* Every kind, with and without every warm-up, in runs of 1 to 50 updates: finite, never negative. */
static void
test_every_kind (void)
{
  for (guint k = 0; etude_schedule_group.kinds[k] != NULL; k++)
    for (gint w = -1; w < 0 || etude_warmup_group.kinds[w] != NULL; w++)
      for (guint64 n = 1; n <= 50; n++)
        {
          g_autoptr (EtudeSchedule) schedule = NULL;
          EtudeObject value;

          etude_object_init (&value, etude_schedule_group.kinds[k]);
          if (w >= 0)
            etude_object_init (&((EtudeScheduleCommon *) value.data)->warmup, etude_warmup_group.kinds[w]);
          schedule = etude_schedule_new (&value, 0.3, n, 7, NULL);
          g_assert_nonnull (schedule);
          for (guint64 t = 0; t < n + 5; t++)
            {
              double rate = etude_schedule_rate (schedule, t);

              g_assert_true (isfinite (rate) && rate >= 0 && rate <= 0.3);
            }
          etude_object_clear (&value);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/reference", test_reference);
  g_test_add_func ("/schedule/by-hand", test_by_hand);
  g_test_add_func ("/schedule/too-long", test_too_long);
  g_test_add_func ("/schedule/warmup-edges", test_warmup_edges);
  g_test_add_func ("/schedule/every-kind", test_every_kind);
  return g_test_run ();
}
