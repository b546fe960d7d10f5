/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>

G_BEGIN_DECLS

#define ETUDE_TYPE_KIND_NOTES (etude_kind_notes_get_type ())
G_DECLARE_FINAL_TYPE (EtudeKindNotes, etude_kind_notes, ETUDE, KIND_NOTES, GObject)

EtudeKindNotes *etude_kind_notes_new (gboolean has_sizes);

void etude_kind_notes_clear (EtudeKindNotes *self);
void etude_kind_notes_add (EtudeKindNotes *self, const char *path, const char *size, const char *words);
void etude_kind_notes_set_problem (EtudeKindNotes *self, const char *message);
void etude_kind_notes_tell (EtudeKindNotes *self);

gboolean etude_kind_notes_has_sizes (EtudeKindNotes *self);
const char *etude_kind_notes_get_size (EtudeKindNotes *self, const char *path);
const char *etude_kind_notes_get_words (EtudeKindNotes *self, const char *path);
const char *etude_kind_notes_get_problem (EtudeKindNotes *self, const char *path);

gboolean etude_kind_notes_is_open (EtudeKindNotes *self, const char *path);
void etude_kind_notes_set_open (EtudeKindNotes *self, const char *path, gboolean open);
void etude_kind_notes_move (EtudeKindNotes *self, const char *list, const gssize *places, gsize n);

G_END_DECLS
