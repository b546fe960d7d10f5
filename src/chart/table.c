/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/table.h"

#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "chart/figure-private.h"

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

/* The lines that say something: measured, with a name, in view. */
static GPtrArray *
list_traces (const EtudeFigure *figure, const EtudeRange *view)
{
  GPtrArray *traces = g_ptr_array_new ();

  for (guint p = 0; p < figure->panels->len; p++)
    for (guint i = 0; i < etude_figure_get_panel (figure, p)->traces->len; i++)
      {
        const EtudeTrace *trace = etude_panel_get_trace (etude_figure_get_panel (figure, p), i);

        if ((trace->line.label != NULL || trace->line.description != NULL) && trace->line.style != ETUDE_LINE_FUTURE
            && trace->line.style != ETUDE_LINE_REFERENCE
            && etude_trace_find (trace, view->min) < etude_trace_find (trace, nextafter (view->max, INFINITY)))
          g_ptr_array_add (traces, (gpointer) trace);
      }
  return traces;
}

/* At most @most of the places where @trace has a point in view. */
static void
append_places (GArray *places, const EtudeTrace *trace, const EtudeRange *view, gsize most)
{
  gsize from = etude_trace_find (trace, view->min), to = etude_trace_find (trace, nextafter (view->max, INFINITY));
  gsize stride = MAX (1, (to - from + most - 1) / MAX (most, 1));

  for (gsize i = from; i < to; i += stride)
    {
      EtudeTracePoint point;

      etude_trace_get_point (trace, i, &point);
      g_array_append_val (places, point.x);
    }
}

static void
sort_places (GArray *places)
{
  guint n = 0;

  g_array_sort (places, compare_doubles);
  for (guint i = 0; i < places->len; i++)
    if (n == 0 || g_array_index (places, double, i) > g_array_index (places, double, n - 1))
      g_array_index (places, double, n++) = g_array_index (places, double, i);
  g_array_set_size (places, n);
}

/* Rows begin where a line of few points has one; what is left of @most is shared out among the points
 * of the others. */
static GArray *
find_rows (const GPtrArray *traces, const EtudeRange *view, guint most)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (double));
  const EtudeTrace *longest = NULL;
  gsize n_longest = 0;

  for (guint i = 0; i < traces->len; i++)
    {
      const EtudeTrace *trace = traces->pdata[i];
      gsize points = etude_trace_find (trace, nextafter (view->max, INFINITY)) - etude_trace_find (trace, view->min);

      if (points > n_longest)
        {
          longest = trace;
          n_longest = points;
        }
      if (points <= most / 4)
        append_places (rows, trace, view, most / 4);
    }
  sort_places (rows);
  g_array_set_size (rows, MIN (rows->len, most));
  if (longest != NULL && rows->len < most)
    {
      append_places (rows, longest, view, most - rows->len);
      sort_places (rows);
    }
  return rows;
}

/* The mean of the finite points from @x on that lie before @end; NaN where there is none. */
static double
find_mean (const EtudeTrace *trace, double x, double end)
{
  gsize from = etude_trace_find (trace, x), to = etude_trace_find (trace, end);
  double mean = 0, weight = 0;
  gsize n;

  for (gsize i = from; i < to; i++)
    {
      const EtudeBucket *buckets = trace->series != NULL ? etude_series_get_buckets (trace->series, &n) : NULL;
      double counts = buckets != NULL ? buckets[i].n : 1;
      EtudeTracePoint point;

      etude_trace_get_point (trace, i, &point);
      if (isnan (point.y))
        continue;
      weight += counts;
      mean += (point.y - mean) * (counts / weight);
    }
  return weight > 0 ? mean : NAN;
}

/**
 * etude_figure_tabulate:
 * @self: a figure
 * @most_rows: rows that are no more to be read
 *
 * The values of every line that is drawn and has a name, of the part that is looked at. A row stands
 * for what lies from its x up to that of the next row: a cell is the point of its line there, or the
 * mean of several.
 *
 * Returns: (transfer full): the table
 */
EtudeTable *
etude_figure_tabulate (const EtudeFigure *self, guint most_rows)
{
  EtudeTable *table = g_new0 (EtudeTable, 1);
  EtudeRange view;
  g_autoptr (GPtrArray) traces = NULL;
  g_autoptr (GArray) rows = NULL;

  etude_figure_find_x_range (self, &view);
  /* The ends of an axis in epochs are rounded quotients. */
  view.max += 1e-9 * (view.max - view.min);
  traces = list_traces (self, &view);
  rows = find_rows (traces, &view, most_rows);
  table->n_columns = 1 + traces->len;
  table->n_rows = rows->len;
  table->names = g_new0 (char *, table->n_columns + 1);
  table->values = g_new (double, (gsize) table->n_columns * table->n_rows);
  table->names[0] = g_strdup (self->x_unit != NULL ? self->x_unit : "x");
  for (guint i = 0; i < traces->len; i++)
    {
      const EtudeLine *line = &((const EtudeTrace *) traces->pdata[i])->line;

      table->names[1 + i] = g_strdup (line->label != NULL ? line->label : line->description);
    }
  for (guint r = 0; r < table->n_rows; r++)
    {
      double x = g_array_index (rows, double, r);
      double end = r + 1 < rows->len ? g_array_index (rows, double, r + 1) : nextafter (view.max, INFINITY);
      double *row = &table->values[(gsize) r * table->n_columns];

      row[0] = x;
      for (guint i = 0; i < traces->len; i++)
        row[1 + i] = find_mean (traces->pdata[i], x, end);
    }
  return table;
}

/**
 * etude_table_free:
 * @self: (transfer full) (nullable): a table
 */
void
etude_table_free (EtudeTable *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->names);
  g_free (self->values);
  g_free (self);
}

/**
 * etude_table_write_csv:
 * @self: a table
 *
 * Returns: (transfer full): the table as text, with a line of names; what is not there is empty
 */
char *
etude_table_write_csv (const EtudeTable *self)
{
  GString *text = g_string_new (NULL);
  EtudeCsvWriter writer;

  etude_csv_writer_init (&writer, text);
  for (guint i = 0; i < self->n_columns; i++)
    etude_csv_writer_text (&writer, self->names[i]);
  etude_csv_writer_end_row (&writer);
  for (guint r = 0; r < self->n_rows; r++)
    {
      for (guint i = 0; i < self->n_columns; i++)
        {
          double value = self->values[(gsize) r * self->n_columns + i];

          if (isnan (value))
            etude_csv_writer_text (&writer, "");
          else
            etude_csv_writer_number (&writer, value);
        }
      etude_csv_writer_end_row (&writer);
    }
  return g_string_free (text, FALSE);
}
