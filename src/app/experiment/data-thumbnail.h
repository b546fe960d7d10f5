/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "dataset/prepare.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_DATA_THUMBNAIL (etude_data_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (EtudeDataThumbnail, etude_data_thumbnail, ETUDE, DATA_THUMBNAIL, GtkWidget)

GtkWidget *etude_data_thumbnail_new (void);
void etude_data_thumbnail_set_data (EtudeDataThumbnail *self, EtudePrepared *data);

G_END_DECLS
