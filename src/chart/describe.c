/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart/figure-private.h"
#include "chart/ticks.h"

/* A change of less than this share of the larger value is none. */
#define SAME_SHARE 0.005

static gboolean
find_start (const EtudeTrace *trace, EtudeTracePoint *start)
{
  gsize n = etude_trace_get_n (trace);

  for (gsize i = 0; i < n; i++)
    {
      etude_trace_get_point (trace, i, start);
      if (!isnan (start->y))
        return TRUE;
    }
  return FALSE;
}

static char *
write_value (double value)
{
  EtudeLabel label;
  char *text;

  etude_label_init_value (&label, value);
  text = etude_label_to_text (&label);
  etude_label_clear (&label);
  return text;
}

static void
append_trace (GString *text, const EtudeTrace *trace, const char *unit)
{
  const char *name = trace->line.label != NULL ? trace->line.label : trace->line.description;
  EtudeTracePoint start, end;
  g_autofree char *first = NULL, *last = NULL, *from = NULL, *to = NULL;
  double least;
  const char *format;

  if (name == NULL || trace->line.is_quiet || !find_start (trace, &start) || !etude_trace_get_end (trace, &end))
    return;
  first = write_value (start.y);
  last = write_value (end.y);
  from = write_value (start.x);
  to = write_value (end.x);
  least = SAME_SHARE * MAX (fabs (start.y), fabs (end.y));
  if (fabs (end.y - start.y) <= least)
    /* Translators: name, value, value, x, x, unit: “Rate stays at 0.100 (0.100) from 0 to 30.0 epoch” */
    format = _("%s stays near %s (%s at the end) from %s to %s %s");
  else if (end.y < start.y)
    /* Translators: “Validation loss falls from 0.710 to 0.0900 between 0 and 30.0 epoch” */
    format = _("%s falls from %s to %s between %s and %s %s");
  else
    format = _("%s rises from %s to %s between %s and %s %s");
  if (text->len > 0)
    g_string_append (text, ". ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_printf (text, format, name, first, last, from, to, unit);
#pragma GCC diagnostic pop
  g_strchomp (text->str);
  text->len = strlen (text->str);
}

/**
 * etude_figure_describe:
 * @self: a figure
 *
 * What the picture shows, in words: what etude_figure_set_description() has,
 * else each line that has a name with its start and end, then the marks.
 *
 * Returns: (transfer full): one sentence a line, for a screen reader
 */
char *
etude_figure_describe (const EtudeFigure *self)
{
  GString *text;

  if (self->description != NULL)
    return g_strdup (self->description);
  text = g_string_new (NULL);
  for (guint p = 0; p < self->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (self, p);

      for (guint i = 0; i < panel->traces->len; i++)
        append_trace (text, etude_panel_get_trace (panel, i), self->x_unit != NULL ? self->x_unit : "");
    }
  for (guint i = 0; i < self->marks->len; i++)
    {
      const EtudeNote *mark = &g_array_index (self->marks, EtudeNote, i);
      g_autofree char *x = write_value (mark->x);

      if (mark->label == NULL)
        continue;
      if (text->len > 0)
        g_string_append (text, ". ");
      /* Translators: what happened, then where and its unit: “rate × 0.5 at 11.0 epoch” */
      g_string_append_printf (text, _("%s at %s %s"), mark->label, x, self->x_unit != NULL ? self->x_unit : "");
    }
  if (text->len == 0)
    g_string_append (text, _("Nothing to show yet"));
  return g_string_free (text, FALSE);
}
