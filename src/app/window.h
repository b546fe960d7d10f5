/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/application.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_WINDOW (etude_window_get_type ())
G_DECLARE_FINAL_TYPE (EtudeWindow, etude_window, ETUDE, WINDOW, AdwApplicationWindow)

EtudeWindow *etude_window_new (EtudeApplication *application);

G_END_DECLS
