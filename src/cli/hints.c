/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is allowed and still goes wrong, or has no effect: said on standard error, and nothing is refused. */
#include "cli/hints.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cli/options.h"
#include "experiment/plan.h"

/**
 * etude_cli_warn_of_schedule:
 * @schedule: a schedule
 *
 * Says which parts of it never get their turn.
 */
void
etude_cli_warn_of_schedule (const EtudeSchedule *schedule)
{
  g_autoptr (GPtrArray) warnings = etude_schedule_list_warnings (schedule);

  for (guint i = 0; i < warnings->len; i++)
    etude_cli_complain (warnings->pdata[i]);
}

static gboolean
is_lbfgs (const EtudeExperiment *experiment)
{
  return g_str_equal (etude_experiment_fields (experiment)->optimizer.kind->id, "lbfgs");
}

static gboolean
sees_all (const EtudeExperiment *experiment, gsize n_train)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);

  return training->batch_size * training->accumulate >= n_train;
}

static void
warn_of_batches (const EtudeExperiment *experiment, gsize n_train)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);
  g_autofree char *message = NULL;

  if (!is_lbfgs (experiment) || sees_all (experiment, n_train))
    return;
  message = g_strdup_printf (_("optimizer: L-BFGS sees %" PRIu64 " of %zu samples in an update and takes the difference between "
                               "batches for curvature, which makes it diverge; set training.batch_size=%zu and "
                               "optimizer.line_search_fn=strong_wolfe"),
                             training->batch_size * training->accumulate, n_train, n_train);
  etude_cli_complain (message);
}

/**
 * etude_cli_warn_before:
 * @experiment: what is going to be trained
 * @n_train: samples of its training part
 *
 * Says what is likely not meant.
 */
void
etude_cli_warn_before (const EtudeExperiment *experiment, gsize n_train)
{
  g_autoptr (EtudeSchedule) schedule = etude_experiment_plan_schedule (experiment, n_train, NULL);

  if (schedule != NULL)
    etude_cli_warn_of_schedule (schedule);
  warn_of_batches (experiment, n_train);
}

static gboolean
has_search (const EtudeObject *optimizer)
{
  const EtudeParam *param = etude_kind_find_param (optimizer->kind, "line_search_fn");

  return !g_str_equal (param->choices[*(const guint *) etude_param_field (param, optimizer->data)].id, "none");
}

/**
 * etude_cli_hint_diverged:
 * @experiment: one whose run diverged
 * @n_train: samples of its training part
 *
 * Says what helps, where that is more than a smaller rate and was not said before the run.
 */
void
etude_cli_hint_diverged (const EtudeExperiment *experiment, gsize n_train)
{
  if (is_lbfgs (experiment) && sees_all (experiment, n_train)
      && !has_search (&etude_experiment_fields (experiment)->optimizer))
    etude_cli_complain (_("optimizer: L-BFGS without a line search may step too far; set optimizer.line_search_fn=strong_wolfe"));
}
