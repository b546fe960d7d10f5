/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/plot-runs.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart/plot-rate.h"
#include "experiment/plan.h"
#include "network/loss.h"
#include "optim/schedule.h"

/* Room for the panel of the rate, with its title and numbers. */
#define RATE_HEIGHT 118

/* From so many runs on the single losses of mini-batches would hide each other. */
#define MAX_RAW_RUNS 4

/* A hand on the slider leaves many marks: of those that are nearer to each other than this share of the run the
 * last is drawn. */
#define MARK_SHARE 0.01

/* What is shown of a run that diverged at once: so many updates, or so many times as many as it made. */
#define BRIEF_STEPS 30
#define BRIEF_TIMES 4

/* A rate that differs by less from the planned one is the planned one. */
#define SAME_RATE 1e-6

static const struct
{
  const char *id;
  const char *label;
  const char *unit;
} x_axes[ETUDE_N_PLOT_X] = {
  [ETUDE_PLOT_EPOCHS] = { "epochs", N_("Epochs"), NC_("axis", "epoch") },
  [ETUDE_PLOT_STEPS] = { "steps", N_("Steps"), NC_("axis", "step") },
  [ETUDE_PLOT_SAMPLES] = { "samples", N_("Samples"), NC_("axis", "samples") },
};

/**
 * etude_plot_x_id:
 * @x: what an axis counts
 *
 * Returns: its name in options and settings, such as “epochs”
 */
const char *
etude_plot_x_id (EtudePlotX x)
{
  return x_axes[x].id;
}

const char *
etude_plot_x_label (EtudePlotX x)
{
  return _(x_axes[x].label);
}

/**
 * etude_plot_x_from_id:
 * @id: such as “epochs”
 * @x: (out): what it names
 *
 * Returns: FALSE where it names nothing; then @x stays as it is
 */
gboolean
etude_plot_x_from_id (const char *id, EtudePlotX *x)
{
  for (guint i = 0; i < ETUDE_N_PLOT_X; i++)
    if (g_str_equal (id, x_axes[i].id))
      {
        *x = i;
        return TRUE;
      }
  return FALSE;
}

/* What one update is on the x axis. */
static double
find_factor (const EtudeExperiment *experiment, double updates_per_epoch, const EtudePlotRuns *how)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);

  switch (how->x)
    {
    case ETUDE_PLOT_STEPS:
      return 1;
    case ETUDE_PLOT_SAMPLES:
      return (double) training->batch_size * (double) training->accumulate;
    case ETUDE_PLOT_EPOCHS:
    default:
      return 1 / MAX (updates_per_epoch, 1);
    }
}

static double
get_factor (const EtudeRun *run, const EtudePlotRuns *how)
{
  return find_factor (run->experiment, (double) run->updates_per_epoch, how);
}

static void
set_x_axis (EtudeFigure *figure, const EtudePlotRuns *how, double end)
{
  etude_figure_set_x_axis (figure, g_dpgettext2 (GETTEXT_PACKAGE, "axis", x_axes[how->x].unit), NULL, 0,
                           end > 0 ? end : ETUDE_AUTO_RANGE);
}

static gboolean
is_hidden (const EtudePlotRuns *how, const char *name)
{
  return how->hidden != NULL && g_strv_contains (how->hidden, name);
}

static gboolean
is_empty (const EtudeSeries *series)
{
  return etude_series_get_n_points (series) == 0;
}

/* What the metrics of a run tell of its data, for a loss that is chosen by them. */
static const EtudeKind *
get_loss (const EtudeRun *run)
{
  EtudeGoal goal = { 0, 1 };

  for (guint i = 0; i < run->n_metrics; i++)
    if (g_str_equal (run->metric_ids[i], "accuracy"))
      goal = (EtudeGoal) { 2, 0 };
  return etude_loss_resolve (&etude_experiment_fields (run->experiment)->loss, &goal);
}

/* “Loss (cross-entropy)”: inside a title the kind of loss is a common noun. */
static char *
write_title (const char *what, const EtudeKind *loss)
{
  g_autofree char *name = NULL;

  if (loss == NULL)
    return g_strdup (what);
  /* Translators: “lower” where the kind of loss gets small letters inside the title of an axis; anything
   * else, such as “keep”, where nouns have a capital, as in German. Not shown. */
  if (g_str_equal (C_("letters of a common noun", "lower"), "lower"))
    name = g_utf8_strdown (_(loss->label), -1);
  else
    name = g_strdup (_(loss->label));
  /* Translators: title of an axis: “Validation loss (cross-entropy)” */
  return g_strdup_printf (_("%s (%s)"), what, name);
}

/* What is drawn of several runs: the validation part, where they have one. */
static char *
describe_loss (EtudeRun *const *runs, gsize n)
{
  const EtudeKind *loss = n > 0 ? get_loss (runs[0]) : NULL;
  gsize n_validated = 0;

  for (gsize i = 0; i < n; i++)
    {
      n_validated += is_empty (runs[i]->validation_loss) ? 0 : 1;
      if (get_loss (runs[i]) != loss)
        loss = NULL;
    }
  if (n < 2 || (n_validated > 0 && n_validated < n))
    return write_title (_("Loss"), loss);
  return write_title (n_validated == n ? _("Validation loss") : _("Training loss"), loss);
}

/* It diverged before anything but the untrained network was measured: what it has are mini-batches. */
static gboolean
is_brief (const EtudeRun *run)
{
  return run->diverged_at != ETUDE_NO_STEP && etude_series_get_n_points (run->train_loss) <= 1;
}

/* Where the axis of a run ends, in updates. */
static guint64
get_end (const EtudeRun *run)
{
  guint64 end = MAX (run->n_steps, run->steps);

  return is_brief (run) ? MIN (end, MAX (BRIEF_STEPS, BRIEF_TIMES * run->steps)) : end;
}

/* Every mini-batch, faint, with what smoothing makes of them. */
static void
add_raw (EtudePanel *panel, const EtudeRun *run, const EtudePlotRuns *how)
{
  gboolean is_alone = is_empty (run->train_loss) && how->smoothing <= 0;
  const char *name = is_alone ? _("Training") : _("Mini-batches");
  EtudeLine *line;

  if (!how->hides_raw || is_alone)
    {
      line = etude_panel_add_series (panel, run->loss, get_factor (run, how), ETUDE_LINE_RAW, run->colour,
                                     is_alone ? name : NULL);
      line->is_quiet = !is_alone;
      if (!is_alone)
        line->description = g_strdup (name);
      line->is_hidden = is_hidden (how, name);
    }
  if (how->smoothing > 0)
    {
      line = etude_panel_add_smoothed (panel, run->loss, get_factor (run, how), how->smoothing, ETUDE_LINE_SMOOTHED,
                                       run->colour, _("Smoothed"));
      line->is_hidden = is_hidden (how, line->label);
    }
}

/* One run: every mini-batch faint, the training part lighter, the validation part in full. */
static void
add_one_loss (EtudePanel *panel, const EtudeRun *run, const EtudePlotRuns *how)
{
  gboolean has_validation = !is_empty (run->validation_loss);
  EtudeLine *line;

  if (is_brief (run))
    {
      /* Its name would stand where the mark has its own. */
      line = etude_panel_add_series (panel, run->loss, get_factor (run, how), ETUDE_LINE_EMPHASISED, run->colour, NULL);
      line->shows_dot = TRUE;
      line->description = g_strdup (_("Training"));
      return;
    }
  add_raw (panel, run, how);
  if (!is_empty (run->train_loss))
    {
      line = etude_panel_add_series (panel, run->train_loss, get_factor (run, how),
                                     has_validation ? ETUDE_LINE_SMOOTHED : ETUDE_LINE_EMPHASISED, run->colour,
                                     _("Training"));
      /* A second thin line in the same colour. */
      line->dash = how->smoothing > 0 && has_validation ? 2 : 0;
      line->is_hidden = is_hidden (how, line->label);
    }
  if (has_validation)
    {
      line = etude_panel_add_series (panel, run->validation_loss, get_factor (run, how), ETUDE_LINE_EMPHASISED,
                                     run->colour, _("Validation"));
      line->marks_best = TRUE;
      line->is_hidden = is_hidden (how, line->label);
    }
}

static guint
find_dash (const EtudeRun *run)
{
  for (guint i = 0; i < ETUDE_N_RUN_COLOURS; i++)
    if (g_ascii_strcasecmp (run->colour, etude_run_colour (i)) == 0)
      return i < 6 ? 0 : 1 + (i - 6) % 3;
  return 0;
}

static void
add_loss_of_many (EtudePanel *panel, EtudeRun *const *runs, gsize n, const EtudePlotRuns *how)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *title = etude_run_write_title (runs[i]->name, runs[i]->number);

      if (is_hidden (how, title))
        continue;
      if (!how->hides_raw && (n <= MAX_RAW_RUNS || how->smoothing > 0))
        etude_panel_add_series (panel, runs[i]->loss, get_factor (runs[i], how), ETUDE_LINE_SEED, runs[i]->colour, NULL);
      if (how->smoothing > 0)
        etude_panel_add_smoothed (panel, runs[i]->loss, get_factor (runs[i], how), how->smoothing, ETUDE_LINE_SMOOTHED,
                                  runs[i]->colour, NULL);
    }
  for (gsize i = 0; i < n; i++)
    {
      const EtudeRun *run = runs[i];
      const EtudeSeries *series = !is_empty (run->validation_loss) ? run->validation_loss
                                  : !is_empty (run->train_loss) ? run->train_loss : run->loss;
      g_autofree char *title = etude_run_write_title (run->name, run->number);
      EtudeLine *line = etude_panel_add_series (panel, series, get_factor (run, how), ETUDE_LINE_NORMAL, run->colour,
                                                title);

      line->dash = find_dash (run);
      line->marks_best = series == run->validation_loss;
      line->is_hidden = is_hidden (how, title);
    }
}

/* What the schedule has in store from the last update on, and what it would be without live changes. */
static void
add_future (EtudePanel *panel, const EtudeRun *run, const EtudePlotRuns *how)
{
  const EtudeExperimentFields *fields = etude_experiment_fields (run->experiment);
  const double *base = etude_experiment_rate (run->experiment);
  g_autoptr (EtudeSchedule) schedule = NULL;
  guint64 last = 0;
  double value = NAN, planned, multiplier;

  if (base == NULL || run->n_steps == 0)
    return;
  schedule = etude_schedule_new (&fields->schedule, *base, run->n_steps, (double) run->updates_per_epoch, NULL);
  if (schedule == NULL)
    return;
  if (!etude_series_get_last (run->lr, &last, &value))
    {
      etude_plot_add_rate (panel, schedule, 0, run->n_steps, get_factor (run, how), 1, ETUDE_LINE_FUTURE, run->colour);
      return;
    }
  planned = etude_schedule_rate (schedule, last);
  multiplier = planned > 0 && isfinite (value) ? value / planned : 1;
  if (fabs (multiplier - 1) > SAME_RATE)
    etude_plot_add_rate (panel, schedule, 0, run->n_steps, get_factor (run, how), 1, ETUDE_LINE_REFERENCE, run->colour);
  if (run->state == ETUDE_RUN_RUNNING && last + 1 < run->n_steps)
    etude_plot_add_rate (panel, schedule, last, run->n_steps, get_factor (run, how), multiplier, ETUDE_LINE_FUTURE,
                         run->colour);
}

static void
add_rates (EtudeFigure *figure, EtudeRun *const *runs, gsize n, const EtudePlotRuns *how)
{
  EtudePanel *panel = etude_figure_add_panel (figure, RATE_HEIGHT);

  etude_panel_set_y_axis (panel, _("Learning rate"), NULL, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *title = etude_run_write_title (runs[i]->name, runs[i]->number);
      EtudeLine *line;

      if (n > 1 && is_hidden (how, title))
        continue;
      if (n == 1)
        add_future (panel, runs[i], how);
      line = etude_panel_add_series (panel, runs[i]->lr, get_factor (runs[i], how), ETUDE_LINE_NORMAL, runs[i]->colour,
                                     NULL);
      line->dash = find_dash (runs[i]);
      line->shows_dot = line->shows_value = n == 1;
      line->is_quiet = n > 1;
      /* Translators: the learning rate of one run of several: “Moons 12, rate” */
      line->description = n == 1 ? g_strdup (_("Learning rate")) : g_strdup_printf (_("%s, rate"), title);
    }
}

static gboolean
is_passed_over (const EtudeRun *run, guint i)
{
  const EtudeMark *marks = (const EtudeMark *) run->marks->data;

  return marks[i].kind == ETUDE_MARK_RATE && i + 1 < run->marks->len && marks[i + 1].kind == ETUDE_MARK_RATE
         && (double) (marks[i + 1].step - marks[i].step) < MARK_SHARE * (double) run->n_steps;
}

static void
add_marks (EtudeFigure *figure, const EtudeRun *run, const EtudePlotRuns *how)
{
  double factor = get_factor (run, how);

  for (guint i = 0; i < run->marks->len && !how->hides_marks; i++)
    {
      const EtudeMark *mark = &g_array_index (run->marks, EtudeMark, i);
      g_autofree char *number = NULL, *label = NULL;

      if ((mark->kind != ETUDE_MARK_RATE && mark->kind != ETUDE_MARK_PLATEAU) || is_passed_over (run, i))
        continue;
      number = etude_plot_write_factor (mark->factor);
      /* Translators: mark on a chart where the learning rate was changed by a factor such as 0.5 */
      label = g_strdup_printf (_("rate × %s"), number);
      etude_figure_add_mark (figure, (double) mark->step * factor, label, ETUDE_TONE_PLAIN);
    }
  if (run->diverged_at != ETUDE_NO_STEP)
    {
      double x = (double) run->diverged_at * factor;

      etude_figure_add_zone (figure, x, G_MAXDOUBLE, ETUDE_TONE_DIVERGED);
      etude_figure_add_mark (figure, x, _("Diverged"), ETUDE_TONE_DIVERGED);
    }
}

/**
 * etude_plot_runs:
 * @runs: (array length=n): the runs; the figure keeps them
 * @n: how many
 * @how: what is shown
 *
 * The loss of one run or many, with the rate on a linked panel underneath. The rate is drawn as it
 * was applied, never smoothed. What is added to a run later is drawn too; a new mark needs a new
 * figure. Main thread only.
 *
 * Returns: (transfer full): the figure
 */
EtudeFigure *
etude_plot_runs (EtudeRun *const *runs, gsize n, const EtudePlotRuns *how)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  g_autofree char *title = describe_loss (runs, n);
  double end = 0;

  for (gsize i = 0; i < n; i++)
    {
      etude_figure_keep (figure, etude_run_ref (runs[i]), (GDestroyNotify) etude_run_unref);
      end = MAX (end, (double) get_end (runs[i]) * get_factor (runs[i], how));
    }
  etude_figure_set_title (figure, how->title);
  etude_figure_set_legend_elsewhere (figure, how->legend_elsewhere);
  set_x_axis (figure, how, end);
  etude_panel_set_y_axis (panel, title, how->loss_scale, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  if (n == 1)
    add_one_loss (panel, runs[0], how);
  else
    add_loss_of_many (panel, runs, n, how);
  if (!how->hides_rate)
    add_rates (figure, runs, n, how);
  if (n == 1)
    add_marks (figure, runs[0], how);
  etude_figure_set_view (figure, &how->view);
  return figure;
}

/**
 * etude_plot_plan:
 * @experiment: a document
 * @data: (nullable): its data, where they are there
 * @how: what is shown
 *
 * What a run will be, before there is one: empty axes of the loss over the rate that is planned, in the
 * layout of etude_plot_runs().
 *
 * Returns: (transfer full): the figure
 */
EtudeFigure *
etude_plot_plan (const EtudeExperiment *experiment, const EtudePrepared *data, const EtudePlotRuns *how)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *loss = etude_figure_add_panel (figure, 0), *rate = etude_figure_add_panel (figure, RATE_HEIGHT);
  EtudeGoal goal = { data != NULL ? data->dataset->n_classes : 0, data != NULL ? data->dataset->n_targets : 0 };
  const EtudeKind *kind = data != NULL ? etude_loss_resolve (&etude_experiment_fields (experiment)->loss, &goal) : NULL;
  g_autofree char *title = write_title (_("Loss"), kind);
  g_autoptr (EtudeSchedule) schedule = data != NULL ? etude_experiment_plan_schedule (experiment, data->train.n, NULL) : NULL;
  /* Without data nobody knows how many updates make an epoch. */
  EtudePlotRuns axis = { .x = schedule != NULL ? how->x : ETUDE_PLOT_EPOCHS };
  double end = (double) etude_experiment_training (experiment)->epochs;

  etude_panel_set_y_axis (loss, title, how->loss_scale, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  /* The room that the name of a line will need, so that the first one moves nothing. */
  etude_panel_add_points (loss, NULL, NULL, 0, ETUDE_LINE_EMPHASISED, NULL, _("Validation"));
  etude_panel_set_y_axis (rate, _("Learning rate"), NULL, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  if (schedule != NULL)
    {
      double factor = find_factor (experiment, etude_schedule_get_updates_per_epoch (schedule), how);
      guint64 n_steps = etude_schedule_get_n_steps (schedule);

      etude_plot_add_rate (rate, schedule, 0, n_steps, factor, 1, ETUDE_LINE_FUTURE, etude_run_colour (0));
      end = (double) n_steps * factor;
    }
  set_x_axis (figure, &axis, end);
  etude_figure_set_view (figure, &how->view);
  return figure;
}
