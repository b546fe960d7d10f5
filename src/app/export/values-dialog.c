/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export/values-dialog.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/application.h"
#include "app/help/help-window.h"
#include "app/help/topic.h"
#include "base/number.h"
#include "chart/table.h"

/* More rows nobody reads; the file of an export has all points. */
#define MOST_ROWS 400

/* Digits of a value, and of a place on the x axis. */
#define DIGITS 5
#define X_DIGITS 7

struct _EtudeValuesDialog
{
  AdwWindow parent_instance;

  GtkColumnView *view;
  GtkLabel *facts;
  AdwToastOverlay *toasts;

  EtudeTable *table;
};

G_DEFINE_FINAL_TYPE (EtudeValuesDialog, etude_values_dialog, ADW_TYPE_WINDOW)

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item, EtudeValuesDialog *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  double value = self->table->values[(gsize) gtk_list_item_get_position (item) * self->table->n_columns + column];
  g_autofree char *text = isnan (value) ? NULL : etude_number_show (value, column == 0 ? X_DIGITS : DIGITS);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text != NULL ? text : "");
}

/* The rows have no contents of their own: the column and the place of a row say which value it is. */
static void
fill (EtudeValuesDialog *self)
{
  g_autoptr (GtkStringList) rows = gtk_string_list_new (NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;
  g_autofree char *text = NULL;

  for (guint r = 0; r < self->table->n_rows; r++)
    gtk_string_list_append (rows, "");
  for (guint i = 0; i < self->table->n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (self->table->names[i], factory);

      g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (i));
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
      g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_column_set_expand (column, TRUE);
      gtk_column_view_append_column (self->view, column);
    }
  selection = gtk_single_selection_new (G_LIST_MODEL (g_steal_pointer (&rows)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u row. A value is the mean of the points from its row to the next.",
                                       "%u rows. A value is the mean of the points from its row to the next.",
                                       self->table->n_rows), self->table->n_rows);
  gtk_label_set_text (self->facts, text);
}

static void
copy_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  EtudeValuesDialog *self = ETUDE_VALUES_DIALOG (widget);
  g_autofree char *text = etude_table_write_csv (self->table);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Table copied as CSV")));
}

static void
etude_values_dialog_finalize (GObject *object)
{
  etude_table_free (ETUDE_VALUES_DIALOG (object)->table);
  G_OBJECT_CLASS (etude_values_dialog_parent_class)->finalize (object);
}

static void
etude_values_dialog_class_init (EtudeValuesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = etude_values_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/export/values-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeValuesDialog, view);
  gtk_widget_class_bind_template_child (widget_class, EtudeValuesDialog, facts);
  gtk_widget_class_bind_template_child (widget_class, EtudeValuesDialog, toasts);
  gtk_widget_class_install_action (widget_class, "values.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "values.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  etude_help_bind_key (widget_class);
}

static void
etude_values_dialog_init (EtudeValuesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  etude_help_set_topic (GTK_WIDGET (self), "charts");
}

/**
 * etude_values_dialog_present:
 * @parent: the window it belongs to
 * @figure: whose values it lists, as they are now; it is not kept
 *
 * Shows what a chart shows as a table, for a screen reader or to be copied.
 */
void
etude_values_dialog_present (GtkWindow *parent, const EtudeFigure *figure)
{
  EtudeValuesDialog *self = g_object_new (ETUDE_TYPE_VALUES_DIALOG, "transient-for", parent, NULL);

  self->table = etude_figure_tabulate (figure, MOST_ROWS);
  fill (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
