/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RUN_CONTROLS (etude_run_controls_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRunControls, etude_run_controls, ETUDE, RUN_CONTROLS, GtkWidget)

void etude_run_controls_connect (EtudeRunControls *self, EtudeSession *session);

G_END_DECLS
