/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/widgets/param-group.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_DATASET_GROUP (etude_dataset_group_get_type ())
G_DECLARE_FINAL_TYPE (EtudeDatasetGroup, etude_dataset_group, ETUDE, DATASET_GROUP, AdwBin)

GtkWidget *etude_dataset_group_new (EtudeSession *session);

G_END_DECLS
