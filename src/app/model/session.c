/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/session-private.h"

#include <glib/gi18n-lib.h>

#include "app/model/data-loader.h"
#include "experiment/json.h"
#include "experiment/path.h"
#include "network/loss.h"

G_DEFINE_FINAL_TYPE (EtudeSession, etude_session, G_TYPE_OBJECT)

GParamSpec *etude_session_props[N_PROPS];
guint etude_session_signals[N_SIGNALS];

static void
set_flag (EtudeSession *self, gboolean *flag, gboolean value, guint prop)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[prop]);
}

static void
update_title (EtudeSession *self)
{
  g_autofree char *title = NULL;

  if (self->file != NULL)
    {
      g_autofree char *name = g_file_get_basename (self->file);

      title = g_filename_display_name (name);
      if (g_str_has_suffix (title, ".etude"))
        title[strlen (title) - strlen (".etude")] = '\0';
    }
  else
    title = etude_experiment_dup_title (etude_session_get_experiment (self));
  if (g_strcmp0 (title, self->title) == 0)
    return;
  g_free (self->title);
  self->title = g_steal_pointer (&title);
  g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_TITLE]);
}

static char *
dup_folder (EtudeSession *self)
{
  g_autoptr (GFile) folder = self->file == NULL ? NULL : g_file_get_parent (self->file);

  return folder == NULL ? NULL : g_file_get_path (folder);
}

static void experiment_changed (EtudeSession *self);

/* Data that were chosen for another task come with a loss that fits them, as one edit. */
static void
fit_loss (EtudeSession *self)
{
  g_autoptr (EtudeExperiment) fitted = etude_experiment_copy (etude_session_get_experiment (self));
  const EtudeDataset *dataset = self->data->dataset;
  EtudeGoal goal = { dataset->n_classes, dataset->n_targets };

  if (etude_loss_n_outputs (&etude_experiment_fields (fitted)->loss, &goal, NULL) != 0
      || !etude_experiment_set (fitted, "loss", "auto", NULL) || !etude_history_amend (self->history, fitted))
    return;
  experiment_changed (self);
  g_signal_emit (self, etude_session_signals[ADAPTED], 0,
                 dataset->task == ETUDE_TASK_REGRESSION
                   ? _("Loss set to Automatic, as the data have numbers to predict")
                   : _("Loss set to Automatic, as the data have classes to predict"));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EtudeSession) self = user_data;
  g_autoptr (GError) error = NULL;
  EtudePrepared *data = etude_data_load_finish (result, &error);
  gboolean other_task = FALSE;

  /* Only the last one counts; the others were cancelled when it began. */
  if (g_task_get_cancellable (G_TASK (result)) != self->loading)
    {
      g_clear_pointer (&data, etude_prepared_unref);
      return;
    }
  g_clear_object (&self->loading);
  g_clear_error (&self->data_error);
  if (data != NULL)
    {
      other_task = self->dataset_edited && self->data != NULL && self->data->dataset->task != data->dataset->task;
      self->dataset_edited = FALSE;
      g_clear_pointer (&self->data, etude_prepared_unref);
      self->data = data;
    }
  else
    self->data_error = g_steal_pointer (&error);
  etude_session_forget_refusal (self);
  g_signal_emit (self, etude_session_signals[DATA_CHANGED], 0);
  if (other_task)
    fit_loss (self);
  etude_session_update_state (self);
  etude_session_data_arrived (self);
}

/* Loads the data when the section that describes them has changed. */
static void
update_data (EtudeSession *self)
{
  const EtudeObject *dataset = &etude_experiment_fields (etude_session_get_experiment (self))->dataset;
  g_autofree char *folder = dup_folder (self);

  if (self->loading_dataset.kind != NULL && etude_object_equal (&self->loading_dataset, dataset)
      && g_strcmp0 (folder, self->loading_folder) == 0)
    return;
  etude_object_clear (&self->loading_dataset);
  etude_object_copy (&self->loading_dataset, dataset);
  g_free (self->loading_folder);
  self->loading_folder = g_strdup (folder);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  etude_data_load_async (dataset, folder, self->loading, on_loaded, g_object_ref (self));
  g_signal_emit (self, etude_session_signals[DATA_CHANGED], 0);
}

void
etude_session_update_undo (EtudeSession *self)
{
  gboolean can_undo = etude_history_can_undo (self->history) || self->n_rate_changes > 0;
  gboolean can_redo = etude_history_can_redo (self->history) || self->n_rate_changes < self->rate_changes->len;

  set_flag (self, &self->can_undo, can_undo, PROP_CAN_UNDO);
  set_flag (self, &self->can_redo, can_redo, PROP_CAN_REDO);
}

/* Everything that follows from another document. */
static void
experiment_changed (EtudeSession *self)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (self);

  etude_session_forget_refusal (self);
  update_data (self);
  g_signal_emit (self, etude_session_signals[EXPERIMENT_CHANGED], 0);
  update_title (self);
  etude_session_update_undo (self);
  set_flag (self, &self->modified, !etude_experiment_equal (experiment, self->saved), PROP_MODIFIED);
  etude_session_update_state (self);
}

static void
set_file (EtudeSession *self, GFile *file)
{
  if (self->file == file || (self->file != NULL && file != NULL && g_file_equal (self->file, file)))
    return;
  g_set_object (&self->file, file);
  g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_FILE]);
}

static void
etude_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EtudeSession *self = ETUDE_SESSION (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, self->can_undo);
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, self->can_redo);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, self->modified);
      break;
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SPEED:
      g_value_set_uint (value, self->speed);
      break;
    case PROP_HAS_WEIGHTS:
      g_value_set_boolean (value, self->has_weights);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_session_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EtudeSession *self = ETUDE_SESSION (object);

  switch (prop_id)
    {
    case PROP_SPEED:
      etude_session_set_speed (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_session_dispose (GObject *object)
{
  etude_session_close (ETUDE_SESSION (object));
  G_OBJECT_CLASS (etude_session_parent_class)->dispose (object);
}

static void
etude_session_finalize (GObject *object)
{
  EtudeSession *self = ETUDE_SESSION (object);

  etude_session_clear_run (self);
  g_clear_pointer (&self->data, etude_prepared_unref);
  etude_object_clear (&self->loading_dataset);
  g_clear_object (&self->loading);
  g_clear_error (&self->data_error);
  g_free (self->loading_folder);
  etude_history_free (self->history);
  etude_experiment_free (self->saved);
  g_array_unref (self->rate_changes);
  g_clear_object (&self->file);
  g_free (self->title);
  G_OBJECT_CLASS (etude_session_parent_class)->finalize (object);
}

static void
add_signal (EtudeSessionClass *klass, guint id, const char *name, guint n_params, GType type)
{
  etude_session_signals[id] = g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, n_params, type);
}

static void
etude_session_class_init (EtudeSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags lent = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = etude_session_get_property;
  object_class->set_property = etude_session_set_property;
  object_class->dispose = etude_session_dispose;
  object_class->finalize = etude_session_finalize;

  etude_session_props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, ETUDE_SESSION_DIVERGED, 0, lent);
  etude_session_props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, lent);
  etude_session_props[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, lent);
  etude_session_props[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, lent);
  etude_session_props[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, lent);
  etude_session_props[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, lent);
  etude_session_props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, lent);
  etude_session_props[PROP_SPEED] = g_param_spec_uint ("speed", NULL, NULL, 0, G_MAXUINT, 100,
                                                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                         | G_PARAM_STATIC_STRINGS);
  etude_session_props[PROP_HAS_WEIGHTS] = g_param_spec_boolean ("has-weights", NULL, NULL, FALSE, lent);
  g_object_class_install_properties (object_class, N_PROPS, etude_session_props);

  add_signal (klass, EXPERIMENT_CHANGED, "experiment-changed", 0, G_TYPE_NONE);
  add_signal (klass, DATA_CHANGED, "data-changed", 0, G_TYPE_NONE);
  add_signal (klass, RUN_CHANGED, "run-changed", 0, G_TYPE_NONE);
  add_signal (klass, RUN_RECORDED, "run-recorded", 1, G_TYPE_POINTER);
  add_signal (klass, RATE_CHANGED, "rate-changed", 0, G_TYPE_NONE);
  add_signal (klass, STORE_TROUBLE, "store-trouble", 1, G_TYPE_STRING);
  add_signal (klass, ADAPTED, "adapted", 1, G_TYPE_STRING);
}

static void
etude_session_init (EtudeSession *self)
{
  self->saved = etude_experiment_new ();
  self->history = etude_history_new (self->saved);
  self->speed = 100;
  self->rate_changes = etude_session_rate_changes_new ();
  self->rate_factor = self->rate_sent = 1;
  self->epoch_from = ETUDE_NO_STEP;
}

/**
 * etude_session_new:
 * @recorder: (transfer none): drains and stores the runs; its callbacks are the session's from now
 *   on, and it must outlive the session
 *
 * A session with the default experiment, whose data begin to load.
 *
 * Returns: (transfer full): the session
 */
EtudeSession *
etude_session_new (EtudeRecorder *recorder)
{
  EtudeSession *self = g_object_new (ETUDE_TYPE_SESSION, NULL);

  self->recorder = recorder;
  etude_session_init_run (self);
  update_title (self);
  update_data (self);
  etude_session_update_state (self);
  return self;
}

/**
 * etude_session_get_experiment:
 * @self: a session
 *
 * Returns: (transfer none): the document as it is now, until it changes
 */
const EtudeExperiment *
etude_session_get_experiment (EtudeSession *self)
{
  return etude_history_get_current (self->history);
}

/**
 * etude_session_edit:
 * @self: a session
 * @value: the document as it shall be; it is copied
 * @what: (nullable): what was edited; edits of the same thing in a row are one entry of the
 *   history, until etude_session_seal()
 *
 * A run that is going on is not touched: the edit is for the next one.
 *
 * Returns: whether the document is another one now
 */
gboolean
etude_session_edit (EtudeSession *self, const EtudeExperiment *value, const char *what)
{
  const EtudeExperiment *before = etude_session_get_experiment (self);
  gboolean same_dataset = etude_object_equal (&etude_experiment_fields (before)->dataset,
                                              &etude_experiment_fields (value)->dataset);

  if (!etude_history_push (self->history, value, what))
    return FALSE;
  etude_session_forget_rate_redo (self);
  self->dataset_edited = self->dataset_edited || !same_dataset;
  experiment_changed (self);
  return TRUE;
}

/**
 * etude_session_set:
 * @self: a session
 * @path: dotted path of a parameter
 * @text: its value as `--set` takes it
 * @error: set when the path or the value is refused; the document is as before then
 *
 * Returns: whether the value was accepted
 */
gboolean
etude_session_set (EtudeSession *self, const char *path, const char *text, GError **error)
{
  g_autoptr (EtudeExperiment) edited = etude_experiment_copy (etude_session_get_experiment (self));

  if (!etude_experiment_set (edited, path, text, error))
    return FALSE;
  etude_session_edit (self, edited, path);
  return TRUE;
}

/**
 * etude_session_seal:
 * @self: a session
 *
 * The next edit is an entry of its own in the history, whatever it edits.
 */
void
etude_session_seal (EtudeSession *self)
{
  etude_history_seal (self->history);
  self->rate_sealed = TRUE;
}

/**
 * etude_session_undo:
 * @self: a session
 *
 * Takes back the last edit of the document or, while a run is going on, change of its rate.
 */
void
etude_session_undo (EtudeSession *self)
{
  self->dataset_edited = FALSE;
  if (!etude_session_undo_rate (self) && etude_history_undo (self->history))
    experiment_changed (self);
}

void
etude_session_redo (EtudeSession *self)
{
  self->dataset_edited = FALSE;
  if (!etude_session_redo_rate (self) && etude_history_redo (self->history))
    experiment_changed (self);
}

gboolean
etude_session_get_can_undo (EtudeSession *self)
{
  return self->can_undo;
}

gboolean
etude_session_get_can_redo (EtudeSession *self)
{
  return self->can_redo;
}

/**
 * etude_session_get_title:
 * @self: a session
 *
 * Returns: (transfer none): the name of the file, or what the document calls itself
 */
const char *
etude_session_get_title (EtudeSession *self)
{
  return self->title;
}

/**
 * etude_session_take:
 * @self: a session
 * @experiment: (transfer full): a document
 * @file: (nullable): the file that it is from
 *
 * Another document, with a history of its own. The run that is shown goes away if it is not of
 * this document; one that is going on is not touched.
 */
void
etude_session_take (EtudeSession *self, EtudeExperiment *experiment, GFile *file)
{
  self->dataset_edited = FALSE;
  etude_history_free (self->history);
  self->history = etude_history_new (experiment);
  etude_experiment_free (self->saved);
  self->saved = experiment;
  etude_session_forget_rate_changes (self);
  set_file (self, file);
  if (self->worker == NULL && self->run != NULL && !etude_session_is_run_current (self))
    etude_session_reset (self);
  experiment_changed (self);
}

/**
 * etude_session_open:
 * @self: a session
 * @file: an experiment
 * @error: set when it cannot be read; everything is as before then
 *
 * Returns: whether it was opened
 */
gboolean
etude_session_open (EtudeSession *self, GFile *file, GError **error)
{
  g_autofree char *path = g_file_get_path (file);
  EtudeExperiment *experiment;

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s”: found an address, expected a file on this computer"), uri);
      return FALSE;
    }
  experiment = etude_experiment_load (path, error);
  if (experiment == NULL)
    return FALSE;
  etude_session_take (self, experiment, file);
  return TRUE;
}

/**
 * etude_session_save:
 * @self: a session
 * @file: where to; it is the file of the document afterwards
 * @error: set when it cannot be written; the old file is as before then
 *
 * Returns: whether it was saved
 */
gboolean
etude_session_save (EtudeSession *self, GFile *file, GError **error)
{
  g_autoptr (EtudeExperiment) saved = etude_experiment_copy (etude_session_get_experiment (self));
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *from = dup_folder (self);
  g_autofree char *to = NULL;

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s”: found an address, expected a place on this computer"), uri);
      return FALSE;
    }
  to = g_path_get_dirname (path);
  etude_experiment_move (saved, from, to);
  if (!etude_experiment_save (saved, path, error))
    return FALSE;
  etude_history_move (self->history, from, to);
  etude_experiment_free (self->saved);
  self->saved = g_steal_pointer (&saved);
  set_file (self, file);
  etude_session_seal (self);
  experiment_changed (self);
  return TRUE;
}

/**
 * etude_session_get_file:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): where the document is saved
 */
GFile *
etude_session_get_file (EtudeSession *self)
{
  return self->file;
}

gboolean
etude_session_get_modified (EtudeSession *self)
{
  return self->modified;
}

/**
 * etude_session_get_data:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the data that were loaded last; while others are being
 *   loaded, or could not be, those before them
 */
EtudePrepared *
etude_session_get_data (EtudeSession *self)
{
  return self->data;
}

gboolean
etude_session_get_loading (EtudeSession *self)
{
  return self->loading != NULL;
}

/**
 * etude_session_get_data_error:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why the data of the document could not be loaded
 */
const GError *
etude_session_get_data_error (EtudeSession *self)
{
  return self->data_error;
}
