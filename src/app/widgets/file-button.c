/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/file-button.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/widgets/chooser-folder.h"
#include "app/widgets/field.h"

struct _EtudeFileButton
{
  GtkButton parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
  GtkWidget *label;
  GtkFileChooserNative *chooser; /* kept until its response */
};

G_DEFINE_FINAL_TYPE (EtudeFileButton, etude_file_button, GTK_TYPE_BUTTON)

static void
follow (EtudeFileButton *self)
{
  g_autofree char *file = NULL;
  g_autofree char *name = NULL;
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  file = etude_field_show (self->session, self->path);
  if (*file != '\0')
    name = g_filename_display_basename (file);
  /* Translators: on a button, when no file is chosen yet */
  gtk_label_set_text (GTK_LABEL (self->label), name != NULL ? name : _("Choose…"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), *file != '\0' ? file : NULL);
}

static GSettings *
get_settings (void)
{
  GApplication *application = g_application_get_default ();

  return ETUDE_IS_APPLICATION (application) ? etude_application_get_settings (ETUDE_APPLICATION (application)) : NULL;
}

static void
add_filters (GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) data = gtk_file_filter_new (), all = gtk_file_filter_new ();

  gtk_file_filter_set_name (data, _("Data (CSV, IDX)"));
  gtk_file_filter_add_suffix (data, "csv");
  gtk_file_filter_add_suffix (data, "tsv");
  gtk_file_filter_add_suffix (data, "txt");
  gtk_file_filter_add_pattern (data, "*-ubyte");
  gtk_file_filter_add_pattern (data, "*-ubyte.gz");
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, data);
  gtk_file_chooser_add_filter (chooser, all);
}

static void
on_response (EtudeFileButton *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      g_autofree char *name = g_file_get_path (file);

      etude_chooser_remember_folder (file, get_settings (), "data-folder");
      etude_session_seal (self->session);
      if (name != NULL)
        etude_field_set (self->session, self->path, name, NULL);
      etude_session_seal (self->session);
    }
  g_clear_object (&self->chooser);
}

static void
etude_file_button_clicked (GtkButton *button)
{
  EtudeFileButton *self = ETUDE_FILE_BUTTON (button);
  g_autofree char *name = etude_field_show (self->session, self->path);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Choose File"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Choose"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  add_filters (GTK_FILE_CHOOSER (self->chooser));
  etude_chooser_recall_folder (GTK_FILE_CHOOSER (self->chooser), get_settings (), "data-folder");
  if (g_path_is_absolute (name))
    {
      g_autoptr (GFile) file = g_file_new_for_path (name);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
    }
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
etude_file_button_dispose (GObject *object)
{
  g_clear_object (&ETUDE_FILE_BUTTON (object)->chooser);
  G_OBJECT_CLASS (etude_file_button_parent_class)->dispose (object);
}

static void
etude_file_button_finalize (GObject *object)
{
  EtudeFileButton *self = ETUDE_FILE_BUTTON (object);

  g_clear_object (&self->session);
  g_free (self->path);
  G_OBJECT_CLASS (etude_file_button_parent_class)->finalize (object);
}

static void
etude_file_button_class_init (EtudeFileButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = etude_file_button_dispose;
  object_class->finalize = etude_file_button_finalize;
  GTK_BUTTON_CLASS (klass)->clicked = etude_file_button_clicked;
}

static void
etude_file_button_init (EtudeFileButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 14);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("document-open-symbolic"));
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * etude_file_button_new:
 * @session: whose document is edited
 * @path: dotted path of a file
 *
 * A button with the name of a file, which lets choose another one.
 *
 * Returns: the button
 */
GtkWidget *
etude_file_button_new (EtudeSession *session, const char *path)
{
  EtudeFileButton *self = g_object_new (ETUDE_TYPE_FILE_BUTTON, NULL);
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return GTK_WIDGET (self);
}
