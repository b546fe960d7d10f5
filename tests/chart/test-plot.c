/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "chart/figure-private.h"
#include "chart/plot-rate.h"
#include "chart/plot-runs.h"

static EtudeRun *
make_run (guint64 n_done, double factor)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  EtudeObject *schedule = &etude_experiment_fields (experiment)->schedule;
  EtudeRun *run;

  etude_object_become (schedule, etude_group_find (&etude_schedule_group, "constant"));
  *etude_experiment_rate (experiment) = 0.1;
  run = etude_run_new (experiment, 1);
  etude_run_plan (run, 600, 20, NULL, 0);
  for (guint64 i = 0; i < n_done; i++)
    {
      EtudeRecord record = { .type = ETUDE_RECORD_STEP, .step = i, .lr = 0.1 * factor, .loss = 1 / (1 + (double) i) };

      if (i % 20 == 0)
        {
          EtudeRecord evaluation = { .type = ETUDE_RECORD_EVALUATION, .step = i, .lr = NAN, .loss = 0.5, .validation_loss = 0.6 };

          etude_run_add (run, &evaluation);
        }
      etude_run_add (run, &record);
    }
  return run;
}

static const EtudeTrace *
find_trace (const EtudePanel *panel, EtudeLineStyle style)
{
  for (guint i = 0; i < panel->traces->len; i++)
    if (etude_panel_get_trace (panel, i)->line.style == style)
      return etude_panel_get_trace (panel, i);
  return NULL;
}

static void
test_one_run (void)
{
  g_autoptr (EtudeRun) run = make_run (300, 1);
  g_autoptr (EtudeFigure) figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { 0 });
  const EtudePanel *loss = etude_figure_get_panel (figure, 0), *rate = etude_figure_get_panel (figure, 1);
  const EtudeTrace *trace;
  EtudeTracePoint end;
  EtudeRange range;

  g_assert_cmpuint (etude_figure_get_n_panels (figure), ==, 2);
  g_assert_cmpstr (figure->x_unit, ==, "epoch");
  etude_figure_find_x_range (figure, &range);
  g_assert_cmpfloat (range.max, ==, 30);
  trace = find_trace (loss, ETUDE_LINE_EMPHASISED);
  g_assert_true (trace->series == run->validation_loss);
  g_assert_cmpstr (trace->line.label, ==, "Validation");
  g_assert_true (find_trace (loss, ETUDE_LINE_RAW)->series == run->loss);
  g_assert_true (find_trace (loss, ETUDE_LINE_SMOOTHED)->series == run->train_loss);

  /* The rate as it was applied, and what the schedule has in store for the rest. */
  g_assert_true (find_trace (rate, ETUDE_LINE_NORMAL)->series == run->lr);
  trace = find_trace (rate, ETUDE_LINE_FUTURE);
  g_assert_true (etude_trace_get_end (trace, &end));
  g_assert_cmpfloat_with_epsilon (end.x, 599 / 20.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (trace->x[0], 299 / 20.0, 1e-9);
  g_assert_null (find_trace (rate, ETUDE_LINE_REFERENCE));
}

static void
test_live_change (void)
{
  g_autoptr (EtudeRun) run = make_run (100, 1);
  g_autoptr (EtudeFigure) figure = NULL;
  const EtudeMark mark = { 60, ETUDE_MARK_RATE, 0.5 };
  const EtudeNote *note;

  g_array_append_val (run->marks, mark);
  figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { .x = ETUDE_PLOT_STEPS });
  g_assert_cmpstr (figure->x_unit, ==, "step");
  g_assert_cmpuint (figure->marks->len, ==, 1);
  note = &g_array_index (figure->marks, EtudeNote, 0);
  g_assert_cmpfloat (note->x, ==, 60);
  g_assert_cmpstr (note->label, ==, "rate × 0.5");
}

/* A drag leaves a mark a frame; one is drawn, the last. A plateau’s are all drawn. */
static void
test_drag (void)
{
  g_autoptr (EtudeRun) run = make_run (100, 1);
  g_autoptr (EtudeFigure) figure = NULL;

  for (guint i = 0; i < 20; i++)
    {
      const EtudeMark mark = { 30 + i, ETUDE_MARK_RATE, 1 + i };

      g_array_append_val (run->marks, mark);
    }
  for (guint i = 0; i < 2; i++)
    {
      const EtudeMark mark = { 50 + i, ETUDE_MARK_PLATEAU, 0.1 };

      g_array_append_val (run->marks, mark);
    }
  figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { .x = ETUDE_PLOT_STEPS });
  g_assert_cmpuint (figure->marks->len, ==, 3);
  g_assert_cmpstr (g_array_index (figure->marks, EtudeNote, 0).label, ==, "rate × 20");
  g_assert_cmpfloat (g_array_index (figure->marks, EtudeNote, 0).x, ==, 49);
}

/* A run that diverged at once is looked at closely. */
static void
test_diverged_at_once (void)
{
  g_autoptr (EtudeRun) run = make_run (9, 1);
  g_autoptr (EtudeFigure) figure = NULL;
  const EtudePanel *loss;
  EtudeRange range;

  run->diverged_at = 8;
  run->state = ETUDE_RUN_DIVERGED;
  figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { .x = ETUDE_PLOT_STEPS, .loss_scale = &etude_axis_scale_log });
  etude_figure_find_x_range (figure, &range);
  g_assert_cmpfloat (range.max, ==, 36);
  loss = etude_figure_get_panel (figure, 0);
  g_assert_cmpuint (loss->traces->len, ==, 1);
  g_assert_true (find_trace (loss, ETUDE_LINE_EMPHASISED)->series == run->loss);
  g_assert_cmpfloat (g_array_index (figure->zones, EtudeZone, 0).from, ==, 8);
}

static void
test_multiplied_future (void)
{
  g_autoptr (EtudeRun) run = make_run (100, 0.5);
  g_autoptr (EtudeFigure) figure = NULL;
  const EtudePanel *rate;

  figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { 0 });
  rate = etude_figure_get_panel (figure, 1);
  g_assert_cmpfloat_with_epsilon (find_trace (rate, ETUDE_LINE_REFERENCE)->y[0], 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (find_trace (rate, ETUDE_LINE_FUTURE)->y[0], 0.05, 1e-12);
}

static void
test_diverged (void)
{
  g_autoptr (EtudeRun) run = make_run (50, 1);
  g_autoptr (EtudeFigure) figure = NULL;

  run->diverged_at = 50;
  run->state = ETUDE_RUN_DIVERGED;
  figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { .loss_scale = &etude_axis_scale_log });
  g_assert_cmpstr (g_array_index (figure->marks, EtudeNote, 0).label, ==, "Diverged");
  g_assert_cmpfloat (g_array_index (figure->zones, EtudeZone, 0).from, ==, 2.5);
  g_assert_null (find_trace (etude_figure_get_panel (figure, 1), ETUDE_LINE_FUTURE));
}

static void
test_many_runs (void)
{
  EtudeRun *runs[8];
  g_autoptr (EtudeFigure) figure = NULL;
  const EtudePanel *loss;

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      runs[i] = make_run (40 + i, 1);
      g_free (runs[i]->name);
      runs[i]->name = g_strdup ("Moons");
      runs[i]->number = i == 0 ? 0 : 10 + i;
      g_free (runs[i]->colour);
      runs[i]->colour = g_strdup (etude_run_colour (i));
    }
  figure = etude_plot_runs (runs, G_N_ELEMENTS (runs), &(EtudePlotRuns) { .title = "Eight" });
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    etude_run_unref (runs[i]);          /* the figure keeps them */
  loss = etude_figure_get_panel (figure, 0);
  g_assert_cmpuint (loss->traces->len, ==, 8);
  g_assert_cmpuint (etude_figure_count_labels (figure), ==, 8);
  g_assert_cmpstr (etude_panel_get_trace (loss, 7)->line.label, ==, "Moons 17");
  g_assert_cmpstr (etude_panel_get_trace (loss, 0)->line.label, ==, "Moons");
  g_assert_cmpstr (etude_panel_get_trace (loss, 7)->line.colour, ==, etude_run_colour (7));
  g_assert_cmpuint (etude_panel_get_trace (loss, 5)->line.dash, ==, 0);
  g_assert_cmpuint (etude_panel_get_trace (loss, 6)->line.dash, ==, 1);
  g_assert_cmpuint (etude_trace_get_n (etude_panel_get_trace (loss, 0)), >, 0);
}

/* Smoothing concerns the losses of mini-batches, which stay behind it, and never the rate. */
static void
test_smoothing (void)
{
  g_autoptr (EtudeRun) run = make_run (300, 1);
  g_autoptr (EtudeFigure) figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { .smoothing = 0.9, .x = ETUDE_PLOT_SAMPLES });
  const EtudePanel *loss = etude_figure_get_panel (figure, 0), *rate = etude_figure_get_panel (figure, 1);
  guint n_smoothed = 0;

  for (guint i = 0; i < loss->traces->len; i++)
    if (etude_panel_get_trace (loss, i)->smoothed != NULL)
      {
        n_smoothed++;
        g_assert_true (etude_panel_get_trace (loss, i)->series == run->loss);
      }
  g_assert_cmpuint (n_smoothed, ==, 1);
  g_assert_true (find_trace (loss, ETUDE_LINE_RAW)->series == run->loss);
  g_assert_null (find_trace (loss, ETUDE_LINE_RAW)->smoothed);
  for (guint i = 0; i < rate->traces->len; i++)
    g_assert_null (etude_panel_get_trace (rate, i)->smoothed);
  g_assert_cmpstr (figure->x_unit, ==, "samples");
  g_assert_cmpfloat (find_trace (loss, ETUDE_LINE_RAW)->x_factor, ==,
                     (double) etude_experiment_training (run->experiment)->batch_size);
}

static void
test_hidden_run (void)
{
  EtudeRun *runs[] = { make_run (40, 1), make_run (40, 1) };
  const char *hidden[] = { "One 1", NULL };
  g_autoptr (EtudeFigure) figure = NULL;
  const EtudePanel *loss, *rate;

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_free (runs[i]->name);
      runs[i]->name = g_strdup ("One");
      runs[i]->number = 1 + i;
    }
  figure = etude_plot_runs (runs, 2, &(EtudePlotRuns) { .hidden = hidden, .view = { .x = { 1, 2 } } });
  etude_run_unref (runs[0]);
  etude_run_unref (runs[1]);
  loss = etude_figure_get_panel (figure, 0);
  rate = etude_figure_get_panel (figure, 1);
  g_assert_cmpuint (loss->traces->len, ==, 3);
  g_assert_cmpuint (rate->traces->len, ==, 1);
  for (guint i = 0; i < loss->traces->len; i++)
    {
      const EtudeTrace *trace = etude_panel_get_trace (loss, i);

      g_assert_cmpint (g_strcmp0 (trace->line.label, "One 1") == 0, ==, trace->line.is_hidden);
    }
  g_assert_cmpfloat (figure->x_view.max, ==, 2);
}

static void
test_empty (void)
{
  g_autoptr (EtudeRun) run = make_run (0, 1);
  g_autoptr (EtudeFigure) none = etude_plot_runs (NULL, 0, &(EtudePlotRuns) { 0 });
  g_autoptr (EtudeFigure) figure = etude_plot_runs (&run, 1, &(EtudePlotRuns) { 0 });
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 300, 200);
  cairo_t *cr = cairo_create (surface);

  etude_figure_draw (none, cr, 300, 200, &etude_theme_light, 1);
  etude_figure_draw (figure, cr, 300, 200, &etude_theme_light, 1);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
test_rate (void)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  const EtudeObject *kind = &etude_experiment_fields (experiment)->schedule;
  g_autoptr (EtudeSchedule) schedule = etude_schedule_new (kind, 0.1, 100000, 1000, NULL);
  g_autoptr (EtudeFigure) whole = etude_plot_rate (schedule, &(EtudePlotRate) { .in_steps = TRUE });
  g_autoptr (EtudeFigure) part = etude_plot_rate (schedule, &(EtudePlotRate) { .has_step = TRUE, .step = 40000, .multiplier = 0.5 });
  const EtudePanel *panel = etude_figure_get_panel (whole, 0);
  const EtudeTrace *trace = find_trace (panel, ETUDE_LINE_NORMAL);
  g_autofree char *words = etude_figure_describe (whole);
  const EtudeNote *dot;

  /* No word of it stands in the picture, but a screen reader has to say it. */
  g_assert_cmpuint (etude_figure_count_labels (whole), ==, 0);
  g_assert_true (g_str_has_prefix (words, "Learning rate falls from 0.100 to "));
  g_assert_cmpuint (trace->n, <=, 20000);
  g_assert_cmpfloat (trace->x[trace->n - 1], ==, 99999);
  for (gsize i = 0; i < trace->n; i++)
    g_assert_cmpfloat (trace->y[i], ==, etude_schedule_rate (schedule, (guint64) trace->x[i]));
  panel = etude_figure_get_panel (part, 0);
  dot = &g_array_index (panel->dots, EtudeNote, 0);
  g_assert_cmpfloat_with_epsilon (dot->x, 40, 1e-9);
  g_assert_cmpfloat_with_epsilon (dot->y, 0.5 * etude_schedule_rate (schedule, 40000), 1e-12);
  g_assert_cmpfloat_with_epsilon (find_trace (panel, ETUDE_LINE_FUTURE)->x[0], 40, 1e-9);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/one-run", test_one_run);
  g_test_add_func ("/plot/live-change", test_live_change);
  g_test_add_func ("/plot/drag", test_drag);
  g_test_add_func ("/plot/diverged-at-once", test_diverged_at_once);
  g_test_add_func ("/plot/multiplied-future", test_multiplied_future);
  g_test_add_func ("/plot/diverged", test_diverged);
  g_test_add_func ("/plot/many-runs", test_many_runs);
  g_test_add_func ("/plot/smoothing", test_smoothing);
  g_test_add_func ("/plot/hidden-run", test_hidden_run);
  g_test_add_func ("/plot/empty", test_empty);
  g_test_add_func ("/plot/rate", test_rate);
  return g_test_run ();
}
