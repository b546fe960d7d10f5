/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RECIPE (etude_recipe_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRecipe, etude_recipe, ETUDE, RECIPE, GtkWidget)

GtkWidget *etude_recipe_new (EtudeSession *session);
void etude_recipe_connect (EtudeRecipe *self, EtudeSession *session);
void etude_recipe_focus_rate (EtudeRecipe *self);
void etude_recipe_step_rate (EtudeRecipe *self, int direction, gboolean fine);
GtkWidget *etude_recipe_get_section (EtudeRecipe *self, const char *path);

G_END_DECLS
