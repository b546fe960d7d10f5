/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/kind-notes.h"

#include <string.h>

typedef struct
{
  char *size;
  char *words;
} Note;

struct _EtudeKindNotes
{
  GObject parent_instance;

  GHashTable *notes; /* key: path; value: Note */
  GHashTable *open;  /* paths of the lists that are open */
  gboolean has_sizes;
  char *problem;     /* begins with the path of what is to blame */
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeKindNotes, etude_kind_notes, G_TYPE_OBJECT)

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->size);
  g_free (note->words);
  g_free (note);
}

static void
etude_kind_notes_finalize (GObject *object)
{
  EtudeKindNotes *self = ETUDE_KIND_NOTES (object);

  g_hash_table_unref (self->notes);
  g_hash_table_unref (self->open);
  g_free (self->problem);
  G_OBJECT_CLASS (etude_kind_notes_parent_class)->finalize (object);
}

static void
etude_kind_notes_class_init (EtudeKindNotesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_kind_notes_finalize;
  /* Emitted when other things are known, or another list is open. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
etude_kind_notes_init (EtudeKindNotes *self)
{
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, note_free);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * etude_kind_notes_new:
 * @has_sizes: whether something comes out of the items, which the rows keep a place for
 *
 * What is known of the items of a list of kinds, and of the lists within them, by their paths in the
 * document: what the rows show beside the parameters, and which lists are open. Rows come and go,
 * this stays. The signal “changed” tells of changes.
 *
 * Returns: (transfer full): the notes
 */
EtudeKindNotes *
etude_kind_notes_new (gboolean has_sizes)
{
  EtudeKindNotes *self = g_object_new (ETUDE_TYPE_KIND_NOTES, NULL);

  self->has_sizes = has_sizes;
  return self;
}

/**
 * etude_kind_notes_clear:
 * @self: the notes
 *
 * Forgets all but which lists are open; etude_kind_notes_tell() when others are added.
 */
void
etude_kind_notes_clear (EtudeKindNotes *self)
{
  g_hash_table_remove_all (self->notes);
  g_clear_pointer (&self->problem, g_free);
}

/**
 * etude_kind_notes_add:
 * @self: the notes
 * @path: of an item
 * @size: what comes out of it
 * @words: (nullable): what more there is to say
 */
void
etude_kind_notes_add (EtudeKindNotes *self, const char *path, const char *size, const char *words)
{
  Note *note = g_new (Note, 1);

  *note = (Note) { g_strdup (size), g_strdup (words) };
  g_hash_table_insert (self->notes, g_strdup (path), note);
}

/**
 * etude_kind_notes_set_problem:
 * @self: the notes
 * @message: (nullable): what is wrong, beginning with the path of what is to blame
 */
void
etude_kind_notes_set_problem (EtudeKindNotes *self, const char *message)
{
  g_free (self->problem);
  self->problem = g_strdup (message);
}

void
etude_kind_notes_tell (EtudeKindNotes *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
etude_kind_notes_has_sizes (EtudeKindNotes *self)
{
  return self->has_sizes;
}

const char *
etude_kind_notes_get_size (EtudeKindNotes *self, const char *path)
{
  Note *note = g_hash_table_lookup (self->notes, path);

  return note != NULL ? note->size : NULL;
}

const char *
etude_kind_notes_get_words (EtudeKindNotes *self, const char *path)
{
  Note *note = g_hash_table_lookup (self->notes, path);

  return note != NULL ? note->words : NULL;
}

/**
 * etude_kind_notes_get_problem:
 * @self: the notes
 * @path: of an item
 *
 * Returns: (transfer none) (nullable): the message that says what is wrong with it or within it
 */
const char *
etude_kind_notes_get_problem (EtudeKindNotes *self, const char *path)
{
  gsize length = strlen (path);

  if (self->problem == NULL || strncmp (self->problem, path, length) != 0
      || strchr (". :", self->problem[length]) == NULL)
    return NULL;
  return self->problem;
}

gboolean
etude_kind_notes_is_open (EtudeKindNotes *self, const char *path)
{
  return g_hash_table_contains (self->open, path);
}

void
etude_kind_notes_set_open (EtudeKindNotes *self, const char *path, gboolean open)
{
  if (open == etude_kind_notes_is_open (self, path))
    return;
  if (open)
    g_hash_table_add (self->open, g_strdup (path));
  else
    g_hash_table_remove (self->open, path);
  etude_kind_notes_tell (self);
}

/* Where a path leads when the items of @list have other places; NULL where its item is gone. */
static char *
dup_moved (const char *path, const char *list, const gssize *places, gsize n)
{
  gsize length = strlen (list);
  guint64 from;
  char *rest;

  if (strncmp (path, list, length) != 0 || path[length] != '.')
    return g_strdup (path);
  from = g_ascii_strtoull (path + length + 1, &rest, 10);
  if (from >= n || places[from] < 0)
    return NULL;
  return g_strdup_printf ("%s.%" G_GSSIZE_FORMAT "%s", list, places[from], rest);
}

/**
 * etude_kind_notes_move:
 * @self: the notes
 * @list: path of a list
 * @places: (array length=n): where each of its items is now; -1 where it is gone
 * @n: how many items it had
 *
 * Lets what is open within an item go along with it.
 */
void
etude_kind_notes_move (EtudeKindNotes *self, const char *list, const gssize *places, gsize n)
{
  GHashTable *moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      char *place = dup_moved (path, list, places, n);

      if (place != NULL)
        g_hash_table_add (moved, place);
    }
  g_hash_table_unref (self->open);
  self->open = moved;
  etude_kind_notes_tell (self);
}
