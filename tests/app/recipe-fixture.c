/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/recipe-fixture.h"

#include "app/application.h"
#include "experiment/path.h"

static gboolean
has_data (gpointer data)
{
  return etude_session_get_data (data) != NULL;
}

static void
load_style (void)
{
  static gboolean loaded = FALSE;
  g_autoptr (GtkCssProvider) provider = NULL;

  if (loaded)
    return;
  loaded = TRUE;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, ETUDE_RESOURCES "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
recipe_fixture_init (RecipeFixture *self)
{
  load_style ();
  self->recorder = etude_recorder_new (NULL, NULL);
  self->session = etude_session_new (self->recorder);
  self->window = GTK_WINDOW (adw_window_new ());
  g_assert_true (window_test_wait_until (has_data, self->session, 10000));
}

void
recipe_fixture_show (RecipeFixture *self, GtkWidget *widget, int width, int height)
{
  gtk_window_set_default_size (self->window, width, height);
  adw_window_set_content (ADW_WINDOW (self->window), widget);
  window_test_show (self->window);
}

/* Nothing that was in the window may keep the session; data that are still being loaded do for a moment. */
void
recipe_fixture_clear (RecipeFixture *self)
{
  gpointer watch = self->session;

  window_test_close (self->window);
  etude_session_close (self->session);
  g_object_add_weak_pointer (watch, &watch);
  g_object_unref (self->session);
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, 10000));
  etude_recorder_free (self->recorder);
}

char *
recipe_fixture_get (RecipeFixture *self, const char *path)
{
  return etude_experiment_get_text (etude_session_get_experiment (self->session), path);
}

char *
recipe_fixture_hash (RecipeFixture *self)
{
  return etude_experiment_hash (etude_session_get_experiment (self->session), NULL);
}

guint
recipe_fixture_undo_all (RecipeFixture *self)
{
  guint n = 0;

  while (etude_session_get_can_undo (self->session))
    {
      etude_session_undo (self->session);
      n++;
    }
  return n;
}

static void
collect (GtkWidget *top, GType type, GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (top, type))
    g_ptr_array_add (found, g_object_ref (top));
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

/* Every widget of the type below @top. */
GPtrArray *
recipe_fixture_collect (GtkWidget *top, GType type)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  collect (top, type, found);
  return found;
}
