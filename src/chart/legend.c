/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "chart/layout-private.h"

#define DOT 3.5
#define DOT_RIM 1.75
#define NAME_GAP 9

/* Letters on whole pixels of a screen may take a little more than they measure. */
#define ROUNDING 3

#define SWATCH 18
#define SWATCH_GAP 6
#define ENTRY_GAP 16

/* A name at the end of a line, with the value below it, or the value alone. Texts are owned. */
typedef struct
{
  EtudeLabel value;
  char *name;
  EtudeColour colour;
  EtudeColour value_colour;
  const EtudeTextStyle *style;
  double x;
  double wanted;        /* middle of its first line */
  double y;
  double height;
  guint rank;           /* what is given up first has the highest */
} Name;

static void
name_clear (gpointer data)
{
  Name *self = data;

  etude_label_clear (&self->value);
  g_free (self->name);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const Name *left = a, *right = b;

  if (left->wanted != right->wanted)
    return left->wanted < right->wanted ? -1 : 1;
  return (left->rank > right->rank) - (left->rank < right->rank);
}

static gboolean
has_one_colour (const EtudePanel *panel)
{
  const char *first = NULL;

  for (guint i = 0; i < panel->traces->len; i++)
    {
      const EtudeTrace *trace = etude_panel_get_trace (panel, i);

      if (first == NULL)
        first = trace->line.colour;
      else if (strcmp (first, trace->line.colour) != 0)
        return FALSE;
    }
  return TRUE;
}

/* One run: its names are in the colours of text. Several: each in its own. */
static void
colour_name (Name *name, const EtudeLine *line, const EtudeTheme *theme, gboolean is_one_run)
{
  gboolean is_main = line->style == ETUDE_LINE_EMPHASISED || line->style == ETUDE_LINE_NORMAL;

  name->style = is_main ? &etude_text_name : &etude_text_value;
  name->colour = name->value_colour = is_main ? theme->text : theme->labels;
  if (!is_one_run)
    {
      etude_theme_get_colour (theme, line->colour, &name->colour);
      name->style = &etude_text_name;
    }
}

static void
append_trace_name (GArray *names, EtudePicture *picture, const EtudeFrame *frame, const EtudeTrace *trace,
                   gboolean is_one_run, gboolean has_dots)
{
  const EtudeRectangle *plot = &frame->plot;
  double slack = 1e-9 * (frame->x_range.max - frame->x_range.min);
  EtudeTracePoint end, last;
  Name name = { .name = NULL };

  /* Of a line that goes on beyond the view, what is seen last. */
  if ((trace->line.label == NULL && !trace->line.shows_dot && !trace->line.shows_value)
      || !etude_trace_get_end_within (trace, frame->x_range.max + slack, &end) || !etude_trace_get_end (trace, &last)
      || !frame->x_scale->shows (end.x) || last.x < frame->x_range.min)
    return;
  name.x = MIN (etude_frame_x (frame, end.x), plot->x + plot->width);
  name.wanted = plot->y + plot->height;
  if (frame->y_scale->shows (end.y))
    {
      double y = etude_frame_y (frame, end.y);

      name.wanted = CLAMP (y, plot->y, plot->y + plot->height);
      if (has_dots && trace->line.shows_dot && y == name.wanted && name.x >= plot->x && end.x == last.x)
        {
          EtudeColour colour;

          etude_theme_get_colour (picture->theme, trace->line.colour, &colour);
          etude_picture_add_disc (picture, name.x, y, DOT, DOT_RIM, &colour);
        }
    }
  name.height = ETUDE_LABEL_HEIGHT;
  name.rank = (guint) trace->line.style * 100 + names->len;
  if (trace->line.shows_value)
    etude_label_init_value (&name.value, end.y);
  if (trace->line.label != NULL)
    {
      name.name = g_strdup (trace->line.label);
      name.height += trace->line.shows_value ? ETUDE_LABEL_HEIGHT : 0;
    }
  else if (!trace->line.shows_value)
    return;
  colour_name (&name, &trace->line, picture->theme, is_one_run);
  g_array_append_val (names, name);
}

static void
append_note_names (GArray *names, EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel)
{
  const EtudeRectangle *plot = &frame->plot;

  for (guint i = 0; i < panel->dots->len; i++)
    {
      const EtudeNote *dot = &g_array_index (panel->dots, EtudeNote, i);
      double x = etude_frame_x (frame, dot->x), y = etude_frame_y (frame, dot->y);
      Name name = { .x = x, .wanted = y, .height = ETUDE_LABEL_HEIGHT, .style = &etude_text_name };
      EtudeColour colour;

      if (!frame->x_scale->shows (dot->x) || !frame->y_scale->shows (dot->y) || x < plot->x - 1
          || x > plot->x + plot->width + 1 || y < plot->y - 1 || y > plot->y + plot->height + 1)
        continue;
      etude_theme_get_colour (picture->theme, dot->colour, &colour);
      etude_picture_add_disc (picture, x, y, DOT, DOT_RIM, &colour);
      if (dot->label == NULL)
        continue;
      name.name = g_strdup (dot->label);
      name.colour = picture->theme->text;
      g_array_append_val (names, name);
    }
  for (guint i = 0; i < panel->references->len; i++)
    {
      const EtudeNote *reference = &g_array_index (panel->references, EtudeNote, i);
      Name name = { .x = plot->x + plot->width, .wanted = etude_frame_y (frame, reference->y),
                    .height = ETUDE_LABEL_HEIGHT, .style = &etude_text_value, .rank = 1000 };

      if (reference->label == NULL || !frame->y_scale->shows (reference->y)
          || name.wanted < plot->y || name.wanted > plot->y + plot->height)
        continue;
      name.name = g_strdup (reference->label);
      etude_tone_get_colour (reference->tone, picture->theme, &name.colour);
      g_array_append_val (names, name);
    }
}

static double
total_height (const GArray *names)
{
  double sum = 0;

  for (guint i = 0; i < names->len; i++)
    sum += g_array_index (names, Name, i).height;
  return sum;
}

/* First the values go, then the names that matter least. */
static void
make_room (GArray *names, double room)
{
  if (total_height (names) > room)
    for (guint i = 0; i < names->len; i++)
      {
        if (g_array_index (names, Name, i).name != NULL)
          etude_label_clear (&g_array_index (names, Name, i).value);
        g_array_index (names, Name, i).height = ETUDE_LABEL_HEIGHT;
      }
  while (names->len > 1 && total_height (names) > room)
    {
      guint worst = 0;

      for (guint i = 1; i < names->len; i++)
        if (g_array_index (names, Name, i).rank >= g_array_index (names, Name, worst).rank)
          worst = i;
      g_array_remove_index (names, worst);
    }
}

/* Sorted names move as little as they can until none touches another: groups that touch share their
 * mean displacement, and groups that then touch are joined. */
static void
push_apart (GArray *names, double top, double bottom)
{
  guint n = names->len;
  g_autofree guint *group = g_new (guint, n + 1);
  g_autofree double *start = g_new (double, n + 1);
  guint n_groups = 0;

  for (guint i = 0; i < n; i++)
    {
      group[n_groups++] = i;
      for (;;)
        {
          guint first = group[n_groups - 1];
          double sum = 0, offset = 0, low;

          for (guint k = first; k <= i; k++)
            {
              sum += g_array_index (names, Name, k).wanted - ETUDE_LABEL_HEIGHT / 2.0 - offset;
              offset += g_array_index (names, Name, k).height;
            }
          low = MAX (top, bottom - offset);
          start[n_groups - 1] = CLAMP (sum / (i - first + 1), top, low);
          if (n_groups < 2)
            break;
          low = start[n_groups - 2];
          for (guint k = group[n_groups - 2]; k < first; k++)
            low += g_array_index (names, Name, k).height;
          if (low <= start[n_groups - 1])
            break;
          n_groups--;
        }
    }
  for (guint g = 0; g < n_groups; g++)
    {
      double y = start[g];

      for (guint i = group[g]; i < (g + 1 < n_groups ? group[g + 1] : n); i++)
        {
          g_array_index (names, Name, i).y = y + ETUDE_LABEL_HEIGHT / 2.0;
          y += g_array_index (names, Name, i).height;
        }
    }
}

static void
add_name (EtudePicture *picture, const EtudeLayout *layout, const Name *name, double x)
{
  double room = MAX (10, layout->width - x - ROUNDING);
  g_autofree char *shown = NULL;
  EtudeText *text;

  if (name->name == NULL)
    {
      text = etude_picture_add_label (picture, &name->value, name->style, ETUDE_ANCHOR_START, x,
                                      etude_text_baseline (name->y, name->style), &name->colour);
      text->halo = TRUE;
      return;
    }
  shown = etude_text_shorten (picture->layout, name->name, name->style, room);
  text = etude_picture_add_text (picture, shown, name->style, ETUDE_ANCHOR_START, x,
                                 etude_text_baseline (name->y, name->style), &name->colour);
  text->halo = TRUE;
  if (name->value.text == NULL)
    return;
  text = etude_picture_add_label (picture, &name->value, &etude_text_value, ETUDE_ANCHOR_START, x,
                                  etude_text_baseline (name->y + ETUDE_LABEL_HEIGHT - 1, &etude_text_value),
                                  &name->value_colour);
  text->halo = TRUE;
}

/* Names stand right of all lines, also of those that have none. */
static double
find_last_end (const EtudeFrame *frame, const EtudePanel *panel)
{
  double last = frame->plot.x;

  for (guint i = 0; i < panel->traces->len; i++)
    {
      const EtudeTrace *trace = etude_panel_get_trace (panel, i);
      EtudeTracePoint end;

      if (trace->line.style == ETUDE_LINE_REFERENCE || trace->line.style == ETUDE_LINE_FUTURE
          || !etude_trace_get_end (trace, &end) || !frame->x_scale->shows (end.x))
        continue;
      last = MAX (last, MIN (etude_frame_x (frame, end.x), frame->plot.x + frame->plot.width));
    }
  return last;
}

/**
 * etude_legend_add_labels:
 * @picture: where it goes
 * @layout: of the figure
 * @panel: a panel
 * @i: its number
 *
 * Adds the dots at the ends of lines, and their names beside them where there is no legend.
 */
void
etude_legend_add_labels (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i)
{
  const EtudeFrame *frame = &layout->panels[i].frame;
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (Name));
  gboolean is_one_run = has_one_colour (panel);
  double x = frame->plot.x, top, bottom;

  g_array_set_clear_func (names, name_clear);
  for (guint k = 0; k < panel->traces->len; k++)
    append_trace_name (names, picture, frame, etude_panel_get_trace (panel, k), is_one_run, layout->has_labels);
  if (!layout->has_labels)
    g_array_set_size (names, 0);
  append_note_names (names, picture, frame, panel);
  if (names->len == 0)
    return;

  top = frame->plot.y - ETUDE_LABEL_HEIGHT / 2.0;
  bottom = frame->plot.y + frame->plot.height;
  make_room (names, bottom - top);
  g_array_sort (names, compare_names);
  push_apart (names, top, bottom);
  for (guint k = 0; k < names->len; k++)
    x = MAX (x, g_array_index (names, Name, k).x);
  x = MAX (x, find_last_end (frame, panel));
  for (guint k = 0; k < names->len; k++)
    add_name (picture, layout, &g_array_index (names, Name, k), x + NAME_GAP);
}

/**
 * etude_legend_measure_labels:
 * @figure: a figure
 * @with_lines: lines are named there too, not in a legend
 * @text: measures texts
 *
 * Returns: pixels that the widest name at the end of a line needs, 0 where there is none
 */
double
etude_legend_measure_labels (const EtudeFigure *figure, gboolean with_lines, PangoLayout *text)
{
  double widest = 0;

  for (guint p = 0; p < figure->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (figure, p);

      for (guint i = 0; i < panel->traces->len && with_lines; i++)
        if (etude_panel_get_trace (panel, i)->line.label != NULL && !etude_panel_get_trace (panel, i)->line.is_hidden)
          widest = MAX (widest, etude_text_measure_plain (text, etude_panel_get_trace (panel, i)->line.label,
                                                          &etude_text_name));
      for (guint i = 0; i < panel->references->len; i++)
        if (g_array_index (panel->references, EtudeNote, i).label != NULL)
          widest = MAX (widest, etude_text_measure_plain (text, g_array_index (panel->references, EtudeNote, i).label,
                                                          &etude_text_name));
    }
  return widest;
}

/**
 * etude_figure_list_lines:
 * @self: a figure
 *
 * Returns: (transfer container) (element-type EtudeLine): one line of each name, in order, the hidden
 *   ones too; what a legend lists
 */
GPtrArray *
etude_figure_list_lines (const EtudeFigure *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *lines = g_ptr_array_new ();

  for (guint p = 0; p < self->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (self, p);

      for (guint i = 0; i < panel->traces->len; i++)
        {
          const EtudeLine *line = &etude_panel_get_trace (panel, i)->line;

          if (line->label != NULL && g_hash_table_add (seen, line->label))
            g_ptr_array_add (lines, (gpointer) line);
        }
    }
  return lines;
}

/* Those that are drawn. */
static GPtrArray *
list_entries (const EtudeFigure *figure)
{
  GPtrArray *lines = etude_figure_list_lines (figure);

  for (guint i = lines->len; i > 0; i--)
    if (((const EtudeLine *) lines->pdata[i - 1])->is_hidden)
      g_ptr_array_remove_index (lines, i - 1);
  return lines;
}

static double
entry_width (PangoLayout *text, const char *label)
{
  return SWATCH + SWATCH_GAP + etude_text_measure_plain (text, label, &etude_text_value);
}

/**
 * etude_legend_measure:
 * @figure: a figure
 * @width: room for a row
 * @text: measures texts
 *
 * Returns: rows that the whole legend takes
 */
double
etude_legend_measure (const EtudeFigure *figure, double width, PangoLayout *text)
{
  g_autoptr (GPtrArray) entries = list_entries (figure);
  double x = 0, rows = 1;

  for (guint i = 0; i < entries->len; i++)
    {
      double needed = MIN (width, entry_width (text, ((const EtudeLine *) entries->pdata[i])->label));

      if (x > 0 && x + needed > width)
        {
          rows++;
          x = 0;
        }
      x += needed + ENTRY_GAP;
    }
  return rows;
}

static void
add_entry (EtudePicture *picture, const EtudeLine *line, const char *label, double x, double middle)
{
  EtudeColour colour;
  EtudeItem *item;

  etude_theme_get_colour (picture->theme, line->colour, &colour);
  item = etude_picture_add (picture, ETUDE_ITEM_STROKE, &colour, MAX (2, etude_line_get_width (line)));
  etude_line_set_dashes (line, item);
  etude_picture_add_place (picture, x, middle);
  etude_picture_add_place (picture, x + SWATCH, middle);
  etude_picture_add_text (picture, label, &etude_text_value, ETUDE_ANCHOR_START, x + SWATCH + SWATCH_GAP,
                          etude_text_baseline (middle, &etude_text_value), &picture->theme->text);
}

/**
 * etude_legend_add:
 * @picture: where it goes
 * @layout: of the figure
 * @figure: the figure
 *
 * Adds the rows of the legend; what they cannot hold is counted at their end.
 */
void
etude_legend_add (EtudePicture *picture, const EtudeLayout *layout, const EtudeFigure *figure)
{
  g_autoptr (GPtrArray) entries = list_entries (figure);
  const EtudeRectangle *box = &layout->legend;
  double x = 0, y = box->y + ETUDE_LEGEND_ROW / 2.0;

  for (guint i = 0; i < entries->len; i++)
    {
      const EtudeLine *line = entries->pdata[i];
      gboolean is_last_row = y + ETUDE_LEGEND_ROW > box->y + box->height;
      /* Translators: at the end of a legend that has no room for all lines */
      g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more",
                                                            entries->len - i), entries->len - i);
      double reserve = is_last_row && i + 1 < entries->len
                         ? etude_text_measure_plain (picture->layout, more, &etude_text_value) + ENTRY_GAP : 0;
      double needed = MIN (box->width - reserve, entry_width (picture->layout, line->label));
      g_autofree char *label = etude_text_shorten (picture->layout, line->label, &etude_text_value,
                                                   needed - SWATCH - SWATCH_GAP + 0.5);

      if (x > 0 && x + needed > box->width - reserve)
        {
          if (is_last_row)
            {
              etude_picture_add_text (picture, more, &etude_text_value, ETUDE_ANCHOR_START, x,
                                      etude_text_baseline (y, &etude_text_value), &picture->theme->labels);
              return;
            }
          x = 0;
          y += ETUDE_LEGEND_ROW;
        }
      add_entry (picture, line, label, x, y);
      x += needed + ENTRY_GAP;
    }
}
