/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/plot-rate.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/number.h"

/* More rates than this are not asked for: a preview must follow the typing. */
#define MAX_RATES 16384

/**
 * etude_plot_write_factor:
 * @factor: what a rate was multiplied by
 *
 * Returns: (transfer full): the factor with three digits, such as 0.5
 */
char *
etude_plot_write_factor (double factor)
{
  return etude_number_show (factor, 3);
}

/**
 * etude_plot_add_rate:
 * @panel: where it goes
 * @schedule: a schedule
 * @from: the first update
 * @to: one past the last; the first is drawn in any case
 * @x_factor: what a step is on the x axis
 * @multiplier: for every rate
 * @style: how it is drawn
 * @colour: (nullable): such as #3584e4
 *
 * Adds the rates of a span of updates, as the trainer will ask for them.
 */
void
etude_plot_add_rate (EtudePanel *panel, const EtudeSchedule *schedule, guint64 from, guint64 to, double x_factor,
                     double multiplier, EtudeLineStyle style, const char *colour)
{
  guint64 count = to > from ? to - from : 1;
  guint64 stride = (count - 1) / MAX_RATES + 1;
  gsize n = (gsize) ((count - 1) / stride + 1);
  g_autofree double *x = g_new (double, MAX_RATES + 1);
  g_autofree double *y = g_new (double, MAX_RATES + 1);
  EtudeLine *line;

  for (gsize i = 0; i < n; i++)
    {
      x[i] = (double) (from + i * stride) * x_factor;
      y[i] = multiplier * etude_schedule_rate (schedule, from + i * stride);
    }
  if ((n - 1) * stride + 1 < count)
    {
      x[n] = (double) (from + count - 1) * x_factor;
      y[n++] = multiplier * etude_schedule_rate (schedule, from + count - 1);
    }
  line = etude_panel_add_points (panel, x, y, n, style, colour, NULL);
  line->description = g_strdup (style == ETUDE_LINE_NORMAL ? _("Learning rate") : _("Planned learning rate"));
}

/**
 * etude_plot_rate:
 * @schedule: a schedule; not kept
 * @how: what is shown
 *
 * The preview of a schedule: every rate of a run, from the function that trains.
 *
 * Returns: (transfer full): the figure
 */
EtudeFigure *
etude_plot_rate (const EtudeSchedule *schedule, const EtudePlotRate *how)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  guint64 n_steps = etude_schedule_get_n_steps (schedule);
  double factor = how->in_steps ? 1 : 1 / etude_schedule_get_updates_per_epoch (schedule);
  double multiplier = how->multiplier > 0 ? how->multiplier : 1;
  guint64 step = MIN (how->step, n_steps - 1);

  etude_figure_set_x_axis (figure, how->in_steps ? C_("axis", "step") : C_("axis", "epoch"), NULL, 0,
                           (double) n_steps * factor);
  etude_panel_set_y_axis (panel, NULL, how->scale, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  if (!how->has_step)
    {
      etude_plot_add_rate (panel, schedule, 0, n_steps, factor, 1, ETUDE_LINE_NORMAL, how->colour);
      return figure;
    }
  if (how->past != NULL)
    {
      etude_plot_add_rate (panel, schedule, 0, n_steps, factor, 1, ETUDE_LINE_REFERENCE, how->colour);
      etude_panel_add_series (panel, how->past, factor, ETUDE_LINE_NORMAL, how->colour, NULL);
    }
  else
    etude_plot_add_rate (panel, schedule, 0, step + 1, factor, 1, ETUDE_LINE_NORMAL, how->colour);
  etude_plot_add_rate (panel, schedule, step, n_steps, factor, multiplier, ETUDE_LINE_FUTURE, how->colour);
  etude_panel_add_dot (panel, (double) step * factor, multiplier * etude_schedule_rate (schedule, step), how->colour,
                       NULL);
  return figure;
}
