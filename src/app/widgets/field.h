/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/model/session.h"
#include "experiment/path.h"

G_BEGIN_DECLS

/* A place in the document that is open in a session, named by its path: what the rows of the recipe
 * show, and what they do to it. */

gboolean etude_field_find (EtudeSession *session, const char *path, EtudePlace *place);
char *etude_field_show (EtudeSession *session, const char *path);
gboolean etude_field_set (EtudeSession *session, const char *path, const char *text, GError **error);
void etude_field_set_kind (EtudeSession *session, const char *path, const EtudeKind *kind);
char *etude_field_show_default (EtudeSession *session, const char *path);
gboolean etude_field_is_default (EtudeSession *session, const char *path);
gboolean etude_field_is_in_item (const EtudeExperiment *experiment, const char *path);
char *etude_field_dup_problem (EtudeSession *session, const char *path, gboolean within);
void etude_field_reset (EtudeSession *session, const char *path);

G_END_DECLS
