/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/generator-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "dataset/dataset-private.h"

typedef struct
{
  EtudeDatasetCommon common;
  guint64 samples;
  double noise;
  double factor;   /* circles */
  guint64 classes; /* spiral, blobs */
  double turns;    /* spiral */
  guint64 features; /* blobs */
  double std;      /* blobs */
} Generated;

/* What a generator is told of one sample: it is number @i of the @n of class @label. */
typedef struct
{
  const Generated *how;
  gsize label;
  gsize i;
  gsize n;
  EtudeRandom *data;
  EtudeRandom *noise;
  const double *centres;
} Sample;

typedef gint32 (*MakeSample) (const Sample *sample, float *inputs);

static gsize
count_generated (const EtudeDatasetCommon *how)
{
  return ((const Generated *) how)->samples;
}

/* Exchanges samples so that classes come in random order, as scikit-learn does by default. */
static void
shuffle (EtudeDataset *self, EtudeRandom *random)
{
  for (gsize i = self->n_samples; i > 1; i--)
    {
      gsize j = etude_random_below (random, i);
      float *a = self->inputs + (i - 1) * self->n_inputs;
      float *b = self->inputs + j * self->n_inputs;
      gint32 label = self->labels[i - 1];

      self->labels[i - 1] = self->labels[j];
      self->labels[j] = label;
      for (gsize k = 0; k < self->n_inputs; k++)
        {
          float value = a[k];

          a[k] = b[k];
          b[k] = value;
        }
    }
}

static void
name (EtudeDataset *self)
{
  g_auto (GStrv) names = g_new0 (char *, self->n_inputs + 1);

  self->class_names = g_new0 (char *, self->n_classes + 1);
  for (gsize i = 0; i < self->n_classes; i++)
    self->class_names[i] = g_strdup_printf ("%zu", i);
  for (gsize i = 0; i < self->n_inputs; i++)
    names[i] = self->n_inputs == 2 ? g_strdup (i == 0 ? "x" : "y")
                                   : g_strdup_printf ("x%zu", i + 1);
  etude_dataset_name_plain_columns (self, (const char *const *) names, "class");
}

/* Makes the samples class by class: each has samples / classes, and the first (for two classes the
 * last, as in scikit-learn) have one more where that leaves a rest. */
static EtudeDataset *
generate (const char *id, const Generated *how, gsize n_inputs, gsize n_classes, const double *centres,
          EtudeRandom *data, MakeSample make, GCancellable *cancellable, GError **error)
{
  g_autoptr (EtudeDataset) self = etude_dataset_new (id);
  EtudeRandom noise;
  Sample sample = { how, 0, 0, 0, data, &noise, centres };
  gsize n = how->samples, at = 0;

  if (n < n_classes)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("dataset.samples: found %zu, expected at least %zu"
                     ", one for each class"),
                   n, n_classes);
      return NULL;
    }
  if (!etude_dataset_allocate (self, n, n_inputs, ETUDE_TASK_CLASSIFICATION, n_classes, error))
    return NULL;
  etude_random_init (&noise, how->common.seed, ETUDE_STREAM_NOISE);
  for (sample.label = 0; sample.label < n_classes; sample.label++)
    {
      gboolean one_more = n_classes == 2 ? sample.label >= 2 - n % 2 : sample.label < n % n_classes;

      sample.n = n / n_classes + (one_more ? 1 : 0);
      for (sample.i = 0; sample.i < sample.n; sample.i++, at++)
        {
          if (at % ETUDE_GENERATE_SLICE == 0 && !etude_dataset_check_cancelled (cancellable, error))
            return NULL;
          self->labels[at] = make (&sample, self->inputs + at * n_inputs);
        }
    }
  shuffle (self, data);
  name (self);
  return g_steal_pointer (&self);
}

static gint32
put (const Sample *sample, float *inputs, double x, double y)
{
  inputs[0] = (float) (x + sample->how->noise * etude_random_normal (sample->noise));
  inputs[1] = (float) (y + sample->how->noise * etude_random_normal (sample->noise));
  return (gint32) sample->label;
}

/* Position @i of @n on [0, 1], both ends included. */
static double
share (gsize i, gsize n)
{
  return n > 1 ? (double) i / (double) (n - 1) : 0;
}

/* make_moons of scikit-learn (sklearn/datasets/_samples_generator.py): half circles of radius 1,
 * the second turned round and moved by (1, 0.5). */
static gint32
make_moons (const Sample *sample, float *inputs)
{
  double angle = G_PI * share (sample->i, sample->n);

  if (sample->label == 0)
    return put (sample, inputs, cos (angle), sin (angle));
  return put (sample, inputs, 1 - cos (angle), 0.5 - sin (angle));
}

/* make_circles, in the same file: radius 1 and radius factor. */
static gint32
make_circles (const Sample *sample, float *inputs)
{
  double angle = 2 * G_PI * (double) sample->i / (double) sample->n;
  double radius = sample->label == 0 ? 1 : sample->how->factor;

  return put (sample, inputs, radius * cos (angle), radius * sin (angle));
}

/* classifySpiralData of TensorFlow Playground (src/dataset.ts): the radius grows from 0 to 5 over
 * the turns. Its noise is uniform, ours normal, so that one word means one thing for all kinds. */
static gint32
make_spiral (const Sample *sample, float *inputs)
{
  double along = (double) sample->i / (double) sample->n;
  double start = 2 * G_PI * (double) sample->label / (double) sample->how->classes;
  double angle = 2 * G_PI * sample->how->turns * along + start;

  return put (sample, inputs, 5 * along * sin (angle), 5 * along * cos (angle));
}

/* classifyXORData, in the same file: uniform over a square of half width 5 with a gap of 0.3 at
 * the axes; class 1 where both signs are equal. The noise moves the point that is labelled and not
 * the one that is kept, so it wrongly labels points near the axes. */
static gint32
make_xor (const Sample *sample, float *inputs)
{
  double label = 1;

  for (guint k = 0; k < 2; k++)
    {
      double value = 10 * etude_random_uniform (sample->data) - 5;

      value += value > 0 ? 0.3 : -0.3;
      inputs[k] = (float) value;
      label *= value + sample->how->noise * etude_random_normal (sample->noise);
    }
  return label >= 0;
}

/* make_blobs of scikit-learn: centres uniform over [-10, 10], normal clouds around them. */
static gint32
make_blobs (const Sample *sample, float *inputs)
{
  const Generated *how = sample->how;
  const double *centre = sample->centres + sample->label * how->features;

  for (gsize k = 0; k < how->features; k++)
    inputs[k] = (float) (centre[k] + how->std * etude_random_normal (sample->data)
                         + how->noise * etude_random_normal (sample->noise));
  return (gint32) sample->label;
}

static EtudeDataset *
load_plain (const char *id, const EtudeDatasetCommon *common, gsize n_classes, MakeSample make,
            GCancellable *cancellable, GError **error)
{
  EtudeRandom data;

  etude_random_init (&data, common->seed, ETUDE_STREAM_DATA);
  return generate (id, (const Generated *) common, 2, n_classes, NULL, &data, make, cancellable, error);
}

static EtudeDataset *
load_moons (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load_plain ("moons", how, 2, make_moons, cancellable, error);
}

static EtudeDataset *
load_circles (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load_plain ("circles", how, 2, make_circles, cancellable, error);
}

static EtudeDataset *
load_spiral (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load_plain ("spiral", how, ((const Generated *) how)->classes, make_spiral, cancellable, error);
}

static EtudeDataset *
load_xor (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  return load_plain ("xor", how, 2, make_xor, cancellable, error);
}

static EtudeDataset *
load_blobs (const EtudeDatasetCommon *common, const char *folder, GCancellable *cancellable, GError **error)
{
  const Generated *how = (const Generated *) common;
  gsize n = how->classes * how->features;
  g_autofree double *centres = g_new (double, n); /* bounded by the table: at most 10^5 */
  EtudeRandom data;

  etude_random_init (&data, common->seed, ETUDE_STREAM_DATA);
  for (gsize i = 0; i < n; i++)
    centres[i] = 20 * etude_random_uniform (&data) - 10;
  return generate ("blobs", how, how->features, how->classes, centres, &data, make_blobs, cancellable, error);
}

#define CLASSES(value, what) \
  { .key = "classes", .label = N_("Classes"), .help = what, .type = ETUDE_PARAM_INTEGER, \
    .min = 2, .max = 100, .initial = value, .offset = G_STRUCT_OFFSET (Generated, classes) }

static const EtudeParam moons_params[] = { ETUDE_SAMPLES_PARAM (Generated), ETUDE_NOISE_PARAM (Generated, 0.2), { .key = NULL } };

static const EtudeParam circles_params[] = {
  ETUDE_SAMPLES_PARAM (Generated),
  ETUDE_NOISE_PARAM (Generated, 0.1),
  { .key = "factor", .label = N_("Inner Radius"),
    .help = N_("Radius of the inner circle; that of the outer one is 1"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.5, .offset = G_STRUCT_OFFSET (Generated, factor) },
  { .key = NULL }
};

static const EtudeParam spiral_params[] = {
  ETUDE_SAMPLES_PARAM (Generated),
  ETUDE_NOISE_PARAM (Generated, 0.2),
  CLASSES (2, N_("How many arms the spiral has")),
  { .key = "turns", .label = N_("Turns"), .help = N_("How often each arm goes round"),
    .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 20, .initial = 1.75,
    .offset = G_STRUCT_OFFSET (Generated, turns) },
  { .key = NULL }
};

static const EtudeParam xor_params[] = { ETUDE_SAMPLES_PARAM (Generated), ETUDE_NOISE_PARAM (Generated, 0.2), { .key = NULL } };

static const EtudeParam blobs_params[] = {
  ETUDE_SAMPLES_PARAM (Generated),
  ETUDE_NOISE_PARAM (Generated, 0),
  CLASSES (3, N_("How many clouds of points there are")),
  { .key = "features", .label = N_("Features"), .help = N_("Inputs of a sample"),
    .type = ETUDE_PARAM_INTEGER, .min = 1, .max = 1000, .initial = 2,
    .offset = G_STRUCT_OFFSET (Generated, features) },
  { .key = "std", .label = N_("Spread"), .help = N_("Standard deviation of each cloud"),
    .type = ETUDE_PARAM_REAL, .min = 0, .max = 100, .initial = 1,
    .offset = G_STRUCT_OFFSET (Generated, std) },
  { .key = NULL }
};

#define SKLEARN "sklearn/datasets/_samples_generator.py"
#define PLAYGROUND "tensorflow/playground src/dataset.ts"

const EtudeDatasetKind etude_dataset_moons = {
  .kind = { .id = "moons", .label = N_("Moons"), .help = N_("Two half circles that reach into each other"),
            .source = SKLEARN, .common = etude_dataset_common_params,
            .params = moons_params, .size = sizeof (Generated) },
  .load = load_moons, .count = count_generated,
};

const EtudeDatasetKind etude_dataset_circles = {
  .kind = { .id = "circles", .label = N_("Circles"), .help = N_("A circle inside another one"),
            .source = SKLEARN, .common = etude_dataset_common_params,
            .params = circles_params, .size = sizeof (Generated) },
  .load = load_circles, .count = count_generated,
};

const EtudeDatasetKind etude_dataset_spiral = {
  .kind = { .id = "spiral", .label = N_("Spiral"), .help = N_("Arms that wind around a centre, one for each class"),
            .source = PLAYGROUND, .common = etude_dataset_common_params,
            .params = spiral_params, .size = sizeof (Generated) },
  .load = load_spiral, .count = count_generated,
};

const EtudeDatasetKind etude_dataset_xor = {
  .kind = { .id = "xor", .label = N_("Exclusive Or"), .help = N_("Four squares, of which those across the corner have one class"),
            .source = PLAYGROUND, .common = etude_dataset_common_params,
            .params = xor_params, .size = sizeof (Generated) },
  .load = load_xor, .count = count_generated,
};

const EtudeDatasetKind etude_dataset_blobs = {
  .kind = { .id = "blobs", .label = N_("Blobs"), .help = N_("Clouds of points around random centres"),
            .source = SKLEARN, .common = etude_dataset_common_params,
            .params = blobs_params, .size = sizeof (Generated) },
  .load = load_blobs, .count = count_generated,
};
