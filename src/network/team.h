/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "base/real.h"

G_BEGIN_DECLS

typedef struct _EtudeTeam EtudeTeam;

/**
 * EtudePartFunc:
 * @data: of all parts
 * @part: which one
 * @member: which thread makes it: 0 is the one that called etude_team_run()
 *
 * Makes one part of some work. No part may see what another one makes.
 */
typedef void (*EtudePartFunc) (gconstpointer data, gsize part, guint member);

EtudeTeam *etude_team_new (guint n_members, gsize n_room);
void etude_team_free (EtudeTeam *self);
guint etude_team_get_n_members (const EtudeTeam *self);
EtudeReal *etude_team_get_room (EtudeTeam *self, guint member);
void etude_team_run (EtudeTeam *self, gsize n_parts, EtudePartFunc func, gconstpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeTeam, etude_team_free)

G_END_DECLS
