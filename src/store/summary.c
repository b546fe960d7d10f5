/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/summary.h"

#include <math.h>

#include "network/metric.h"

/**
 * etude_run_summary_new:
 * @run: a run, stored or not
 *
 * What a list shows of it now; for runs that are in progress, beside those from the store.
 *
 * Returns: (transfer full): the summary
 */
EtudeRunSummary *
etude_run_summary_new (const EtudeRun *run)
{
  EtudeRunSummary *self = g_new0 (EtudeRunSummary, 1);
  const double *lr = etude_experiment_rate (run->experiment);
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();

  self->id = g_strdup (run->id);
  self->number = run->number;
  self->kind = run->kind;
  self->state = run->state;
  self->name = g_strdup (run->name);
  self->seed = run->seed;
  self->hash = g_strdup (run->hash);
  self->parent = g_strdup (run->parent);
  self->group = g_strdup (run->group);
  self->n_steps = run->n_steps;
  self->updates_per_epoch = run->updates_per_epoch;
  self->steps = run->steps;
  self->lr = lr != NULL ? *lr : NAN;
  self->loss = run->final.loss;
  self->validation_loss = run->final.validation_loss;
  for (guint i = 0; i < run->n_metrics; i++)
    {
      const EtudeKind *metric = etude_group_find (&etude_metric_group, run->metric_ids[i]);

      if (metric == NULL)
        continue;
      self->metric_ids[self->n_metrics] = metric->id;
      self->metrics[self->n_metrics++] = run->final.metrics[i];
    }
  self->best_step = run->best_step;
  self->best_validation_loss = run->best_validation_loss;
  self->diverged_at = run->diverged_at;
  self->started = run->started;
  self->seconds = run->seconds;
  self->note = g_strdup (run->note);
  for (guint i = 0; i < run->tags->len; i++)
    g_strv_builder_add (tags, run->tags->pdata[i]);
  self->tags = g_strv_builder_end (tags);
  self->colour = g_strdup (run->colour);
  return self;
}

/**
 * etude_run_summary_free:
 * @self: (nullable): a summary
 */
void
etude_run_summary_free (EtudeRunSummary *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self->hash);
  g_free (self->parent);
  g_free (self->group);
  g_free (self->note);
  g_strfreev (self->tags);
  g_free (self->colour);
  g_free (self);
}
