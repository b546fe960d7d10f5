/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/application.h"
#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_WINDOW (etude_window_get_type ())
G_DECLARE_FINAL_TYPE (EtudeWindow, etude_window, ETUDE, WINDOW, AdwApplicationWindow)

EtudeWindow *etude_window_new (EtudeApplication *application);
EtudeSession *etude_window_get_session (EtudeWindow *self);
void etude_window_open (EtudeWindow *self, GFile *file);
void etude_window_end (EtudeWindow *self);

G_END_DECLS
