/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/dataset-group.h"

#include <glib/gi18n-lib.h>

#include "app/experiment/data-thumbnail.h"
#include "app/model/blame.h"
#include "app/widgets/choice-row.h"
#include "app/widgets/param-row.h"
#include "app/widgets/run-words.h"

struct _EtudeDatasetGroup
{
  AdwBin parent_instance;

  EtudeSession *session;
  EtudeParamGroup *group;
  GtkWidget *thumbnail;
  GtkWidget *warnings;
};

G_DEFINE_FINAL_TYPE (EtudeDatasetGroup, etude_dataset_group, ADW_TYPE_BIN)

static char *
describe_samples (gsize n)
{
  g_autofree char *count = etude_words_count ((double) n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s sample", "%s samples", n), count);
}

static char *
describe_inputs (gsize n)
{
  g_autofree char *count = etude_words_count ((double) n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s input", "%s inputs", n), count);
}

static char *
describe_goal (const EtudeDataset *dataset)
{
  gsize n = dataset->task == ETUDE_TASK_CLASSIFICATION ? dataset->n_classes : dataset->n_targets;
  g_autofree char *count = etude_words_count ((double) n);

  if (dataset->task == ETUDE_TASK_CLASSIFICATION)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s class", "%s classes", n), count);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s target", "%s targets", n), count);
}

/* “1,000 samples, 2 inputs, 2 classes” */
static char *
describe (const EtudeDataset *dataset)
{
  g_autofree char *samples = describe_samples (dataset->n_samples);
  g_autofree char *inputs = describe_inputs (dataset->n_inputs);
  g_autofree char *goal = describe_goal (dataset);

  /* Translators: such as “1,000 samples”, “2 inputs”, “2 classes” */
  return g_strdup_printf (C_("data", "%s, %s, %s"), samples, inputs, goal);
}

static void
note_share (EtudeDatasetGroup *self, const char *key, gsize n)
{
  GtkWidget *row = etude_param_group_get_row (self->group, key);
  EtudePrepared *data = etude_session_get_data (self->session);
  g_autofree char *part = etude_words_count ((double) n);
  g_autofree char *whole = NULL;
  g_autofree char *note = NULL;

  if (!ETUDE_IS_PARAM_ROW (row))
    return;
  if (data != NULL)
    {
      whole = etude_words_count ((double) data->dataset->n_samples);
      /* Translators: such as “300 of 1,000 samples” */
      note = g_strdup_printf (_("%s of %s samples"), part, whole);
    }
  etude_param_row_set_note (ETUDE_PARAM_ROW (row), note);
}

static void
show_warnings (EtudeDatasetGroup *self, const EtudeDataset *dataset)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; dataset != NULL && dataset->warnings != NULL && i < dataset->warnings->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (const char *) g_ptr_array_index (dataset->warnings, i));
  gtk_label_set_text (GTK_LABEL (self->warnings), text->str);
  gtk_widget_set_visible (self->warnings, text->len > 0);
}

/* Why the data cannot be loaded, where no other row says so. */
static const char *
find_problem (EtudeDatasetGroup *self)
{
  const GError *error = etude_session_get_data_error (self->session);
  g_autofree char *path = NULL;
  const char *words;

  if (error == NULL || etude_blame_find (etude_session_get_experiment (self->session), error->message, &path, &words))
    return NULL;
  return error->message;
}

static void
on_data_changed (EtudeDatasetGroup *self)
{
  EtudeChoiceRow *row = ETUDE_CHOICE_ROW (etude_param_group_get_kind_row (self->group));
  EtudePrepared *data = etude_session_get_data (self->session);
  const GError *error = etude_session_get_data_error (self->session);
  g_autofree char *note = NULL;

  if (error == NULL && data != NULL)
    note = describe (data->dataset);
  else if (etude_session_get_loading (self->session))
    note = g_strdup (_("Loading…"));
  etude_choice_row_set_note (row, note);
  etude_choice_row_set_problem (row, find_problem (self));
  etude_data_thumbnail_set_data (ETUDE_DATA_THUMBNAIL (self->thumbnail), error == NULL ? data : NULL);
  note_share (self, "validation", data != NULL ? data->validation.n : 0);
  note_share (self, "test", data != NULL ? data->test.n : 0);
  show_warnings (self, data != NULL ? data->dataset : NULL);
}

static void
etude_dataset_group_dispose (GObject *object)
{
  g_clear_object (&ETUDE_DATASET_GROUP (object)->session);
  G_OBJECT_CLASS (etude_dataset_group_parent_class)->dispose (object);
}

static void
etude_dataset_group_class_init (EtudeDatasetGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = etude_dataset_group_dispose;
}

static void
etude_dataset_group_init (EtudeDatasetGroup *self)
{
}

/**
 * etude_dataset_group_new:
 * @session: whose document is edited
 *
 * The data: which, a small picture of them, how many, and how they are split.
 *
 * Returns: the group
 */
GtkWidget *
etude_dataset_group_new (EtudeSession *session)
{
  EtudeDatasetGroup *self = g_object_new (ETUDE_TYPE_DATASET_GROUP, NULL);

  self->session = g_object_ref (session);
  self->group = ETUDE_PARAM_GROUP (etude_param_group_new (session, "dataset", NULL));
  self->thumbnail = etude_data_thumbnail_new ();
  self->warnings = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->warnings), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->warnings), 0);
  gtk_widget_add_css_class (self->warnings, "caption");
  gtk_widget_add_css_class (self->warnings, "warning");
  gtk_widget_set_margin_top (self->warnings, 6);
  adw_action_row_add_prefix (ADW_ACTION_ROW (etude_param_group_get_kind_row (self->group)), self->thumbnail);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->warnings);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  g_signal_connect_object (session, "data-changed", G_CALLBACK (on_data_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->group, "rows-changed", G_CALLBACK (on_data_changed), self, G_CONNECT_SWAPPED);
  on_data_changed (self);
  return GTK_WIDGET (self);
}
