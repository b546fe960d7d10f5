/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_PARAM_GROUP (etude_param_group_get_type ())
G_DECLARE_FINAL_TYPE (EtudeParamGroup, etude_param_group, ETUDE, PARAM_GROUP, AdwPreferencesGroup)

GtkWidget *etude_param_group_new (EtudeSession *session, const char *path, const char *without);
GtkWidget *etude_param_group_get_kind_row (EtudeParamGroup *self);
GtkWidget *etude_param_group_get_row (EtudeParamGroup *self, const char *key);

G_END_DECLS
