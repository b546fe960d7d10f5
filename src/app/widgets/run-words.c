/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/run-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/model/blame.h"
#include "base/number.h"
#include "experiment/plan.h"

/**
 * etude_words_count:
 * @value: a number of things
 *
 * Returns: (transfer full): the number with the thousands set apart as the locale does it
 */
char *
etude_words_count (double value)
{
  g_autofree char *plain = g_strdup_printf ("%.0f", value);
  gsize length = strlen (plain);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        /* Translators: what stands between the thousands of a number */
        g_string_append (text, C_("thousands", ","));
      g_string_append_c (text, plain[i]);
    }
  return g_string_free (text, FALSE);
}

/**
 * etude_words_duration:
 * @seconds: a time
 *
 * Returns: (transfer full): such as “2.4 ms”, “0.24 s”, “0:38” or “1:02:03”
 */
char *
etude_words_duration (double seconds)
{
  guint64 whole = (guint64) (MAX (seconds, 0) + 0.5);

  if (seconds < 0.0995)
    {
      g_autofree char *number = etude_number_show (1000 * MAX (seconds, 0), 2);

      /* Translators: a time in thousandths of a second */
      return g_strdup_printf (_("%s ms"), number);
    }
  if (seconds < 9.95)
    {
      g_autofree char *number = etude_number_show (MAX (seconds, 0), 2);

      /* Translators: a time in seconds */
      return g_strdup_printf (_("%s s"), number);
    }
  if (whole < 3600)
    return g_strdup_printf ("%d:%02d", (int) (whole / 60), (int) (whole % 60));
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02d:%02d", whole / 3600, (int) (whole / 60 % 60), (int) (whole % 60));
}

static char *
describe_epochs (guint64 n)
{
  g_autofree char *number = etude_words_count ((double) n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s epoch", "%s epochs", (gulong) n), number);
}

static char *
describe_steps (guint64 n)
{
  g_autofree char *number = etude_words_count ((double) n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s step", "%s steps", (gulong) n), number);
}

static char *
describe_plan (EtudeSession *session, gboolean brief)
{
  const EtudeTrainingSection *training = etude_experiment_training (etude_session_get_experiment (session));
  EtudePrepared *data = etude_session_get_data (session);
  guint64 updates_per_epoch = data == NULL ? 0 : etude_training_updates_per_epoch (training, data->train.n);
  g_autofree char *epochs = NULL, *steps = NULL;
  guint64 n_steps;

  if (updates_per_epoch == 0)
    return g_strdup ("");
  n_steps = etude_training_n_steps (training, updates_per_epoch);
  epochs = describe_epochs ((n_steps + updates_per_epoch - 1) / updates_per_epoch);
  if (brief)
    return g_steal_pointer (&epochs);
  steps = describe_steps (n_steps);
  /* Translators: such as “30 epochs, 660 steps” */
  return g_strdup_printf (_("%s, %s"), epochs, steps);
}

static char *
describe_progress (const EtudeRun *run, gboolean brief)
{
  guint64 last = run->n_steps == 0 ? 0 : (run->n_steps - 1) / run->updates_per_epoch;
  guint64 epoch = MIN ((run->steps == 0 ? 0 : run->steps - 1) / run->updates_per_epoch, last);
  g_autofree char *at_epoch = etude_words_count ((double) epoch + 1);
  g_autofree char *n_epochs = etude_words_count ((double) last + 1);
  g_autofree char *at_step = etude_words_count ((double) run->steps);
  g_autofree char *n_steps = etude_words_count ((double) run->n_steps);

  if (brief)
    /* Translators: such as “Epoch 19 of 30” */
    return g_strdup_printf (_("Epoch %s of %s"), at_epoch, n_epochs);
  /* Translators: such as “Epoch 19 of 30, step 412 of 660” */
  return g_strdup_printf (_("Epoch %s of %s, step %s of %s"), at_epoch, n_epochs, at_step, n_steps);
}

static char *
describe_divergence (const EtudeRun *run)
{
  guint64 at = run->diverged_at == ETUDE_NO_STEP ? run->steps : run->diverged_at;
  g_autofree char *at_step = etude_words_count ((double) at);
  g_autofree char *n_steps = etude_words_count ((double) run->n_steps);

  return g_strdup_printf (_("Diverged at step %s of %s"), at_step, n_steps);
}

/**
 * etude_run_words_status:
 * @session: a session
 * @brief: in few words
 *
 * Returns: (transfer full): where the run is, or what it will be, or why there can be none
 */
char *
etude_run_words_status (EtudeSession *session, gboolean brief)
{
  EtudeRun *run = etude_session_get_run (session);
  g_autofree char *steps = run == NULL ? NULL : etude_words_count ((double) run->steps);
  g_autofree char *n_steps = run == NULL ? NULL : etude_words_count ((double) run->n_steps);
  g_autofree char *progress = run == NULL ? NULL : describe_progress (run, brief);
  const char *problem = etude_session_get_problem (session);

  switch (etude_session_get_state (session))
    {
    case ETUDE_SESSION_NOT_POSSIBLE:
      return problem == NULL ? g_strdup ("") : etude_blame_explain (etude_session_get_experiment (session), problem, NULL);
    case ETUDE_SESSION_RUNNING:
      return g_steal_pointer (&progress);
    case ETUDE_SESSION_PAUSED:
      /* Translators: %s is such as “Epoch 19 of 30, step 412 of 660” */
      return g_strdup_printf (_("%s, paused"), progress);
    case ETUDE_SESSION_DONE:
      return brief ? g_strdup (_("Done")) : g_strdup_printf (_("Done at step %s"), steps);
    case ETUDE_SESSION_EARLY_STOPPED:
      return g_strdup_printf (_("Stopped early at step %s"), steps);
    case ETUDE_SESSION_STOPPED:
      return brief ? g_strdup_printf (_("Stopped at step %s"), steps)
                   : g_strdup_printf (_("Stopped at step %s of %s"), steps, n_steps);
    case ETUDE_SESSION_DIVERGED:
      return describe_divergence (run);
    case ETUDE_SESSION_READY:
    default:
      return describe_plan (session, brief);
    }
}

/**
 * etude_run_words_best:
 * @session: a session
 * @brief: in few words
 *
 * Returns: (transfer full) (nullable): the best validation loss of a run that has ended
 */
char *
etude_run_words_best (EtudeSession *session, gboolean brief)
{
  EtudeRun *run = etude_session_get_run (session);
  EtudeSessionState state = etude_session_get_state (session);
  g_autofree char *loss = NULL, *step = NULL;

  if (state != ETUDE_SESSION_DONE && state != ETUDE_SESSION_EARLY_STOPPED && state != ETUDE_SESSION_STOPPED)
    return NULL;
  if (!isfinite (run->best_validation_loss) || run->best_step == ETUDE_NO_STEP)
    return NULL;
  loss = etude_number_show (run->best_validation_loss, 3);
  if (brief)
    /* Translators: %s is the best validation loss of a run */
    return g_strdup_printf (_("Best %s"), loss);
  step = etude_words_count ((double) run->best_step);
  /* Translators: such as “Best 0.088 at step 615” */
  return g_strdup_printf (_("Best %s at step %s"), loss, step);
}

/**
 * etude_run_words_pace:
 * @steps_per_second: as measured; not above 0 where it is not known
 * @seconds_left: until the run is done
 * @brief: only the time
 *
 * Returns: (transfer full): both in words
 */
char *
etude_run_words_pace (double steps_per_second, double seconds_left, gboolean brief)
{
  g_autofree char *pace = NULL, *left = NULL;

  if (!(steps_per_second > 0) || !isfinite (steps_per_second))
    return g_strdup ("");
  pace = steps_per_second < 9.95 ? etude_number_show (steps_per_second, 2)
                                 : etude_words_count (steps_per_second < 1000 ? steps_per_second
                                                      : round (steps_per_second / 100) * 100);
  left = seconds_left < 9.95 ? g_strdup_printf ("0:%02d", (int) ceil (seconds_left))
                             : etude_words_duration (seconds_left);
  if (brief)
    /* Translators: the time that training still takes, such as “0:03 left” */
    return g_strdup_printf (_("%s left"), left);
  /* Translators: the speed of training and the time it still takes: “98 steps/s, 0:03 left” */
  return g_strdup_printf (_("%s steps/s, %s left"), pace, left);
}
