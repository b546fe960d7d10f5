/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session with loaded data, and a window with one widget that edits it. */

#pragma once

#include "app/model/session.h"
#include "support/window-test.h"

typedef struct
{
  EtudeRecorder *recorder;
  EtudeSession *session;
  GtkWindow *window;
} RecipeFixture;

void recipe_fixture_init (RecipeFixture *self);
void recipe_fixture_show (RecipeFixture *self, GtkWidget *widget, int width, int height);
void recipe_fixture_clear (RecipeFixture *self);

char *recipe_fixture_get (RecipeFixture *self, const char *path);
char *recipe_fixture_hash (RecipeFixture *self);
guint recipe_fixture_undo_all (RecipeFixture *self);
GPtrArray *recipe_fixture_collect (GtkWidget *top, GType type);
