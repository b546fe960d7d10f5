/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

G_BEGIN_DECLS

/* Where the compiled-in files are. */
#define ETUDE_RESOURCES "/org/etude/Etude"

#define ETUDE_TYPE_APPLICATION (etude_application_get_type ())
G_DECLARE_FINAL_TYPE (EtudeApplication, etude_application, ETUDE, APPLICATION, AdwApplication)

EtudeApplication *etude_application_new (void);

G_END_DECLS
