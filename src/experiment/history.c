/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/history.h"

#include "experiment/path.h"

/* Enough for a day of editing; a document is a few kilobytes. */
#define MAX_ENTRIES 1000

typedef struct
{
  EtudeExperiment *value;
  char *what;
} Entry;

struct _EtudeHistory
{
  GPtrArray *entries;
  guint current;
  gboolean sealed;
};

static void
entry_free (Entry *entry)
{
  etude_experiment_free (entry->value);
  g_free (entry->what);
  g_free (entry);
}

static Entry *
entry_new (const EtudeExperiment *value, const char *what)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry) { etude_experiment_copy (value), g_strdup (what) };
  return entry;
}

/**
 * etude_history_new:
 * @first: the document as it is opened
 *
 * Undo and redo as a stack of values.
 *
 * Returns: (transfer full): the history
 */
EtudeHistory *
etude_history_new (const EtudeExperiment *first)
{
  EtudeHistory *self = g_new0 (EtudeHistory, 1);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_ptr_array_add (self->entries, entry_new (first, NULL));
  return self;
}

void
etude_history_free (EtudeHistory *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/**
 * etude_history_get_current:
 * @self: a history
 *
 * Returns: (transfer none): the document as it is now, until the history changes
 */
const EtudeExperiment *
etude_history_get_current (EtudeHistory *self)
{
  return ((Entry *) g_ptr_array_index (self->entries, self->current))->value;
}

/**
 * etude_history_push:
 * @self: a history
 * @value: the edited document; it is copied
 * @what: (nullable): what was edited, such as the path of a parameter
 *
 * Adds an edit and forgets what could have been redone. Edits of the same thing in a row are one
 * entry, until etude_history_seal().
 *
 * Returns: whether the document is another one now
 */
gboolean
etude_history_push (EtudeHistory *self, const EtudeExperiment *value, const char *what)
{
  Entry *current = g_ptr_array_index (self->entries, self->current);

  if (etude_experiment_equal (current->value, value))
    return FALSE;
  if (self->current + 1 < self->entries->len)
    g_ptr_array_set_size (self->entries, (int) self->current + 1);
  else if (!self->sealed && what != NULL && self->current > 0 && g_strcmp0 (current->what, what) == 0)
    {
      /* Typed back to what it was: then nothing was edited. */
      if (etude_experiment_equal (((Entry *) g_ptr_array_index (self->entries, self->current - 1))->value, value))
        g_ptr_array_remove_index (self->entries, self->current--);
      else
        {
          etude_experiment_free (current->value);
          current->value = etude_experiment_copy (value);
        }
      return TRUE;
    }
  if (self->entries->len == MAX_ENTRIES)
    g_ptr_array_remove_index (self->entries, 0);
  g_ptr_array_add (self->entries, entry_new (value, what));
  self->current = self->entries->len - 1;
  self->sealed = FALSE;
  return TRUE;
}

/**
 * etude_history_amend:
 * @self: a history
 * @value: the document with what follows from the last edit; it is copied
 *
 * Makes a change part of the last edit: both are undone together. After an undo there is no last edit.
 *
 * Returns: whether the document is another one now
 */
gboolean
etude_history_amend (EtudeHistory *self, const EtudeExperiment *value)
{
  Entry *current = g_ptr_array_index (self->entries, self->current);

  if (self->current == 0 || etude_history_can_redo (self) || etude_experiment_equal (current->value, value))
    return FALSE;
  etude_experiment_free (current->value);
  current->value = etude_experiment_copy (value);
  return TRUE;
}

/**
 * etude_history_move:
 * @self: a history
 * @from: (nullable): see etude_experiment_move()
 * @to: likewise
 *
 * The document goes to another folder, with all that undo and redo bring back. That is no edit.
 */
void
etude_history_move (EtudeHistory *self, const char *from, const char *to)
{
  for (guint i = 0; i < self->entries->len; i++)
    etude_experiment_move (((Entry *) g_ptr_array_index (self->entries, i))->value, from, to);
}

/**
 * etude_history_seal:
 * @self: a history
 *
 * The next edit is an entry of its own, whatever it edits.
 */
void
etude_history_seal (EtudeHistory *self)
{
  self->sealed = TRUE;
}

/**
 * etude_history_get_place:
 * @self: a history
 *
 * Returns: how many edits can be undone
 */
guint
etude_history_get_place (EtudeHistory *self)
{
  return self->current;
}

gboolean
etude_history_can_undo (EtudeHistory *self)
{
  return self->current > 0;
}

gboolean
etude_history_can_redo (EtudeHistory *self)
{
  return self->current + 1 < self->entries->len;
}

gboolean
etude_history_undo (EtudeHistory *self)
{
  if (!etude_history_can_undo (self))
    return FALSE;
  self->current--;
  self->sealed = TRUE;
  return TRUE;
}

gboolean
etude_history_redo (EtudeHistory *self)
{
  if (!etude_history_can_redo (self))
    return FALSE;
  self->current++;
  self->sealed = TRUE;
  return TRUE;
}
