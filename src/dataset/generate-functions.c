/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers to predict: the value of a function at random places, with noise. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/random.h"
#include "dataset/dataset-private.h"
#include "dataset/generator-private.h"

/* Half of what is left out in the middle of “sine_gap”. */
#define GAP 0.25

typedef struct
{
  EtudeDatasetCommon common;
  guint64 samples;
  double noise;
  guint64 degree; /* polynomial */
} Sampled;

/* The function at @x. */
typedef double (*Function) (const Sampled *how, const double *x);

static double
line (const Sampled *how, const double *x)
{
  return 2 * x[0] + 1;
}

static double
plane (const Sampled *how, const double *x)
{
  return x[0] + x[1];
}

static double
sine (const Sampled *how, const double *x)
{
  return sin (2 * G_PI * x[0]);
}

static double
step_function (const Sampled *how, const double *x)
{
  return x[0] < 0 ? -1 : 1;
}

/* T_n(x) = cos (n arccos x), which stays between -1 and 1 whatever the degree. */
static double
polynomial (const Sampled *how, const double *x)
{
  return cos ((double) how->degree * acos (x[0]));
}

static double
draw (EtudeRandom *random, double gap)
{
  double x = 2 * etude_random_uniform (random) - 1;

  return gap == 0 ? x : copysign (gap + (1 - gap) * fabs (x), x);
}

/* Inputs are uniform over [-1, 1] but for (-@gap, @gap). */
static EtudeDataset *
load (const char *id, const EtudeDatasetCommon *common, gsize n_inputs, double gap, Function function,
      GCancellable *cancellable, GError **error)
{
  const Sampled *how = (const Sampled *) common;
  g_autoptr (EtudeDataset) self = etude_dataset_new (id);
  const char *const names[] = { n_inputs == 1 ? "x" : "x1", "x2" };
  EtudeRandom data, noise;
  double x[G_N_ELEMENTS (names)];

  if (!etude_dataset_allocate (self, how->samples, n_inputs, ETUDE_TASK_REGRESSION, 0, error))
    return NULL;
  etude_random_init (&data, common->seed, ETUDE_STREAM_DATA);
  etude_random_init (&noise, common->seed, ETUDE_STREAM_NOISE);
  for (gsize i = 0; i < self->n_samples; i++)
    {
      if (i % ETUDE_GENERATE_SLICE == 0 && !etude_dataset_check_cancelled (cancellable, error))
        return NULL;
      for (gsize k = 0; k < n_inputs; k++)
        {
          x[k] = draw (&data, gap);
          self->inputs[i * n_inputs + k] = (float) x[k];
        }
      self->targets[i] = (float) (function (how, x) + how->noise * etude_random_normal (&noise));
    }
  etude_dataset_name_plain_columns (self, names, "y");
  return g_steal_pointer (&self);
}

static gsize
count_sampled (const EtudeDatasetCommon *how)
{
  return ((const Sampled *) how)->samples;
}

static EtudeDataset *
load_line (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("line", how, 1, 0, line, cancellable, error);
}

static EtudeDataset *
load_plane (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("plane", how, 2, 0, plane, cancellable, error);
}

static EtudeDataset *
load_sine (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("sine", how, 1, 0, sine, cancellable, error);
}

static EtudeDataset *
load_sine_gap (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("sine_gap", how, 1, GAP, sine, cancellable, error);
}

static EtudeDataset *
load_step_function (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("step_function", how, 1, 0, step_function, cancellable, error);
}

static EtudeDataset *
load_polynomial (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load ("polynomial", how, 1, 0, polynomial, cancellable, error);
}

static const EtudeParam sampled_params[] = {
  ETUDE_SAMPLES_PARAM (Sampled),
  ETUDE_NOISE_PARAM (Sampled, 0.1),
  { .key = NULL }
};

static const EtudeParam polynomial_params[] = {
  ETUDE_SAMPLES_PARAM (Sampled),
  ETUDE_NOISE_PARAM (Sampled, 0.1),
  { .key = "degree", .label = N_("Degree"), .help = N_("Highest power of x; so often the curve goes up or down"),
    .type = ETUDE_PARAM_INTEGER, .min = 0, .max = 50, .initial = 3, .offset = G_STRUCT_OFFSET (Sampled, degree) },
  { .key = NULL }
};

#define KIND(ID, LABEL, HELP, FORMULA, PARAMS) \
  const EtudeDatasetKind etude_dataset_##ID = { \
    .kind = { .id = #ID, .label = LABEL, .help = HELP, .formula = FORMULA, .common = etude_dataset_common_params, \
              .params = PARAMS, .size = sizeof (Sampled) }, \
    .load = load_##ID, .count = count_sampled, \
  }

KIND (line, N_("Line"), N_("Numbers on a straight line"), "y = 2 x + 1", sampled_params);
KIND (plane, N_("Plane"), N_("Numbers on a plane over two inputs"), "y = x1 + x2", sampled_params);
KIND (sine, N_("Sine"), N_("Numbers on two waves"), "y = sin (2 π x)", sampled_params);
KIND (sine_gap, N_("Sine with a Gap"), N_("Numbers on two waves, of which the middle is left out"), "y = sin (2 π x)",
      sampled_params);
KIND (step_function, N_("Step Function"), N_("Numbers that jump from −1 to 1 in the middle"), "y = sign x",
      sampled_params);
KIND (polynomial, N_("Polynomial"), N_("Numbers on a Chebyshev polynomial, which stays between −1 and 1"),
      "y = cos (n arccos x)", polynomial_params);
