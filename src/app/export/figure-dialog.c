/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export/figure-dialog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/application.h"
#include "app/export/figure-choices.h"
#include "app/help/help-window.h"
#include "app/help/topic.h"
#include "app/widgets/chooser-folder.h"
#include "app/widgets/run-words.h"
#include "base/number.h"
#include "chart/export.h"

/* How long after a change the preview is made anew, in ms. */
#define PREVIEW_MS 150

/* How much of a table the preview shows, in bytes. */
#define PREVIEW_TEXT 4000

struct _EtudeFigureDialog
{
  AdwWindow parent_instance;

  AdwLeaflet *leaflet;
  GtkStack *preview;
  GtkPicture *picture;
  GtkTextView *text;
  GtkLabel *facts;
  GtkToggleButton *png;
  GtkToggleButton *svg;
  GtkToggleButton *pdf;
  GtkToggleButton *csv;
  GtkWidget *look;
  GtkWidget *size;
  AdwEntryRow *title_row;
  AdwEntryRow *y_row;
  AdwEntryRow *x_row;
  GtkWidget *shapes_row;
  GtkSwitch *shapes;
  AdwComboRow *theme;
  GtkAdjustment *width_adjustment;
  GtkAdjustment *height_adjustment;
  GtkAdjustment *dpi_adjustment;

  EtudeFigure *figure;
  char *name;
  GSettings *settings;
  AdwToastOverlay *toasts;
  GtkFileChooserNative *chooser;
  guint refresh;
};

G_DEFINE_FINAL_TYPE (EtudeFigureDialog, etude_figure_dialog, ADW_TYPE_WINDOW)

static const struct
{
  EtudeExportFormat format;
  const char *ending;
  const char *label;
} formats[] = {
  { ETUDE_EXPORT_PNG, ".png", N_("PNG pictures") },
  { ETUDE_EXPORT_SVG, ".svg", N_("SVG drawings") },
  { ETUDE_EXPORT_PDF, ".pdf", N_("PDF documents") },
  { ETUDE_EXPORT_CSV, ".csv", N_("CSV tables") },
};

static EtudeExportFormat
get_format (EtudeFigureDialog *self)
{
  if (gtk_toggle_button_get_active (self->svg))
    return ETUDE_EXPORT_SVG;
  if (gtk_toggle_button_get_active (self->pdf))
    return ETUDE_EXPORT_PDF;
  return gtk_toggle_button_get_active (self->csv) ? ETUDE_EXPORT_CSV : ETUDE_EXPORT_PNG;
}

static void
get_export (EtudeFigureDialog *self, EtudeExport *how)
{
  etude_export_init (how);
  how->format = get_format (self);
  how->width = (guint) gtk_adjustment_get_value (self->width_adjustment);
  how->height = (guint) gtk_adjustment_get_value (self->height_adjustment);
  how->dpi = gtk_adjustment_get_value (self->dpi_adjustment);
  how->theme = etude_themes[adw_combo_row_get_selected (self->theme)];
  how->text_as_shapes = gtk_switch_get_active (self->shapes);
}

static void
show_facts (EtudeFigureDialog *self, const EtudeExport *how, GBytes *file)
{
  g_autofree char *size = g_format_size (g_bytes_get_size (file));
  g_autofree char *width = etude_words_count (how->width);
  g_autofree char *height = etude_words_count (how->height);
  g_autofree char *centimetres = etude_number_show (how->width / how->dpi * 2.54, 3);
  g_autofree char *text = NULL;

  if (how->format == ETUDE_EXPORT_CSV)
    text = g_strdup (size);
  else
    /* Translators: such as “1,600 × 1,000 pixels, 20.3 cm wide, 84 kB” */
    text = g_strdup_printf (_("%s × %s pixels, %s cm wide, %s"), width, height, centimetres, size);
  gtk_label_set_text (self->facts, text);
}

static void
show_text (EtudeFigureDialog *self, GBytes *file)
{
  gsize length;
  const char *data = g_bytes_get_data (file, &length);
  gsize shown = MIN (length, PREVIEW_TEXT);
  g_autofree char *text = NULL;

  while (shown < length && shown > 0 && data[shown - 1] != '\n')
    shown--;
  /* GTK 4.8 tells a screen reader of the text up to its zero, whatever length it was given. */
  text = g_strndup (data, shown);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text, -1);
}

/* The picture of an SVG or PDF is drawn from the same marks as the file. */
static void
show_picture (EtudeFigureDialog *self, const EtudeExport *how, GBytes *file)
{
  EtudeExport as_png = *how;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  as_png.format = ETUDE_EXPORT_PNG;
  png = how->format == ETUDE_EXPORT_PNG ? g_bytes_ref (file) : etude_figure_render (self->figure, &as_png, NULL);
  if (png != NULL)
    texture = gdk_texture_new_from_bytes (png, NULL);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
}

static void
update_preview (EtudeFigureDialog *self)
{
  EtudeExport how;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;
  gboolean is_table;

  get_export (self, &how);
  is_table = how.format == ETUDE_EXPORT_CSV;
  gtk_widget_set_sensitive (self->look, !is_table);
  gtk_widget_set_sensitive (self->size, !is_table);
  gtk_widget_set_visible (self->shapes_row, how.format == ETUDE_EXPORT_SVG);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "figure.copy", !is_table);
  file = etude_figure_render (self->figure, &how, &error);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "figure.export", file != NULL);
  if (file == NULL)
    {
      gtk_label_set_text (self->facts, error->message);
      return;
    }
  show_facts (self, &how, file);
  gtk_stack_set_visible_child_name (self->preview, is_table ? "text" : "picture");
  if (is_table)
    show_text (self, file);
  else
    show_picture (self, &how, file);
}

static gboolean
on_refresh (gpointer user_data)
{
  EtudeFigureDialog *self = user_data;

  self->refresh = 0;
  update_preview (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (EtudeFigureDialog *self)
{
  if (self->refresh == 0)
    self->refresh = g_timeout_add (PREVIEW_MS, on_refresh, self);
}

/* What is empty is not written at all. */
static const char *
get_words (AdwEntryRow *row)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));

  return *text != '\0' ? text : NULL;
}

static void
on_words (EtudeFigureDialog *self)
{
  etude_figure_set_title (self->figure, get_words (self->title_row));
  etude_figure_set_x_unit (self->figure, get_words (self->x_row));
  if (etude_figure_get_n_panels (self->figure) > 0)
    etude_panel_set_title (etude_figure_get_nth_panel (self->figure, 0), get_words (self->y_row));
  on_changed (self);
}

static void
set_words (AdwEntryRow *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
}

static void
recall (EtudeFigureDialog *self)
{
  GtkToggleButton *buttons[] = { self->png, self->svg, self->pdf, self->csv };
  EtudeExport how;

  etude_export_recall (&how, self->settings);
  gtk_toggle_button_set_active (buttons[MIN (how.format, G_N_ELEMENTS (buttons) - 1)], TRUE);
  gtk_adjustment_set_value (self->dpi_adjustment, how.dpi);
  gtk_adjustment_set_value (self->width_adjustment, how.width);
  gtk_adjustment_set_value (self->height_adjustment, how.height);
  adw_combo_row_set_selected (self->theme, etude_theme_get_place (how.theme));
  gtk_switch_set_active (self->shapes, how.text_as_shapes);
}

static void
remember (EtudeFigureDialog *self, const EtudeExport *how, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  etude_export_remember (how, self->settings);
  if (self->settings != NULL)
    etude_chooser_remember_folder (file, self->settings, "export-folder");
}

static void
copy_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  EtudeFigureDialog *self = ETUDE_FIGURE_DIALOG (widget);
  g_autoptr (GError) error = NULL;
  EtudeExport how;

  get_export (self, &how);
  if (etude_figure_copy (self->figure, &how, gtk_widget_get_clipboard (widget), &error))
    gtk_label_set_text (self->facts, _("Picture copied"));
  else
    gtk_label_set_text (self->facts, error->message);
}

static void
say_exported (EtudeFigureDialog *self, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *name = g_filename_display_name (base);
  g_autofree char *text = g_strdup_printf (_("“%s” exported"), name);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, _("_Show in Files"));
  adw_toast_set_action_name (toast, "win.show-file");
  adw_toast_set_action_target_value (toast, g_variant_new_string (uri));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_chosen (EtudeFigureDialog *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  EtudeExport how;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  path = file == NULL ? NULL : g_file_get_path (file);
  if (path == NULL)
    return;
  get_export (self, &how);
  if (!etude_figure_export (self->figure, &how, path, &error))
    {
      GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Could Not Export Chart"), error->message);

      adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
      gtk_window_present (GTK_WINDOW (dialog));
      return;
    }
  remember (self, &how, path);
  say_exported (self, path);
  gtk_window_close (GTK_WINDOW (self));
}

static void
export_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  EtudeFigureDialog *self = ETUDE_FIGURE_DIALOG (widget);
  guint format = get_format (self);
  g_autofree char *name = g_strconcat (self->name, formats[format].ending, NULL);
  g_autofree char *pattern = g_strconcat ("*", formats[format].ending, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Export Chart"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _("_Export"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (filter, _(formats[format].label));
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  etude_chooser_recall_folder (GTK_FILE_CHOOSER (self->chooser), self->settings, "export-folder");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), g_strdelimit (name, "/", '-'));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
etude_figure_dialog_dispose (GObject *object)
{
  EtudeFigureDialog *self = ETUDE_FIGURE_DIALOG (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_object (&self->settings);
  g_clear_object (&self->toasts);
  g_clear_pointer (&self->figure, etude_figure_free);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (etude_figure_dialog_parent_class)->dispose (object);
}

static void
etude_figure_dialog_class_init (EtudeFigureDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_figure_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/export/figure-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, leaflet);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, preview);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, picture);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, text);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, facts);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, png);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, svg);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, pdf);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, csv);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, look);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, size);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, title_row);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, y_row);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, x_row);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, shapes_row);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, shapes);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, theme);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, width_adjustment);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, height_adjustment);
  gtk_widget_class_bind_template_child (widget_class, EtudeFigureDialog, dpi_adjustment);
  gtk_widget_class_install_action (widget_class, "figure.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "figure.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_C, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "figure.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "figure.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  etude_help_bind_key (widget_class);
}

static void
etude_figure_dialog_init (EtudeFigureDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  etude_help_set_topic (GTK_WIDGET (self), "figures");
  for (guint i = 0; etude_themes[i] != NULL; i++)
    gtk_string_list_append (names, _(etude_themes[i]->label));
  adw_combo_row_set_model (self->theme, G_LIST_MODEL (names));
}

static void
connect_changes (EtudeFigureDialog *self)
{
  gpointer togglers[] = { self->png, self->svg, self->pdf, self->csv };
  gpointer rows[] = { self->title_row, self->y_row, self->x_row };
  gpointer adjustments[] = { self->width_adjustment, self->height_adjustment, self->dpi_adjustment };

  for (guint i = 0; i < G_N_ELEMENTS (togglers); i++)
    g_signal_connect_object (togglers[i], "notify::active", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (adjustments); i++)
    g_signal_connect_object (adjustments[i], "value-changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->theme, "notify::selected", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shapes, "notify::active", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i], "changed", G_CALLBACK (on_words), self, G_CONNECT_SWAPPED);
}

/**
 * etude_figure_dialog_present:
 * @parent: the window it belongs to; it has the action “win.show-file”
 * @figure: (transfer full): what is exported
 * @name: what the file is called at first, and the title of the figure
 * @settings: (nullable): where format, size and folder are remembered
 * @toasts: where success is said
 *
 * Asks how a figure is to be exported, with a preview, and does it.
 */
void
etude_figure_dialog_present (GtkWindow *parent, EtudeFigure *figure, const char *name, GSettings *settings,
                             AdwToastOverlay *toasts)
{
  EtudeFigureDialog *self = g_object_new (ETUDE_TYPE_FIGURE_DIALOG, "transient-for", parent, NULL);

  self->figure = figure;
  self->name = g_strdup (name);
  g_set_object (&self->settings, settings);
  g_set_object (&self->toasts, toasts);
  recall (self);
  set_words (self->title_row, name);
  set_words (self->x_row, etude_figure_get_x_unit (figure));
  if (etude_figure_get_n_panels (figure) > 0)
    set_words (self->y_row, etude_panel_get_title (etude_figure_get_nth_panel (figure, 0)));
  etude_figure_set_title (figure, name);
  connect_changes (self);
  update_preview (self);
  gtk_window_present (GTK_WINDOW (self));
}
