/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/recipe.h"

#include "app/experiment/network-group.h"
#include "app/recipe-fixture.h"
#include "app/widgets/field.h"
#include "app/widgets/kind-row.h"
#include "app/widgets/kinds-row.h"
#include "app/widgets/param-group.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

typedef struct
{
  RecipeFixture base;
  EtudeRecipe *recipe;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  recipe_fixture_init (&self->base);
  self->recipe = ETUDE_RECIPE (etude_recipe_new (self->base.session));
  recipe_fixture_show (&self->base, GTK_WIDGET (self->recipe), 340, 740);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  recipe_fixture_clear (&self->base);
}

static EtudeNetworkGroup *
get_network (Fixture *self)
{
  return ETUDE_NETWORK_GROUP (etude_recipe_get_section (self->recipe, "network"));
}

static void
assert_layers (Fixture *self, const char *expected)
{
  EtudeNetworkGroup *group = get_network (self);
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < etude_network_group_get_n_rows (group); i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? " " : "",
                            adw_preferences_row_get_title (ADW_PREFERENCES_ROW (etude_network_group_get_row (group, i))));
  g_assert_cmpstr (titles->str, ==, expected);
}

static void
assert_subtitle (Fixture *self, guint i, const char *expected)
{
  GtkWidget *row = etude_network_group_get_row (get_network (self), i);

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, expected);
}

static void
act_on_layer (Fixture *self, guint i, const char *action)
{
  g_assert_true (gtk_widget_activate_action (etude_network_group_get_row (get_network (self), i), action, NULL));
}

static void
test_layers (Fixture *self, gconstpointer data)
{
  GtkWidget *group = GTK_WIDGET (get_network (self));
  g_autofree char *before = recipe_fixture_hash (&self->base);
  g_autofree char *after = NULL;

  assert_layers (self, "Dense Tanh Dense");
  assert_subtitle (self, 0, "96 parameters");
  assert_subtitle (self, 1, "");
  assert_subtitle (self, 2, "66 parameters");
  g_assert_cmpstr (adw_preferences_group_get_description (ADW_PREFERENCES_GROUP (group)), ==, "162 parameters");

  /* a new one comes before the last, and takes the width of its like */
  g_assert_true (gtk_widget_activate_action (group, "kinds.add", "s", "dense"));
  g_assert_true (gtk_widget_activate_action (group, "kinds.add", "s", "relu"));
  assert_layers (self, "Dense Tanh Dense ReLU Dense");
  assert_subtitle (self, 2, "1,056 parameters");
  act_on_layer (self, 3, "kind.up");
  assert_layers (self, "Dense Tanh ReLU Dense Dense");
  act_on_layer (self, 0, "kind.down");
  assert_layers (self, "Tanh Dense ReLU Dense Dense");
  act_on_layer (self, 1, "kind.remove");
  assert_layers (self, "Tanh ReLU Dense Dense");

  g_assert_cmpuint (recipe_fixture_undo_all (&self->base), ==, 5);
  assert_layers (self, "Dense Tanh Dense");
  after = recipe_fixture_hash (&self->base);
  g_assert_cmpstr (after, ==, before);
}

/* Only the layer that is to blame says why. */
static void
test_impossible (Fixture *self, gconstpointer data)
{
  GtkWidget *group = GTK_WIDGET (get_network (self));
  GtkWidget *row;

  act_on_layer (self, 2, "kind.up");
  act_on_layer (self, 1, "kind.up");
  assert_layers (self, "Dense Dense Tanh");
  row = etude_network_group_get_row (get_network (self), 0);
  g_assert_true (gtk_widget_has_css_class (row, "refused"));
  assert_subtitle (self, 0, "gets 2 values and needs a number of units, for only the last dense layer may have auto");
  g_assert_cmpstr (adw_preferences_group_get_description (ADW_PREFERENCES_GROUP (group)), ==,
                   "These layers do not fit together");
  etude_session_undo (self->base.session);
  row = etude_network_group_get_row (get_network (self), 0);
  g_assert_false (gtk_widget_has_css_class (row, "refused"));
  assert_subtitle (self, 0, "96 parameters");
}

/* The last layer that is left cannot be removed, the first not move up. */
static void
test_ends (Fixture *self, gconstpointer data)
{
  act_on_layer (self, 0, "kind.up");
  act_on_layer (self, 2, "kind.down");
  g_assert_false (etude_session_get_can_undo (self->base.session));
  act_on_layer (self, 0, "kind.remove");
  act_on_layer (self, 0, "kind.remove");
  act_on_layer (self, 0, "kind.remove");
  assert_layers (self, "Dense");
}

/* The block that stands at a place of the network, and the rows within. */
static EtudeKindsRow *
get_block (Fixture *self, guint i)
{
  g_autoptr (GPtrArray) found = recipe_fixture_collect (GTK_WIDGET (get_network (self)), ETUDE_TYPE_KINDS_ROW);

  g_assert_cmpuint (i, <, found->len);
  return g_ptr_array_index (found, i);
}

static GtkWidget *
get_inner (Fixture *self, guint block, guint i)
{
  return etude_kinds_list_get_row (etude_kinds_row_get_list (get_block (self, block)), i);
}

static void
assert_inner (Fixture *self, guint block, const char *expected)
{
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (get_block (self, block))), ==, expected);
}

/* A block in the network: its layers come, move and go, and it stays open while layers around it do. */
static void
test_nested (Fixture *self, gconstpointer data)
{
  GtkWidget *group = GTK_WIDGET (get_network (self));
  g_autofree char *before = recipe_fixture_hash (&self->base);
  g_autofree char *after = NULL;
  g_autofree char *units = NULL;

  g_assert_true (gtk_widget_activate_action (group, "kinds.add", "s", "residual"));
  assert_inner (self, 0, "Dense, ReLU");
  g_assert_false (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_block (self, 0)), "kinds.add", "s", "dense"));
  assert_inner (self, 0, "Dense, ReLU, Dense");
  units = recipe_fixture_get (&self->base, "network.layers.2.layers.2.units");
  g_assert_cmpstr (units, ==, "32");
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (get_inner (self, 0, 2))), ==, "1,056 parameters");
  g_assert_true (gtk_window_get_focus (self->base.window) == get_inner (self, 0, 2));

  g_assert_true (gtk_widget_activate_action (get_inner (self, 0, 2), "kind.up", NULL));
  assert_inner (self, 0, "Dense, Dense, ReLU");
  g_assert_true (gtk_window_get_focus (self->base.window) == get_inner (self, 0, 1));
  act_on_layer (self, 2, "kind.up");
  assert_layers (self, "Dense Residual Block Tanh Dense");
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  act_on_layer (self, 0, "kind.remove");
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  etude_session_undo (self->base.session);
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  g_assert_true (gtk_widget_activate_action (get_inner (self, 0, 0), "kind.remove", NULL));
  g_assert_true (gtk_widget_activate_action (get_inner (self, 0, 0), "kind.remove", NULL));
  gtk_widget_activate_action (get_inner (self, 0, 0), "kind.remove", NULL);
  assert_inner (self, 0, "ReLU");
  recipe_fixture_undo_all (&self->base);
  after = recipe_fixture_hash (&self->base);
  g_assert_cmpstr (after, ==, before);
}

/* Of two blocks the one that was open is open where it goes. */
static void
test_nested_moves (Fixture *self, gconstpointer data)
{
  GtkWidget *group = GTK_WIDGET (get_network (self));

  for (guint i = 0; i < 2; i++)
    g_assert_true (gtk_widget_activate_action (group, "kinds.add", "s", "residual"));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (get_block (self, 0)), TRUE);
  act_on_layer (self, 2, "kind.down");
  g_assert_false (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 1))));
  act_on_layer (self, 3, "kind.remove");
  g_assert_false (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (get_block (self, 0))));
}

/* The block says which of its layers is to blame, and so does that layer. */
static void
test_nested_impossible (Fixture *self, gconstpointer data)
{
  GtkWidget *group = GTK_WIDGET (get_network (self));

  g_assert_true (gtk_widget_activate_action (group, "kinds.add", "s", "residual"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_block (self, 0)), "kinds.add", "s", "max_pool2d"));
  assert_subtitle (self, 2, "Layer 3, Max Pooling: gets 32 values and needs an image, channels × height × width");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (get_inner (self, 0, 2))), ==,
                   "gets 32 values and needs an image, channels × height × width");
  g_assert_true (gtk_widget_has_css_class (get_inner (self, 0, 2), "refused"));
  g_assert_false (gtk_widget_has_css_class (get_inner (self, 0, 1), "refused"));
  g_assert_true (gtk_widget_activate_action (get_inner (self, 0, 2), "kind.remove", NULL));
  assert_subtitle (self, 2, "1,056 parameters");
}

/* The schedules of a sequence: a new one comes before the one that takes the rest; the wrong one is named. */
static void
test_nested_schedules (Fixture *self, gconstpointer data)
{
  EtudeParamGroup *group = ETUDE_PARAM_GROUP (etude_recipe_get_section (self->recipe, "schedule"));
  EtudeKindsRow *row;
  GtkWidget *first;
  g_autofree char *length = NULL;

  etude_field_set_kind (self->base.session, "schedule", etude_group_find (&etude_schedule_group, "sequence"));
  row = ETUDE_KINDS_ROW (etude_param_group_get_row (group, "schedules"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (row), "kinds.add", "s", "step"));
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==, "Constant, Step, Cosine");
  length = recipe_fixture_get (&self->base, "schedule.schedules.1.length");
  g_assert_cmpstr (length, ==, "\"50%\"");
  g_assert_null (etude_session_get_problem (self->base.session));
  first = etude_kinds_list_get_row (etude_kinds_row_get_list (row), 0);
  g_assert_true (etude_session_set (self->base.session, "schedule.schedules.0.length", "auto", NULL));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (first)), ==,
                   "found “auto”, expected a length: only the last schedule may take the rest");
  g_assert_true (gtk_widget_has_css_class (first, "refused"));
}

/* What every layer has is behind one row of its options; a kind may be automatic there, and comes first. */
static void
test_advanced (Fixture *self, gconstpointer data)
{
  GtkWidget *section = etude_recipe_get_section (self->recipe, "network");
  GtkWidget *row = etude_network_group_get_row (ETUDE_NETWORK_GROUP (section), 0);
  GtkWidget *advanced = window_test_find (row, ADW_TYPE_EXPANDER_ROW, NULL, NULL);
  GtkWidget *group, *kinds;
  static const struct { guint selected; const char *value; } cases[] = {
    { 0, "\"auto\"" }, { 2, "{\"kind\":\"xavier_normal\",\"gain\":1}" }, { 0, "\"auto\"" },
  };

  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (advanced)), ==, "Advanced");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (advanced), TRUE);
  group = window_test_find (row, ETUDE_TYPE_PARAM_GROUP, NULL, NULL);
  g_assert_true (gtk_widget_get_visible (group));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (advanced), FALSE);
  g_assert_false (gtk_widget_get_visible (group));
  kinds = etude_param_group_get_kind_row (ETUDE_PARAM_GROUP (group));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (kinds)), ==, "That of the network");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = NULL;

      adw_combo_row_set_selected (ADW_COMBO_ROW (kinds), cases[i].selected);
      value = etude_experiment_get_text (etude_session_get_experiment (self->base.session), "network.layers.0.initialiser");
      g_assert_cmpstr (value, ==, cases[i].value);
      g_assert_true ((etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "gain") != NULL) == (cases[i].selected != 0));
    }
  recipe_fixture_undo_all (&self->base);
}

/* What is wrong in the options of a layer is seen from outside, and in the row that they are folded into. */
static void
test_folded (Fixture *self, gconstpointer data)
{
  GtkWidget *row = etude_network_group_get_row (get_network (self), 0);
  GtkWidget *advanced = window_test_find (row, ADW_TYPE_EXPANDER_ROW, NULL, NULL);
  const char *words = "Rate Factor: found 2, expected 1: the optimizer lbfgs has one rate for all weights";

  etude_field_set_kind (self->base.session, "optimizer", etude_group_find (&etude_optimizer_group, "lbfgs"));
  g_assert_true (etude_session_set (self->base.session, "network.layers.0.lr_scale", "2", NULL));
  g_assert_true (gtk_widget_has_css_class (row, "refused"));
  assert_subtitle (self, 0, words);
  g_assert_true (gtk_widget_has_css_class (advanced, "refused"));
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (advanced)), ==, words);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (advanced), TRUE);
  g_assert_false (gtk_widget_has_css_class (advanced, "refused"));
  etude_session_undo (self->base.session);
  g_assert_false (gtk_widget_has_css_class (row, "refused"));
}

/* A tooltip over an open menu would take the next press; a long menu scrolls. */
static void
test_menu (Fixture *self, gconstpointer data)
{
  GtkWidget *button = window_test_find (GTK_WIDGET (get_network (self)), GTK_TYPE_MENU_BUTTON, NULL, NULL);
  GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
  int height;

  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_assert_true (gtk_widget_get_has_tooltip (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_false (gtk_widget_get_has_tooltip (button));
  gtk_widget_measure (GTK_WIDGET (popover), GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  g_assert_cmpint (height, <, 450);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  g_assert_true (gtk_widget_get_has_tooltip (button));
}

#define ADD(name) g_test_add ("/layers/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  ADD (advanced);
  ADD (folded);
  ADD (layers);
  ADD (impossible);
  ADD (ends);
  ADD (menu);
  ADD (nested);
  ADD (nested_moves);
  ADD (nested_impossible);
  ADD (nested_schedules);
  return window_test_run (NULL);
}
