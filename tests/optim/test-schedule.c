/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "optim/plateau.h"
#include "optim/schedule.h"

#define N_STEPS 40

/* Reads "kind(key=value key=kind(…) key=[kind(…),kind(…)])"; a value ends at a blank or a bracket. */
static void
read_object (const char **text, const EtudeGroup *group, EtudeObject *object)
{
  gsize length = strcspn (*text, "( ),]");
  g_autofree char *id = g_strndup (*text, length);

  g_assert_nonnull (etude_group_find (group, id));
  etude_object_init (object, etude_group_find (group, id));
  *text += length;
  if (**text != '(')
    return;
  for ((*text)++; **text != ')'; *text += **text == ' ')
    {
      g_autofree char *key = g_strndup (*text, strcspn (*text, "="));
      const EtudeParam *param = etude_kind_find_param (object->kind, key);
      gpointer field;

      g_assert_nonnull (param);
      field = etude_param_field (param, object->data);
      *text += strlen (key) + 1;
      if (param->type == ETUDE_PARAM_KIND)
        read_object (text, param->group, field);
      else if (param->type == ETUDE_PARAM_KINDS)
        {
          etude_objects_clear (field);
          while (*(*text)++ != ']')
            {
              EtudeObject *element = etude_objects_insert (field, ((EtudeObjects *) field)->n, param->group->kinds[0]);

              etude_object_clear (element);
              read_object (text, param->group, element);
            }
        }
      else
        {
          g_autofree char *value = g_strndup (*text, strcspn (*text, " )"));
          GError *error = NULL;

          etude_param_read (param, value, field, &error);
          g_assert_no_error (error);
          *text += strlen (value);
        }
    }
  (*text)++;
}

static EtudeSchedule *
try_make (const char *text, double lr, guint64 n_steps, guint64 updates_per_epoch, GError **error)
{
  const char *at = text;
  EtudeObject value;
  EtudeSchedule *schedule;

  read_object (&at, &etude_schedule_group, &value);
  g_assert_cmpstr (at, ==, "");
  schedule = etude_schedule_new (&value, lr, n_steps, (double) updates_per_epoch, error);
  etude_object_clear (&value);
  return schedule;
}

static EtudeSchedule *
make (const char *text, double lr, guint64 n_steps, guint64 updates_per_epoch)
{
  GError *error = NULL;
  EtudeSchedule *schedule = try_make (text, lr, n_steps, updates_per_epoch, &error);

  g_assert_no_error (error);
  return schedule;
}

/* A reference file: the cells of each row behind its name. */
static char **
read_lines (const char *file)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "reference", file, NULL);
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_strchomp (text);
  return g_strsplit (text, "\n", -1);
}

static gboolean
is_row (const char *line, const char *name)
{
  return g_str_has_prefix (*line == '"' ? line + 1 : line, name);
}

/* The row that begins with this name. */
static void
read_row (char **lines, const char *name, double values[N_STEPS])
{
  for (guint i = 1; lines[i] != NULL; i++)
    if (is_row (lines[i], name))
      {
        g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
        guint n = g_strv_length (cells);

        for (guint t = 0; t < N_STEPS; t++)
          values[t] = g_ascii_strtod (cells[n - N_STEPS + t], NULL);
        return;
      }
  g_error ("no reference row %s", name);
}

static const struct { const char *row, *text; } references[] = {
  { "StepLR(step=10,g=0.1)", "step(step_size=10 gamma=0.1)" },
  { "MultiStepLR([5,12,12,20],g=0.5)", "multistep(milestones=5,12,12,20 gamma=0.5)" },
  { "ConstantLR(f=1/3,T=5)", "constant(factor=1/3 total_iters=5)" },
  { "ConstantLR(f=1/3,T=5)", "constant(warmup=constant(length=5 start_factor=1/3))" },
  { "LinearLR(1/3->1,T=5)", "linear(start_factor=1/3 end_factor=1 total_iters=5)" },
  { "LinearLR(1/3->1,T=5)", "constant(warmup=linear(length=5 start_factor=1/3))" },
  { "LinearLR(1->0,T=30)", "linear(total_iters=30)" },
  { "LinearLR(1->0,T=30)", "polynomial(total_iters=30)" },
  { "ExponentialLR(0.95)", "exponential(gamma=0.95 decay_steps=1)" },
  { "PolynomialLR(T=25,p=2)", "polynomial(total_iters=25 power=2)" },
  { "PolynomialLR(T=25,p=0.5)", "polynomial(total_iters=25 power=0.5)" },
  { "CosineAnnealingLR(T=10,min=1e-3)", "cosine(t_max=10 eta_min=1e-3)" },
  { "CosineAnnealingLR(T=10,min=1e-3)", "cosine(t_max=1% eta_min=1e-3)" },
  { "CosineAnnealingLR(T=10,min=1e-3)", "cosine(t_max=1epochs eta_min=1e-3)" },
  { "CosineWarmRestarts(T0=5,mult=2,min=1e-3)", "cosine_restarts(t_0=5 t_mult=2 eta_min=1e-3)" },
  { "CosineWarmRestarts(T0=7,mult=1)", "cosine_restarts(t_0=7)" },
  { "CyclicLR tri(1e-3,0.1,up=4,down=6)", "cyclic(base_lr=1e-3 step_size_up=4 step_size_down=6)" },
  { "CyclicLR tri2(1e-3,0.1,up=4)", "cyclic(base_lr=1e-3 step_size_up=4 mode=triangular2)" },
  { "CyclicLR exp(1e-3,0.1,up=4,g=0.97)", "cyclic(base_lr=1e-3 step_size_up=4 mode=exp_range gamma=0.97)" },
  { "OneCycle(max=0.1,T=40)", "one_cycle(total_steps=40)" },
  { "OneCycle linear(max=0.1,T=40)", "one_cycle(total_steps=40 anneal_strategy=linear)" },
  { "OneCycle 3phase(max=0.1,T=40)", "one_cycle(total_steps=40 three_phase=true)" },
  { "Sequential(Linear 0.1 T5 -> Cosine T34)@5", "cosine(t_max=34 warmup=linear(length=5 start_factor=0.1))" },
  { "Sequential(Linear 0.1 T5 -> Cosine T34)@5",
    "sequence(schedules=[linear(start_factor=0.1 end_factor=1 total_iters=5 length=5),cosine(t_max=34)])" },
  { "Chained(Constant0.1 T4, Exp0.9)",
    "chained(schedules=[constant(factor=0.1 total_iters=4),exponential(gamma=0.9 decay_steps=1)])" },
};

/* The momentum is that of SGD, 0.9, where the schedule says nothing. */
static void
test_reference (void)
{
  g_auto (GStrv) rates = read_lines ("torch1131_schedules.csv");
  g_auto (GStrv) momenta = read_lines ("torch1131_momentum.csv");

  for (guint i = 0; i < G_N_ELEMENTS (references); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (references[i].text, 0.1, 1000, 10);
      double rate[N_STEPS], momentum[N_STEPS];

      read_row (rates, references[i].row, rate);
      read_row (momenta, references[i].row, momentum);
      for (guint t = 0; t < N_STEPS; t++)
        {
          double found = etude_schedule_rate (schedule, t), cycled = etude_schedule_momentum (schedule, t);

          if (!(fabs (found - rate[t]) <= 1e-15))
            g_error ("%s at %u: %.17g, expected %.17g", references[i].row, t, found, rate[t]);
          g_assert_true (isnan (cycled) == !etude_schedule_cycles_momentum (schedule));
          if (!(fabs ((isnan (cycled) ? 0.9 : cycled) - momentum[t]) <= 1e-15))
            g_error ("%s at %u: momentum %.17g, expected %.17g", references[i].row, t, cycled, momentum[t]);
        }
    }
}

/* No row of PyTorch’s is left out. */
static void
test_complete (void)
{
  g_auto (GStrv) lines = read_lines ("torch1131_schedules.csv");
  guint n = 0;

  for (guint i = 1; lines[i] != NULL; i++, n++)
    {
      gboolean found = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (references) && !found; k++)
        found = is_row (lines[i], references[k].row);
      if (!found)
        g_error ("no test follows %s", lines[i]);
    }
  g_assert_cmpuint (n, ==, 19);
}

/* What PyTorch’s scheduler made of a list of losses. */
static void
test_plateau_reference (void)
{
  g_auto (GStrv) lines = read_lines ("torch1131_plateau.csv");
  const char *text = "plateau(factor=0.5 patience=2 cooldown=1)";
  EtudePlateau plateau;
  EtudeObject value;
  double lr = 0.1;

  read_object (&text, &etude_schedule_group, &value);
  g_assert_true (etude_plateau_init (&plateau, &value));
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", 2);

      lr *= etude_plateau_see (&plateau, g_ascii_strtod (cells[0], NULL), lr);
      g_assert_cmpfloat (lr, ==, g_ascii_strtod (cells[1], NULL));
    }
  etude_object_clear (&value);
}

/* Each list of values ends where the rate is reduced first; "" is never. */
static void
test_plateau_by_hand (void)
{
  static const struct { const char *text; double values[5]; guint n; double factor; } cases[] = {
    { "plateau(patience=0)", { 1, 1 }, 2, 0.1 },
    { "plateau(patience=1)", { 1, 1, 1 }, 3, 0.1 },
    { "plateau(patience=0 threshold=0.1)", { 1, 0.95 }, 2, 0.1 },
    { "plateau(patience=0 threshold=0.1)", { 1, 0.89 }, 2, 1 },
    { "plateau(patience=0 threshold=0.1 threshold_mode=abs)", { 1, 0.91 }, 2, 0.1 },
    { "plateau(patience=0 threshold=0.1 threshold_mode=abs)", { 10, 9.8 }, 2, 1 },
    { "plateau(patience=0 mode=max threshold=0.1)", { 1, 1.05 }, 2, 0.1 },
    { "plateau(patience=0 mode=max threshold=0.1)", { 1, 1.2 }, 2, 1 },
    { "plateau(patience=0 mode=max threshold=0.1 threshold_mode=abs)", { 10, 10.2 }, 2, 1 },
    { "plateau(patience=0)", { 1, NAN }, 2, 0.1 },
    { "plateau(patience=0)", { NAN, NAN }, 1, 0.1 },
    { "plateau(patience=0 min_lr=0.02)", { 1, 1 }, 2, 0.02 / 0.1 },
    { "plateau(patience=0 min_lr=0.5)", { 1, 1 }, 2, 1 },
    { "plateau(patience=0 eps=0.5)", { 1, 1 }, 2, 1 },
    /* after a reduction two evaluations do not count, and then it needs one more that is bad */
    { "plateau(patience=0 cooldown=2)", { 1, 1, 1, 1 }, 4, 1 },
    { "plateau(patience=0 cooldown=2)", { 1, 1, 1, 1, 1 }, 5, 0.1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = cases[i].text;
      EtudePlateau plateau;
      EtudeObject value;
      double factor = NAN;

      g_test_message ("case %u: %s", i, text);
      read_object (&text, &etude_schedule_group, &value);
      g_assert_true (etude_plateau_init (&plateau, &value));
      for (guint k = 0; k < cases[i].n; k++)
        factor = etude_plateau_see (&plateau, cases[i].values[k], 0.1);
      g_assert_cmpfloat (factor, ==, cases[i].factor);
      g_assert_cmpstr (etude_plateau_get_metric (&plateau), ==, "validation_loss");
      etude_object_clear (&value);
    }
}

static const struct { const char *text; guint64 t; double rate; } by_hand[] = {
  /* keras ExponentialDecay with staircase, decay_steps of one epoch of ten updates */
  { "exponential(gamma=0.5 staircase=true decay_steps=1epochs)", 19, 0.5 },
  { "exponential(gamma=0.5 staircase=true decay_steps=1epochs)", 20, 0.25 },
  /* keras PolynomialDecay with cycle: at 15 the length is 20, so a quarter is left */
  { "polynomial(total_iters=10 cycle=true)", 15, 0.25 },
  { "polynomial(total_iters=10 cycle=true)", 0, 1 },
  { "cosine(t_max=10 hold=true)", 25, 0 },
  { "cosine(t_max=10)", 20, 1 },
  { "cosine", 50, 0.5 },
  { "step(step_size=30% gamma=0.1)", 29, 1 },
  { "step(step_size=30% gamma=0.1)", 30, 0.1 },
  { "constant(warmup=linear(length=10 start_factor=0))", 0, 0 },
  { "constant(warmup=linear(length=10 start_factor=0))", 9, 0.9 },
  { "constant(warmup=linear(length=10 start_factor=0))", 10, 1 },
  { "constant(warmup=exponential(length=2 start_factor=0.01))", 1, 0.1 },
  { "constant(warmup=constant(length=10% start_factor=0.25))", 9, 0.25 },
  /* prefix: the cosine starts at 20 and is 80 long; otherwise it is 100 long and runs underneath */
  { "cosine(warmup=linear(length=20%))", 60, 0.5 },
  { "cosine(warmup=linear(length=20% prefix=false))", 50, 0.5 },
  { "cosine(warmup=linear(length=20% prefix=false start_factor=1))", 10, 1 },
  /* past the end of the run the last rate is held */
  { "exponential(gamma=0.5 decay_steps=99)", 5000, 0.5 },
  { "multistep", 49, 1 },
  { "multistep", 50, 0.1 },
  { "multistep", 75, 0.1 * 0.1 },
  { "multistep(milestones=0,10 gamma=0.5)", 0, 0.5 },
  { "linear", 50, 0.5 },
  { "linear", 99, 0.01 },
  { "linear(total_iters=0)", 0, 0 },
  { "linear(start_factor=0 end_factor=1 total_iters=1)", 0, 0 },
  { "linear(start_factor=0 end_factor=1 total_iters=1)", 1, 1 },
  /* keras CosineDecayRestarts(first 10, t_mul 2, m_mul 0.5): the second cycle is 20 long and half as high */
  { "cosine_restarts(t_0=10 t_mult=2 decay=0.5)", 10, 0.5 },
  { "cosine_restarts(t_0=10 t_mult=2 decay=0.5)", 20, 0.25 },
  { "cosine_restarts(t_0=10 t_mult=2 decay=0.5)", 30, 0.25 },
  { "cosine_restarts(t_0=10 t_mult=2 decay=0.5 eta_min=0.1)", 50, 0.1 + 0.15 / 2 },
  { "cosine_restarts(t_0=8 t_mult=1.5)", 8, 1 },
  { "cosine_restarts(t_0=8 t_mult=1.5)", 20, 1 },
  { "cosine_restarts(t_0=8 t_mult=1.5)", 29, 0.5 },
  { "cyclic", 0, 0.25 },
  { "cyclic", 10, 1 },
  { "cyclic", 15, 0.625 },
  { "cyclic(step_size_up=4 step_size_down=0)", 3, 0.8125 },
  { "cyclic(step_size_up=4 step_size_down=0)", 4, 0.25 },
  { "cyclic(step_size_up=0)", 1, 1 },
  { "cyclic(max_lr=3 base_lr=1)", 10, 3 },
  { "one_cycle(anneal_strategy=linear)", 0, 0.04 },
  { "one_cycle(anneal_strategy=linear)", 29, 1 },
  { "one_cycle(anneal_strategy=linear)", 99, 4e-6 },
  { "one_cycle(total_steps=50 anneal_strategy=linear)", 70, 4e-6 },
  { "one_cycle(anneal_strategy=linear three_phase=true)", 58, 0.04 },
  { "one_cycle(max_lr=2 anneal_strategy=linear)", 29, 2 },
  /* a rise of one update, in which PyTorch divides by zero, is at its top */
  { "one_cycle(pct_start=0.01)", 0, 1 },
  { "one_cycle(pct_start=0.01 three_phase=true)", 0, 1 },
  { "one_cycle(pct_start=1)", 99, 1 },
  /* keras InverseTimeDecay */
  { "inverse_time", 10, 0.5 },
  { "inverse_time(gamma=3 decay_steps=30)", 10, 0.5 },
  { "inverse_time(staircase=true)", 9, 1 },
  { "inverse_time(staircase=true)", 20, 1. / 3 },
  { "inverse_sqrt", 30, 0.5 },
  { "inverse_sqrt(timescale=1)", 3, 0.5 },
  /* timm TanhLRScheduler: with -7 and 3 the tangent is at 0 after 70 per cent */
  { "tanh", 70, 0.5 },
  { "tanh(eta_min=0.2)", 70, 0.6 },
  { "tanh(lb=0 ub=0)", 33, 0.5 },
  { "sigmoid", 50, 0.5 },
  { "sigmoid(midpoint=20)", 20, 0.5 },
  { "sigmoid(gamma=1)", 40, 1 / (1 + exp (-10)) },
  { "piecewise", 99, 1 },
  { "piecewise(interpolation=linear)", 25, 0.75 },
  { "piecewise(points=10:0.5,20:2 interpolation=linear)", 0, 0.5 },
  { "piecewise(points=10:0.5,20:2 interpolation=linear)", 15, 1.25 },
  { "piecewise(points=10:0.5,20:2 interpolation=linear)", 90, 2 },
  { "piecewise(points=10:0.5,20:2 interpolation=log)", 15, 1 },
  { "piecewise(points=0:1,10:0.5,10:0.25)", 9, 1 },
  { "piecewise(points=0:1,10:0.5,10:0.25)", 10, 0.25 },
  { "plateau", 99, 1 },
  { "plateau(warmup=linear(length=10 start_factor=0))", 5, 0.5 },
  /* each part from its own start, stretched over its own length; the last takes the rest */
  { "sequence", 49, 1 },
  { "sequence", 75, 0.5 },
  { "sequence(schedules=[linear(length=20),constant(length=0),linear(length=20%),linear])", 10, 0.5 },
  { "sequence(schedules=[linear(length=20),constant(length=0),linear(length=20%),linear])", 20, 1 },
  { "sequence(schedules=[linear(length=20),constant(length=0),linear(length=20%),linear])", 40, 1 },
  { "sequence(schedules=[linear(length=20),constant(length=0),linear(length=20%),linear])", 70, 0.5 },
  /* past its length the last part holds */
  { "sequence(schedules=[linear(length=20)])", 60, 0.05 },
  { "sequence(schedules=[constant(length=10),constant(length=10 warmup=linear(length=50% start_factor=0))])", 11, 0.2 },
  { "sequence(schedules=[constant(length=10),sequence(schedules=[linear(length=10),linear])])", 60, 0.5 },
  { "chained", 50, 0.1 * 0.5 },
  { "chained(schedules=[linear,linear,linear])", 50, 0.125 },
  { "chained(schedules=[linear(warmup=linear(length=10 start_factor=0)),constant])", 5, 0.5 },
  /* warm-up, stable, decay */
  { "constant(warmup=linear(length=10 start_factor=0) cooldown=linear(length=20))", 5, 0.5 },
  { "constant(warmup=linear(length=10 start_factor=0) cooldown=linear(length=20))", 79, 1 },
  { "constant(warmup=linear(length=10 start_factor=0) cooldown=linear(length=20))", 80, 1 },
  { "constant(warmup=linear(length=10 start_factor=0) cooldown=linear(length=20))", 90, 0.5 },
  { "constant(warmup=linear(length=10 start_factor=0) cooldown=linear(length=20))", 99, 0.05 },
  { "constant(cooldown=linear(end_factor=0.2))", 90, 0.6 },
  { "constant(cooldown=cosine(end_factor=0.2))", 90, 0.6 },
  { "constant(cooldown=one_minus_sqrt)", 85, 0.5 },
  { "constant(cooldown=one_minus_sqrt(end_factor=0.5))", 85, 0.75 },
  { "constant(cooldown=exponential(end_factor=0.25))", 90, 0.5 },
  { "constant(cooldown=exponential)", 90, 0.1 },
  /* the schedule is stretched over what warm-up and cool-down leave, and its last rate cools down */
  { "cosine(warmup=linear(length=20) cooldown=linear(length=20))", 50, 0.5 },
  { "linear(warmup=linear(length=20 prefix=false) cooldown=linear(length=20))", 40, 0.5 },
  { "linear(cooldown=linear(length=20))", 80, 1. / 80 },
  { "linear(cooldown=linear(length=20))", 90, 0.5 / 80 },
  { "linear(cooldown=linear(length=0))", 50, 0.5 },
  { "linear(warmup=linear(length=50) cooldown=linear(length=50))", 50, 1 },
};

static void
test_by_hand (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_hand); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (by_hand[i].text, 1, 100, 10);

      g_test_message ("%s at %" G_GUINT64_FORMAT, by_hand[i].text, by_hand[i].t);
      g_assert_cmpfloat_with_epsilon (etude_schedule_rate (schedule, by_hand[i].t), by_hand[i].rate, 1e-15);
    }
}

static void
test_refused (void)
{
  static const struct { const char *text; const char *message; } cases[] = {
    { "cosine(warmup=linear(length=11epochs))",
      "schedule.warmup.length: found 110 updates, expected at most the 100 of the run" },
    { "cosine(warmup=linear(length=60) cooldown=linear(length=41))",
      "schedule.cooldown.length: found 41 updates, expected at most 40, what the warm-up leaves of 100" },
    { "cosine(warmup=linear(length=60 prefix=false) cooldown=linear(length=41))",
      "schedule.cooldown.length: found 41 updates, expected at most 40, what the warm-up leaves of 100" },
    { "piecewise(points=)", "schedule.points: found no point, expected at least one" },
    { "piecewise(points=50%:1,20:1)", "schedule.points: found update 20 after update 50, expected them in order" },
    { "piecewise(interpolation=log)",
      "schedule.points: found a factor of 0, which a log scale does not have, expected factors above 0" },
    { "sequence(schedules=[cosine,cosine])",
      "schedule.schedules.0.length: found “auto”, expected a length: only the last schedule may take the rest" },
    { "sequence(schedules=[cosine(length=10 warmup=linear(length=11)),cosine])",
      "schedule.schedules.0.warmup.length: found 11 updates, expected at most the 10 of the run" },
    { "chained(schedules=[cosine,chained(schedules=[piecewise(points=)])])",
      "schedule.schedules.1.schedules.0.points: found no point, expected at least one" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (try_make (cases[i].text, 0.1, 100, 10, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* What no update is left for is said, in parts of parts too; a part of no length is meant so. */
static void
test_warnings (void)
{
  static const struct { const char *text; const char *warnings; } cases[] = {
    { "sequence", "" },
    { "sequence(schedules=[linear(length=60),constant(length=0),linear(length=60)])", "" },
    { "sequence(schedules=[linear(length=100),linear])",
      "schedule.schedules.1: never starts: those before it take 100 updates, and there are only 100" },
    { "chained(schedules=[cosine,sequence(schedules=[constant(length=10),sequence(length=80 schedules=[linear(length=90),linear]),"
      "linear(length=10)])])",
      "schedule.schedules.1.schedules.1.schedules.1: never starts: those before it take 90 updates, and there are only 80" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (cases[i].text, 1, 100, 10);
      g_autoptr (GPtrArray) warnings = etude_schedule_list_warnings (schedule);

      g_assert_cmpuint (warnings->len, ==, cases[i].warnings[0] != '\0');
      if (warnings->len > 0)
        g_assert_cmpstr (warnings->pdata[0], ==, cases[i].warnings);
    }
}

/* The part that is there cycles the momentum; of factors the last that does. Neither warm-up nor
 * cool-down changes it. */
static void
test_momentum (void)
{
  static const struct { const char *text; guint64 t; double momentum; } cases[] = {
    { "cyclic", 0, 0.9 },
    { "cyclic", 10, 0.8 },
    { "cyclic(cycle_momentum=false)", 10, NAN },
    { "cosine", 10, NAN },
    { "one_cycle(anneal_strategy=linear)", 29, 0.85 },
    { "one_cycle(anneal_strategy=linear)", 99, 0.95 },
    { "one_cycle(anneal_strategy=linear three_phase=true)", 58, 0.95 },
    { "one_cycle(anneal_strategy=linear three_phase=true)", 80, 0.95 },
    { "cyclic(warmup=linear(length=20) cooldown=linear(length=20) step_size_up=10)", 5, 0.9 },
    { "cyclic(warmup=linear(length=20) cooldown=linear(length=20) step_size_up=10)", 30, 0.8 },
    { "cyclic(warmup=linear(length=20) cooldown=linear(length=20) step_size_up=10)", 95, 0.89 },
    { "sequence(schedules=[constant(length=50),cyclic(step_size_up=10)])", 49, NAN },
    { "sequence(schedules=[constant(length=50),cyclic(step_size_up=10)])", 60, 0.8 },
    { "chained(schedules=[cyclic,one_cycle,cosine])", 99, 0.95 },
    { "chained(schedules=[cosine])", 99, NAN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeSchedule) schedule = make (cases[i].text, 1, 100, 10);
      double momentum = etude_schedule_momentum (schedule, cases[i].t);

      g_test_message ("%s at %" G_GUINT64_FORMAT, cases[i].text, cases[i].t);
      g_assert_true (isnan (momentum) == isnan (cases[i].momentum));
      if (!isnan (momentum))
        g_assert_cmpfloat_with_epsilon (momentum, cases[i].momentum, 1e-15);
    }
}

/* Where the warm-up meets the schedule: its last update is below the full rate, the next is the
 * schedule's first, whose span ends with the run; a warm-up of the whole run leaves none. */
static void
test_warmup_edges (void)
{
  for (guint64 n_steps = 1; n_steps <= 40; n_steps++)
    for (guint64 n_warmup = 0; n_warmup <= n_steps; n_warmup++)
      {
        g_autofree char *text = g_strdup_printf ("cosine(warmup=linear(length=%" G_GUINT64_FORMAT " start_factor=0.5))", n_warmup);
        g_autoptr (EtudeSchedule) schedule = make (text, 1, n_steps, 10);
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

/* What any value of a schedule promises, in any run. */
static void
assert_sound (const EtudeObject *value, guint64 n_steps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeSchedule) schedule = etude_schedule_new (value, 0.3, n_steps, 7, &error);

  if (schedule == NULL)
    {
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_true (g_str_has_prefix (error->message, "schedule."));
      return;
    }
  for (guint64 t = 0; t < n_steps + 5; t++)
    {
      double rate = etude_schedule_rate (schedule, t), momentum = etude_schedule_momentum (schedule, t);

      g_assert_true (isfinite (rate) && rate >= 0);
      g_assert_true (isnan (momentum) || (momentum >= 0 && momentum < 1));
      g_assert_true (etude_schedule_cycles_momentum (schedule) || isnan (momentum));
      if (t >= n_steps)
        g_assert_cmpfloat (rate, ==, etude_schedule_rate (schedule, n_steps - 1));
    }
}

static gboolean
is_of (const char *text, const char *id)
{
  return strcspn (text, "(") == strlen (id) && g_str_has_prefix (text, id);
}

/* Of every kind a rate is known, from PyTorch or worked out. */
static void
test_known (void)
{
  for (guint k = 0; etude_schedule_group.kinds[k] != NULL; k++)
    {
      const char *id = etude_schedule_group.kinds[k]->id;
      gboolean found = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (references); i++)
        found = found || is_of (references[i].text, id);
      for (guint i = 0; i < G_N_ELEMENTS (by_hand); i++)
        found = found || is_of (by_hand[i].text, id);
      if (!found)
        g_error ("no rate of %s", id);
    }
}

/* Every kind with its defaults, with and without every warm-up and cool-down, in runs of 1 to 50
 * updates. With the defaults nothing is above the rate of the optimizer. */
static void
test_every_kind (void)
{
  for (guint k = 0; etude_schedule_group.kinds[k] != NULL; k++)
    for (gint w = -1; w < 0 || etude_warmup_group.kinds[w] != NULL; w++)
      for (gint c = -1; c < 0 || etude_cooldown_group.kinds[c] != NULL; c++)
        for (guint64 n = 1; n <= 50; n++)
          {
            g_autoptr (EtudeSchedule) schedule = NULL;
            EtudeScheduleCommon *common;
            EtudeObject value;

            etude_object_init (&value, etude_schedule_group.kinds[k]);
            common = value.data;
            if (w >= 0)
              etude_object_init (&common->warmup, etude_warmup_group.kinds[w]);
            if (c >= 0 && etude_kind_find_param (value.kind, "cooldown")->type == ETUDE_PARAM_KIND)
              etude_object_init (&common->cooldown, etude_cooldown_group.kinds[c]);
            schedule = etude_schedule_new (&value, 0.3, n, 7, NULL);
            /* a run of one update has no room for both */
            if (schedule == NULL)
              g_assert_true (n == 1 && w >= 0 && c >= 0);
            for (guint64 t = 0; schedule != NULL && t < n; t++)
              g_assert_cmpfloat (etude_schedule_rate (schedule, t), <=, 0.3 * (1 + 1e-15));
            assert_sound (&value, n);
            etude_object_clear (&value);
          }
}

/* Random parameters, at their bounds as well, nested a few deep. */

typedef struct
{
  EtudeVisitor visitor;
  EtudeRandom random;
} Draw;

static void
draw_length (EtudeRandom *random, EtudeLength *length)
{
  length->unit = ETUDE_LENGTH_STEPS + (EtudeLengthUnit) etude_random_below (random, 3);
  length->value = length->unit == ETUDE_LENGTH_STEPS ? (double) etude_random_below (random, 30)
                                                     : etude_random_uniform (random) * 4;
  if (length->unit == ETUDE_LENGTH_PERCENT)
    length->value *= 25;
}

static void
draw_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  EtudeRandom *random = &((Draw *) visitor)->random;
  double x = param->min + (param->max - param->min) * (double) etude_random_below (random, 5) / 4;

  if (param->type == ETUDE_PARAM_LENGTH && !etude_param_is_auto (param, field))
    draw_length (random, field);
  else if (param->type == ETUDE_PARAM_BOOLEAN)
    *(gboolean *) field = (gboolean) etude_random_below (random, 2);
  else if (param->type == ETUDE_PARAM_CHOICE)
    *(guint *) field = (guint) etude_random_below (random, 2);
  else if (param->type == ETUDE_PARAM_REAL && etude_param_check_number (param, x))
    *(double *) field = x;
}

static gboolean
draw_enter (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  EtudeRandom *random = &((Draw *) visitor)->random;
  guint n = 0;

  while (param->group->kinds[n] != NULL)
    n++;
  etude_object_clear (object);
  if (param->nullable && etude_random_below (random, 3) != 0)
    return FALSE;
  etude_object_init (object, param->group->kinds[etude_random_below (random, n)]);
  return TRUE;
}

static void
test_random (void)
{
  Draw draw = { .visitor = { .leaf = draw_leaf, .enter = draw_enter } };
  const EtudeParam top = { .key = "schedule", .type = ETUDE_PARAM_KIND, .group = &etude_schedule_group };

  etude_random_init (&draw.random, 1, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 20000; i++)
    {
      EtudeObject value = { NULL, NULL };

      draw_enter (&draw.visitor, &top, &value, NULL);
      etude_object_walk (&value, NULL, &draw.visitor);
      assert_sound (&value, 1 + etude_random_below (&draw.random, 60));
      etude_object_clear (&value);
    }
}

/* A cycle that grows by next to nothing is found without going through all of them. */
static void
test_long (void)
{
  g_autoptr (EtudeSchedule) schedule = make ("cosine_restarts(t_0=1 t_mult=1.0000000001)", 1, G_GUINT64_CONSTANT (1000000000000), 10);
  g_autoptr (EtudeSchedule) doubling = make ("cosine_restarts(t_0=1 t_mult=2)", 1, G_GUINT64_CONSTANT (1) << 50, 10);

  g_assert_cmpfloat (etude_schedule_rate (schedule, G_GUINT64_CONSTANT (999999999999)), <=, 1);
  for (guint i = 1; i < 50; i++)
    g_assert_cmpfloat (etude_schedule_rate (doubling, (G_GUINT64_CONSTANT (1) << i) - 1), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/reference", test_reference);
  g_test_add_func ("/schedule/by-hand", test_by_hand);
  g_test_add_func ("/schedule/complete", test_complete);
  g_test_add_func ("/schedule/known", test_known);
  g_test_add_func ("/schedule/plateau/reference", test_plateau_reference);
  g_test_add_func ("/schedule/plateau/by-hand", test_plateau_by_hand);
  g_test_add_func ("/schedule/refused", test_refused);
  g_test_add_func ("/schedule/warnings", test_warnings);
  g_test_add_func ("/schedule/momentum", test_momentum);
  g_test_add_func ("/schedule/random", test_random);
  g_test_add_func ("/schedule/long", test_long);
  g_test_add_func ("/schedule/warmup-edges", test_warmup_edges);
  g_test_add_func ("/schedule/every-kind", test_every_kind);
  return g_test_run ();
}
