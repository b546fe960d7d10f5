/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_SCHEDULE_PREVIEW (etude_schedule_preview_get_type ())
G_DECLARE_FINAL_TYPE (EtudeSchedulePreview, etude_schedule_preview, ETUDE, SCHEDULE_PREVIEW, AdwBin)

void etude_schedule_preview_connect (EtudeSchedulePreview *self, EtudeSession *session);

G_END_DECLS
