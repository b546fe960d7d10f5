/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-entry.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/field.h"
#include "app/widgets/param-words.h"
#include "base/number.h"

/* How long a number that is only begun may stay as it is before it is called wrong. */
#define PATIENCE_MS 900

struct _EtudeParamEntry
{
  GtkEntry parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param; /* that of the path when the entry was made: another one is not shown */
  char *shown;             /* the value in the document as it was followed last */
  char *refusal;           /* why the text is not taken */
  char *blame;             /* what is wrong with the value that is taken */
  guint late;
  gboolean following; /* the text is being changed by us */
};

enum
{
  PROP_PROBLEM = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (EtudeParamEntry, etude_param_entry, GTK_TYPE_ENTRY)

static gboolean
has_focus (EtudeParamEntry *self)
{
  return (gtk_widget_get_state_flags (GTK_WIDGET (self)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

/* Whether the text is one number or two, which grow letter by letter and are never empty. */
static gboolean
holds_numbers (const EtudeParam *param)
{
  return etude_param_is_number (param) || param->type == ETUDE_PARAM_LENGTH || param->type == ETUDE_PARAM_EXTENT;
}

static void
show_problem (EtudeParamEntry *self)
{
  gboolean is_wrong = etude_param_entry_get_problem (self) != NULL;

  if (is_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

static void
take_words (EtudeParamEntry *self, char **words, char *taken)
{
  if (g_strcmp0 (taken, *words) == 0)
    {
      g_free (taken);
      return;
    }
  g_free (*words);
  *words = taken;
  show_problem (self);
}

static void
set_refusal (EtudeParamEntry *self, char *refusal)
{
  g_clear_handle_id (&self->late, g_source_remove);
  take_words (self, &self->refusal, refusal);
}

static void
follow_problem (EtudeParamEntry *self)
{
  take_words (self, &self->blame, etude_field_dup_problem (self->session, self->path, FALSE));
}

/* What the text is for the catalogue: nothing at all is auto where there is that. */
static char *
dup_typed (EtudeParamEntry *self)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));

  if (*text != '\0' || self->param->automatic == NULL)
    return text;
  g_free (text);
  return g_strdup ("auto");
}

/* All digits while somebody edits, a few otherwise. */
static void
show_value (EtudeParamEntry *self)
{
  g_autofree char *text = has_focus (self) ? g_strdup (self->shown) : etude_param_words_short (self->param, self->shown);

  if (self->param->automatic != NULL && g_str_equal (text, "auto"))
    *text = '\0';
  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (self))))
    {
      self->following = TRUE;
      gtk_editable_set_text (GTK_EDITABLE (self), text);
      self->following = FALSE;
    }
  set_refusal (self, NULL);
}

/* Takes what stands there, or says why not. */
static void
judge (EtudeParamEntry *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autofree char *kept = NULL;

  g_clear_handle_id (&self->late, g_source_remove);
  self->following = TRUE;
  if (etude_field_set (self->session, self->path, typed, NULL))
    set_refusal (self, NULL);
  else
    {
      kept = etude_param_words_short (self->param, self->shown);
      set_refusal (self, etude_param_words_refused (self->param, typed, kept));
    }
  self->following = FALSE;
}

static gboolean
on_late (gpointer user_data)
{
  EtudeParamEntry *self = user_data;

  self->late = 0;
  judge (self);
  return G_SOURCE_REMOVE;
}

/* Whether the text waits for more: a number that is only begun, while somebody is typing. */
static gboolean
is_unfinished (EtudeParamEntry *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autoptr (EtudeExperiment) trial = NULL;
  EtudePlace place;

  if (self->refusal != NULL || !has_focus (self) || !etude_param_is_begun (self->param, typed))
    return FALSE;
  if (self->param->type == ETUDE_PARAM_REALS)
    return FALSE;
  trial = etude_experiment_copy (etude_session_get_experiment (self->session));
  return etude_experiment_find (trial, self->path, &place, NULL)
         && !etude_param_read (self->param, typed, place.field, NULL);
}

/* Whether an empty text is a value. */
static gboolean
takes_nothing (const EtudeParam *param)
{
  return param->automatic != NULL || !holds_numbers (param);
}

static void
on_changed (EtudeParamEntry *self)
{
  if (self->following)
    return;
  g_clear_handle_id (&self->late, g_source_remove);
  /* A text that is replaced is empty for a moment, which may mean auto: see what comes. */
  if (*gtk_editable_get_text (GTK_EDITABLE (self)) == '\0' && takes_nothing (self->param))
    self->late = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_late, self, NULL);
  else if (is_unfinished (self))
    self->late = g_timeout_add (PATIENCE_MS, on_late, self);
  else
    judge (self);
}

static void
on_experiment_changed (EtudeParamEntry *self)
{
  g_autofree char *text = NULL;
  EtudePlace place;

  /* The kind around it may be another one by now; then whoever owns this entry removes it. */
  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  text = etude_field_show (self->session, self->path);
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  if (!self->following)
    show_value (self);
}

static void
on_enter (EtudeParamEntry *self)
{
  if (self->refusal == NULL)
    show_value (self);
}

static void
on_leave (EtudeParamEntry *self)
{
  if (self->late != 0)
    judge (self);
  if (self->refusal == NULL)
    show_value (self);
  etude_session_seal (self->session);
}

/* The value is in the document as soon as it is typed, so the undo of the document is the only one.
 * What is typed and not taken goes first. */
static gboolean
undo (EtudeParamEntry *self, gboolean redo)
{
  if (!redo && (self->refusal != NULL || self->late != 0))
    show_value (self);
  else if (!gtk_widget_activate_action (GTK_WIDGET (self), redo ? "win.redo" : "win.undo", NULL))
    gtk_widget_error_bell (GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static gboolean
on_key (EtudeParamEntry *self, guint key, guint code, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  if ((state & GDK_CONTROL_MASK) != 0 && gdk_keyval_to_lower (key) == GDK_KEY_z)
    return undo (self, shift);
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      etude_param_entry_step (self, 1, shift);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      etude_param_entry_step (self, -1, shift);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
      etude_param_entry_step (self, 1, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
      etude_param_entry_step (self, -1, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (self->refusal == NULL && self->late == 0)
        return GDK_EVENT_PROPAGATE;
      show_value (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_activate (EtudeParamEntry *self)
{
  if (self->late != 0)
    judge (self);
  etude_session_seal (self->session);
}

static void
etude_param_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EtudeParamEntry *self = ETUDE_PARAM_ENTRY (object);

  if (id == PROP_PROBLEM)
    g_value_set_string (value, etude_param_entry_get_problem (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
etude_param_entry_dispose (GObject *object)
{
  EtudeParamEntry *self = ETUDE_PARAM_ENTRY (object);

  g_clear_handle_id (&self->late, g_source_remove);
  self->following = TRUE;
  G_OBJECT_CLASS (etude_param_entry_parent_class)->dispose (object);
}

static void
etude_param_entry_finalize (GObject *object)
{
  EtudeParamEntry *self = ETUDE_PARAM_ENTRY (object);

  g_clear_object (&self->session);
  g_free (self->path);
  g_free (self->shown);
  g_free (self->refusal);
  g_free (self->blame);
  G_OBJECT_CLASS (etude_param_entry_parent_class)->finalize (object);
}

static void
etude_param_entry_class_init (EtudeParamEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = etude_param_entry_get_property;
  object_class->dispose = etude_param_entry_dispose;
  object_class->finalize = etude_param_entry_finalize;
  /* Why the text that stands there is refused, or the value cannot be trained with, or NULL. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
etude_param_entry_init (EtudeParamEntry *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_swapped (focus, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
  g_signal_connect (self, "activate", G_CALLBACK (on_activate), NULL);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self), FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * etude_param_entry_new:
 * @session: whose document is edited
 * @path: dotted path of a number, a length, a text or a list of numbers
 *
 * An entry that follows one value of the document and edits it while somebody types. What cannot be
 * a value is not taken; “problem” says why, and the value that was there stays. Up and Down go by
 * steps that suit the scale. Typing is one entry of undo until the focus leaves; Ctrl+Z in the entry is
 * the undo of the document.
 *
 * Returns: the entry
 */
GtkWidget *
etude_param_entry_new (EtudeSession *session, const char *path)
{
  EtudeParamEntry *self = g_object_new (ETUDE_TYPE_PARAM_ENTRY, NULL);
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  self->shown = etude_field_show (session, path);
  if (etude_param_is_number (self->param))
    gtk_entry_set_input_purpose (GTK_ENTRY (self), GTK_INPUT_PURPOSE_FREE_FORM);
  if (self->param->automatic != NULL)
    /* Translators: in an empty entry whose value the program chooses */
    gtk_entry_set_placeholder_text (GTK_ENTRY (self), C_("value", "auto"));
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (on_experiment_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::problem", G_CALLBACK (follow_problem), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "rate-changed", G_CALLBACK (on_experiment_changed), self, G_CONNECT_SWAPPED);
  show_value (self);
  follow_problem (self);
  return GTK_WIDGET (self);
}

/**
 * etude_param_entry_get_problem:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): why the text that stands there is refused, or else why there can be no
 *   run with the value
 */
const char *
etude_param_entry_get_problem (EtudeParamEntry *self)
{
  return self->refusal != NULL ? self->refusal : self->blame;
}

/**
 * etude_param_entry_step:
 * @self: an entry of a number
 * @direction: 1 for up, -1 for down
 * @large: a larger step
 *
 * Moves the number by a step; rings the bell where there is none.
 */
void
etude_param_entry_step (EtudeParamEntry *self, int direction, gboolean large)
{
  char text[ETUDE_NUMBER_SIZE];
  double value, next;

  if (!etude_param_is_number (self->param))
    return;
  if (!etude_number_read (self->shown, &value))
    value = self->param->initial > 0 ? self->param->initial : self->param->min;
  next = etude_param_step (self->param, value, direction, large);
  if (next == value)
    gtk_widget_error_bell (GTK_WIDGET (self));
  else
    etude_field_set (self->session, self->path, etude_number_write (text, next), NULL);
}
