/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/chart-legend.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/chart-view.h"

#define SWATCH 14

/* A long name is cut in its middle. */
#define NAME_CHARS 24

struct _EtudeChartLegend
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkBox *box;
  gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (EtudeChartLegend, etude_chart_legend, GTK_TYPE_WIDGET)

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  const char *colour = user_data;
  EtudeColour shown;

  etude_theme_get_colour (etude_chart_view_get_theme (), colour, &shown);
  cairo_set_source_rgba (cr, shown.red, shown.green, shown.blue, shown.alpha);
  cairo_arc (cr, width / 2.0, height / 2.0, width / 2.0 - 2, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
on_toggled (EtudeChartLegend *self, GtkToggleButton *button)
{
  const char *name = g_object_get_data (G_OBJECT (button), "name");

  if (!self->is_updating)
    g_signal_emit_by_name (self, "toggled", name, gtk_toggle_button_get_active (button));
}

static GtkWidget *
make_entry (EtudeChartLegend *self, const EtudeLine *line)
{
  GtkWidget *button = gtk_toggle_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = gtk_drawing_area_new (), *label = gtk_label_new (line->label);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (swatch), SWATCH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (swatch), SWATCH);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch, g_strdup (line->colour), g_free);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS);
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Show or hide"));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (line->label), g_free);
  g_signal_connect_object (button, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  return button;
}

static void
etude_chart_legend_dispose (GObject *object)
{
  g_clear_pointer (&ETUDE_CHART_LEGEND (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_chart_legend_parent_class)->dispose (object);
}

static void
etude_chart_legend_class_init (EtudeChartLegendClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_chart_legend_dispose;
  /* A name, and whether its lines are to be seen. */
  g_signal_new ("toggled", ETUDE_TYPE_CHART_LEGEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_STRING, G_TYPE_BOOLEAN);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "legend");
}

static void
etude_chart_legend_init (EtudeChartLegend *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->box));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Legend"), -1);
}

/**
 * etude_chart_legend_new:
 *
 * The names of the lines of a figure as buttons that show and hide them. The signal “toggled” says
 * which: const char *, gboolean.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
etude_chart_legend_new (void)
{
  return g_object_new (ETUDE_TYPE_CHART_LEGEND, NULL);
}

static gboolean
has_names (EtudeChartLegend *self, const GPtrArray *lines)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->box));

  for (guint i = 0; i < lines->len; i++, button = gtk_widget_get_next_sibling (button))
    if (button == NULL || g_strcmp0 (g_object_get_data (G_OBJECT (button), "name"), ((EtudeLine *) lines->pdata[i])->label) != 0)
      return FALSE;
  return button == NULL;
}

/**
 * etude_chart_legend_update:
 * @self: a legend
 * @figure: what it lists; buttons that are there already stay, with the focus
 */
void
etude_chart_legend_update (EtudeChartLegend *self, const EtudeFigure *figure)
{
  g_autoptr (GPtrArray) lines = etude_figure_list_lines (figure);
  GtkWidget *button;

  if (!has_names (self, lines))
    {
      while ((button = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
        gtk_box_remove (self->box, button);
      for (guint i = 0; i < lines->len; i++)
        gtk_box_append (self->box, make_entry (self, lines->pdata[i]));
    }
  self->is_updating = TRUE;
  button = gtk_widget_get_first_child (GTK_WIDGET (self->box));
  for (guint i = 0; i < lines->len; i++, button = gtk_widget_get_next_sibling (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), !((EtudeLine *) lines->pdata[i])->is_hidden);
  self->is_updating = FALSE;
}
