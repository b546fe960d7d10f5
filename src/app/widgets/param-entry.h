/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_PARAM_ENTRY (etude_param_entry_get_type ())
G_DECLARE_FINAL_TYPE (EtudeParamEntry, etude_param_entry, ETUDE, PARAM_ENTRY, GtkEntry)

GtkWidget *etude_param_entry_new (EtudeSession *session, const char *path);
const char *etude_param_entry_get_problem (EtudeParamEntry *self);
void etude_param_entry_step (EtudeParamEntry *self, int direction, gboolean large);

G_END_DECLS
