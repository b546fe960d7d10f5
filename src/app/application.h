/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/run-list.h"
#include "store/store.h"

G_BEGIN_DECLS

/* Where the compiled-in files are. */
#define ETUDE_RESOURCES "/org/etude/Etude"

#define ETUDE_TYPE_APPLICATION (etude_application_get_type ())
G_DECLARE_FINAL_TYPE (EtudeApplication, etude_application, ETUDE, APPLICATION, AdwApplication)

EtudeApplication *etude_application_new (void);
EtudeStore *etude_application_get_store (EtudeApplication *self);
const char *etude_application_get_store_problem (EtudeApplication *self);
EtudeRunList *etude_application_get_runs (EtudeApplication *self);
GSettings *etude_application_get_settings (EtudeApplication *self);

G_END_DECLS
