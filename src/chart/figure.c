/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/figure.h"

#include <math.h>
#include <string.h>

#include "chart/figure-private.h"

typedef struct
{
  gpointer object;
  GDestroyNotify release;
} Kept;

static void
trace_free (gpointer data)
{
  EtudeTrace *self = data;

  g_free (self->line.label);
  g_free (self->line.description);
  g_free (self->x);
  g_free (self->y);
  etude_smoothed_free (self->smoothed);
  g_free (self);
}

static void
note_clear (gpointer data)
{
  g_free (((EtudeNote *) data)->label);
}

static void
key_clear (gpointer data)
{
  g_free (((EtudeKey *) data)->label);
}

static void
band_clear (gpointer data)
{
  EtudeBand *self = data;

  g_free (self->x);
  g_free (self->low);
  g_free (self->high);
}

static void
kept_clear (gpointer data)
{
  Kept *self = data;

  self->release (self->object);
}

static GArray *
new_array (gsize size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, FALSE, (guint) size);

  if (clear != NULL)
    g_array_set_clear_func (array, clear);
  return array;
}

static void
panel_free (gpointer data)
{
  EtudePanel *self = data;

  g_free (self->title);
  g_free (self->caption);
  g_ptr_array_unref (self->traces);
  g_array_unref (self->bands);
  g_array_unref (self->references);
  g_array_unref (self->dots);
  g_array_unref (self->scatter);
  etude_raster_free (self->raster);
  etude_matrix_free (self->matrix);
  g_free (self);
}

static void
replace_text (char **text, const char *by)
{
  char *copy = by != NULL ? g_utf8_make_valid (by, -1) : NULL;

  g_free (*text);
  *text = copy;
}

static void
set_colour (char colour[8], const char *text)
{
  g_strlcpy (colour, text != NULL ? text : "", 8);
}

/**
 * etude_figure_new:
 *
 * An empty figure: the description of what is drawn, with no size and no colours yet. One thread.
 *
 * Returns: (transfer full): the figure, for etude_figure_free()
 */
EtudeFigure *
etude_figure_new (void)
{
  EtudeFigure *self = g_new0 (EtudeFigure, 1);

  self->x_scale = &etude_axis_scale_linear;
  self->x_range = (EtudeRange) { ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE };
  self->panels = g_ptr_array_new_with_free_func (panel_free);
  self->marks = new_array (sizeof (EtudeNote), note_clear);
  self->zones = new_array (sizeof (EtudeZone), NULL);
  self->keys = new_array (sizeof (EtudeKey), key_clear);
  self->kept = new_array (sizeof (Kept), kept_clear);
  return self;
}

/**
 * etude_figure_free:
 * @self: (transfer full) (nullable): a figure
 */
void
etude_figure_free (EtudeFigure *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->x_unit);
  g_ptr_array_unref (self->panels);
  g_array_unref (self->marks);
  g_array_unref (self->zones);
  g_array_unref (self->keys);
  g_free (self->description);
  g_array_unref (self->kept);
  g_free (self);
}

/**
 * etude_figure_keep:
 * @self: a figure
 * @object: (transfer full): what owns series of the figure
 * @release: called with @object when the figure is freed
 */
void
etude_figure_keep (EtudeFigure *self, gpointer object, GDestroyNotify release)
{
  Kept kept = { object, release };

  g_array_append_val (self->kept, kept);
}

/**
 * etude_figure_set_title:
 * @self: a figure
 * @title: (nullable): written above all panels
 */
void
etude_figure_set_title (EtudeFigure *self, const char *title)
{
  replace_text (&self->title, title);
}

/**
 * etude_figure_set_x_axis:
 * @self: a figure
 * @unit: (nullable): written at the end of the axis, such as “epoch”
 * @scale: (nullable): how values become places; linear if %NULL
 * @min: start of the axis, or %ETUDE_AUTO_RANGE
 * @max: its end, or %ETUDE_AUTO_RANGE
 *
 * The axis that all panels share.
 */
void
etude_figure_set_x_axis (EtudeFigure *self, const char *unit, const EtudeAxisScale *scale, double min, double max)
{
  replace_text (&self->x_unit, unit);
  self->x_scale = scale != NULL ? scale : &etude_axis_scale_linear;
  self->x_range = (EtudeRange) { min, max };
}

/**
 * etude_figure_set_description:
 * @self: a figure
 * @description: (nullable): what it shows, in words; NULL to tell of its lines
 */
void
etude_figure_set_description (EtudeFigure *self, const char *description)
{
  replace_text (&self->description, description);
}

void
etude_figure_set_x_unit (EtudeFigure *self, const char *unit)
{
  replace_text (&self->x_unit, unit);
}

/**
 * etude_figure_get_x_unit:
 * @self: a figure
 *
 * Returns: (nullable): what stands at the end of the x axis
 */
const char *
etude_figure_get_x_unit (const EtudeFigure *self)
{
  return self->x_unit;
}

/**
 * etude_figure_set_view:
 * @self: a figure with its panels
 * @view: what part of it is shown
 */
void
etude_figure_set_view (EtudeFigure *self, const EtudeView *view)
{
  self->x_view = view->x;
  for (guint i = 0; i < MIN (self->panels->len, ETUDE_VIEW_PANELS); i++)
    etude_figure_get_nth_panel (self, i)->view = view->y[i];
}

/**
 * etude_figure_set_legend_elsewhere:
 * @self: a figure
 * @is_elsewhere: whether what shows the figure has a legend of its own
 *
 * Where there is none, more lines than have room for their names get a legend in the figure.
 */
void
etude_figure_set_legend_elsewhere (EtudeFigure *self, gboolean is_elsewhere)
{
  self->legend_elsewhere = is_elsewhere;
}

/**
 * etude_figure_add_mark:
 * @self: a figure
 * @x: where
 * @label: (nullable): written beside it in the first panel, such as “rate × 0.5”
 * @tone: plain for a dashed hairline, else a line in the colour of the tone
 *
 * A vertical line through all panels.
 */
void
etude_figure_add_mark (EtudeFigure *self, double x, const char *label, EtudeTone tone)
{
  EtudeNote mark = { .x = x, .tone = tone };

  replace_text (&mark.label, label);
  g_array_append_val (self->marks, mark);
}

/**
 * etude_figure_add_zone:
 * @self: a figure
 * @from: where it begins
 * @to: where it ends; beyond the axis for “to its end”
 * @tone: what it says
 *
 * Tints a part of all panels.
 */
void
etude_figure_add_zone (EtudeFigure *self, double from, double to, EtudeTone tone)
{
  EtudeZone zone = { from, to, tone };

  g_array_append_val (self->zones, zone);
}

/**
 * etude_figure_add_panel:
 * @self: a figure
 * @height: pixels with title and labels, or 0 for what the others leave
 *
 * Adds a panel below those there are.
 *
 * Returns: (transfer none): the panel
 */
EtudePanel *
etude_figure_add_panel (EtudeFigure *self, double height)
{
  EtudePanel *panel = g_new0 (EtudePanel, 1);

  panel->height = height;
  panel->scale = &etude_axis_scale_linear;
  panel->range = (EtudeRange) { ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE };
  panel->traces = g_ptr_array_new_with_free_func (trace_free);
  panel->bands = new_array (sizeof (EtudeBand), band_clear);
  panel->references = new_array (sizeof (EtudeNote), note_clear);
  panel->dots = new_array (sizeof (EtudeNote), note_clear);
  panel->scatter = new_array (sizeof (EtudeScatterPoint), NULL);
  g_ptr_array_add (self->panels, panel);
  return panel;
}

/**
 * etude_figure_get_n_panels:
 * @self: a figure
 *
 * Returns: how many panels it has
 */
guint
etude_figure_get_n_panels (const EtudeFigure *self)
{
  return self->panels->len;
}

/**
 * etude_figure_get_nth_panel:
 * @self: a figure
 * @i: which, below etude_figure_get_n_panels()
 *
 * Returns: (transfer none): the panel, 0 for the uppermost
 */
EtudePanel *
etude_figure_get_nth_panel (EtudeFigure *self, guint i)
{
  return g_ptr_array_index (self->panels, i);
}

const EtudePanel *
etude_figure_get_panel (const EtudeFigure *self, guint i)
{
  return g_ptr_array_index (self->panels, i);
}

const EtudeTrace *
etude_panel_get_trace (const EtudePanel *self, guint i)
{
  return g_ptr_array_index (self->traces, i);
}

/**
 * etude_panel_set_y_axis:
 * @self: a panel
 * @title: (nullable): what is drawn with its quantity in brackets, such as “Loss (cross entropy)”
 * @scale: (nullable): how values become places; linear if %NULL
 * @min: lower end, or %ETUDE_AUTO_RANGE
 * @max: upper end, or %ETUDE_AUTO_RANGE
 */
void
etude_panel_set_y_axis (EtudePanel *self, const char *title, const EtudeAxisScale *scale, double min, double max)
{
  replace_text (&self->title, title);
  self->scale = scale != NULL ? scale : &etude_axis_scale_linear;
  self->range = (EtudeRange) { min, max };
}

void
etude_panel_set_title (EtudePanel *self, const char *title)
{
  replace_text (&self->title, title);
}

const char *
etude_panel_get_title (const EtudePanel *self)
{
  return self->title;
}

/**
 * etude_panel_set_caption:
 * @self: a panel
 * @caption: (nullable): written at the right of the title, such as “epoch 18”
 */
void
etude_panel_set_caption (EtudePanel *self, const char *caption)
{
  replace_text (&self->caption, caption);
}

static EtudeTrace *
add_trace (EtudePanel *self, EtudeLineStyle style, const char *colour, const char *label)
{
  EtudeTrace *trace = g_new0 (EtudeTrace, 1);
  gboolean is_main = style == ETUDE_LINE_EMPHASISED || style == ETUDE_LINE_NORMAL;

  trace->line.style = style;
  trace->line.shows_dot = is_main && label != NULL;
  trace->line.shows_value = label != NULL && (is_main || style == ETUDE_LINE_SMOOTHED || style == ETUDE_LINE_RAW);
  set_colour (trace->line.colour, colour);
  replace_text (&trace->line.label, label);
  g_ptr_array_add (self->traces, trace);
  return trace;
}

/**
 * etude_panel_add_series:
 * @self: a panel
 * @series: borrowed: it must live as long as the figure (see etude_figure_keep()); what is appended
 *   to it later is drawn too
 * @x_factor: what a step is on the x axis: 1, or the inverse of the updates in an epoch
 * @style: how it is drawn
 * @colour: (nullable): such as #3584e4
 * @label: (nullable): its name
 *
 * Returns: (transfer none): the line, whose fields may be changed
 */
EtudeLine *
etude_panel_add_series (EtudePanel *self, const EtudeSeries *series, double x_factor, EtudeLineStyle style,
                        const char *colour, const char *label)
{
  EtudeTrace *trace = add_trace (self, style, colour, label);

  trace->series = series;
  trace->x_factor = x_factor;
  return &trace->line;
}

/**
 * etude_panel_add_smoothed:
 * @self: a panel
 * @series: as etude_panel_add_series()
 * @x_factor: likewise
 * @smoothing: how much of the average so far each point leaves, see etude_smoothed_new()
 * @style: how it is drawn
 * @colour: (nullable): such as #3584e4
 * @label: (nullable): its name
 *
 * The exponential average of a series.
 *
 * Returns: (transfer none): the line, whose fields may be changed
 */
EtudeLine *
etude_panel_add_smoothed (EtudePanel *self, const EtudeSeries *series, double x_factor, double smoothing,
                          EtudeLineStyle style, const char *colour, const char *label)
{
  EtudeTrace *trace = add_trace (self, style, colour, label);

  trace->series = series;
  trace->x_factor = x_factor;
  trace->smoothed = etude_smoothed_new (series, smoothing);
  return &trace->line;
}

/**
 * etude_panel_add_points:
 * @self: a panel
 * @x: (array length=n): in rising order
 * @y: (array length=n): what is not finite breaks the line
 * @n: how many
 * @style: how it is drawn
 * @colour: (nullable): such as #3584e4
 * @label: (nullable): its name
 *
 * As etude_panel_add_series(), from arrays that are copied.
 *
 * Returns: (transfer none): the line, whose fields may be changed
 */
EtudeLine *
etude_panel_add_points (EtudePanel *self, const double *x, const double *y, gsize n, EtudeLineStyle style,
                        const char *colour, const char *label)
{
  EtudeTrace *trace = add_trace (self, style, colour, label);

  trace->x = g_memdup2 (x, n * sizeof *x);
  trace->y = g_memdup2 (y, n * sizeof *y);
  trace->n = n;
  return &trace->line;
}

/**
 * etude_panel_add_band:
 * @self: a panel
 * @x: (array length=n): in rising order
 * @low: (array length=n): lower edge
 * @high: (array length=n): upper edge
 * @n: how many
 * @colour: (nullable): such as #3584e4
 *
 * A tinted strip under the lines, such as the spread over seeds. The arrays are copied.
 */
void
etude_panel_add_band (EtudePanel *self, const double *x, const double *low, const double *high, gsize n,
                      const char *colour)
{
  EtudeBand band = { g_memdup2 (x, n * sizeof *x), g_memdup2 (low, n * sizeof *low),
                     g_memdup2 (high, n * sizeof *high), n, "" };

  set_colour (band.colour, colour);
  g_array_append_val (self->bands, band);
}

/**
 * etude_panel_add_reference:
 * @self: a panel
 * @y: where
 * @label: (nullable): written at its end, such as “twice the start”
 * @tone: what it says
 *
 * A dashed horizontal line.
 */
void
etude_panel_add_reference (EtudePanel *self, double y, const char *label, EtudeTone tone)
{
  EtudeNote reference = { .y = y, .tone = tone };

  replace_text (&reference.label, label);
  g_array_append_val (self->references, reference);
}

/**
 * etude_panel_add_dot:
 * @self: a panel
 * @x: where
 * @y: where
 * @colour: (nullable): such as #3584e4
 * @label: (nullable): written beside it
 *
 * A dot, such as the present step on a schedule.
 */
void
etude_panel_add_dot (EtudePanel *self, double x, double y, const char *colour, const char *label)
{
  EtudeNote dot = { .x = x, .y = y };

  set_colour (dot.colour, colour);
  replace_text (&dot.label, label);
  g_array_append_val (self->dots, dot);
}

/* How many different names lines that are shown have: above six of them a legend is clearer. */
guint
etude_figure_count_labels (const EtudeFigure *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint p = 0; p < self->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (self, p);

      for (guint i = 0; i < panel->traces->len; i++)
        if (etude_panel_get_trace (panel, i)->line.label != NULL && !etude_panel_get_trace (panel, i)->line.is_hidden)
          g_hash_table_add (seen, etude_panel_get_trace (panel, i)->line.label);
    }
  return g_hash_table_size (seen);
}
