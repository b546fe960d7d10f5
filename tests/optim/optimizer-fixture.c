/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optimizer-fixture.h"

double
bowl_evaluate (gpointer data)
{
  Bowl *self = data;
  double value = 0;

  self->n_evaluations++;
  for (gsize i = 0; i < self->n; i++)
    {
      EtudeReal noise = self->noise != NULL ? self->noise[i] : 0;

      self->gradient[i] = self->curvature[i] * self->weights[i] + noise;
      value += (self->curvature[i] * self->weights[i] / 2 + noise) * (double) self->weights[i];
    }
  return value;
}

/* An update of all weights at once. */
void
bowl_update (Bowl *self, EtudeOptimizer *optimizer, double lr)
{
  EtudeObjective objective = { .gradient = self->gradient, .evaluate = bowl_evaluate, .data = self };

  objective.loss = bowl_evaluate (self);
  etude_optimizer_begin (optimizer, lr);
  if (etude_optimizer_is_whole (optimizer))
    etude_optimizer_step_whole (optimizer, &objective);
  else
    etude_optimizer_step_range (optimizer, 0, self->n, self->gradient);
}

/* "key=value key=value" */
void
make_object (EtudeObject *object, const char *kind, const char *settings)
{
  g_auto (GStrv) parts = g_strsplit (settings, " ", -1);
  GError *error = NULL;

  etude_object_init (object, etude_group_find (&etude_optimizer_group, kind));
  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
      const EtudeParam *param = etude_kind_find_param (object->kind, pair[0]);

      g_assert_nonnull (param);
      etude_param_read (param, pair[1], etude_param_field (param, object->data), &error);
      g_assert_no_error (error);
    }
}

EtudeOptimizer *
make_optimizer (const char *kind, const char *settings, EtudeReal *weights, gsize n)
{
  EtudeOptimizer *optimizer;
  EtudeObject object;
  GError *error = NULL;

  make_object (&object, kind, settings);
  optimizer = etude_optimizer_new (&object, weights, n, &error);
  g_assert_no_error (error);
  etude_object_clear (&object);
  return optimizer;
}

double
get_rate (const EtudeObject *object)
{
  return *(double *) etude_param_field (etude_kind_find_param (object->kind, "lr"), object->data);
}
