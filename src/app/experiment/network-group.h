/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_NETWORK_GROUP (etude_network_group_get_type ())
G_DECLARE_FINAL_TYPE (EtudeNetworkGroup, etude_network_group, ETUDE, NETWORK_GROUP, AdwPreferencesGroup)

GtkWidget *etude_network_group_new (EtudeSession *session);
guint etude_network_group_get_n_rows (EtudeNetworkGroup *self);
GtkWidget *etude_network_group_get_row (EtudeNetworkGroup *self, guint i);

G_END_DECLS
