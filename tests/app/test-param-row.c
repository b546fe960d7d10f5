/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-row.h"

#include "app/recipe-fixture.h"
#include "app/widgets/choice-row.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-group.h"
#include "app/widgets/reset-button.h"

static void
set_up (RecipeFixture *self, gconstpointer data)
{
  recipe_fixture_init (self);
}

static void
tear_down (RecipeFixture *self, gconstpointer data)
{
  recipe_fixture_clear (self);
}

static EtudeParamRow *
show_row (RecipeFixture *self, const char *path)
{
  GtkWidget *row = etude_param_row_new (self->session, path);
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  recipe_fixture_show (self, list, 340, 200);
  return ETUDE_PARAM_ROW (row);
}

static void
type (EtudeParamRow *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (etude_param_row_get_control (row)), text);
  /* an empty text is taken when nothing follows it */
  while (*text == '\0' && g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_value (RecipeFixture *self, const char *path, const char *expected)
{
  g_autofree char *text = recipe_fixture_get (self, path);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_notations (RecipeFixture *self, gconstpointer data)
{
  static const char *const typed[][2] = {
    { "0.001", "0.001" }, { "0,001", "0.001" }, { "1e-3", "0.001" }, { " 5E-2 ", "0.05" },
    { "1/300", "0.0033333333333333335" }, { "10", "10" }, { "1,5", "1.5" },
  };
  EtudeParamRow *row = show_row (self, "optimizer.lr");

  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      type (row, typed[i][0]);
      assert_value (self, "optimizer.lr", typed[i][1]);
    }
}

static void
test_refused (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "optimizer.momentum");
  GtkWidget *entry = etude_param_row_get_control (row);
  g_autofree char *before = recipe_fixture_hash (self);
  g_autofree char *after = NULL;

  type (row, "1.2");
  assert_value (self, "optimizer.momentum", "0.9");
  after = recipe_fixture_hash (self);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (etude_session_get_can_undo (self->session));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Must be at least 0 and below 1; 0.9 is kept");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "1.2");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);

  type (row, "0.5");
  assert_value (self, "optimizer.momentum", "0.5");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
}

/* Typing in one row is one entry; leaving it begins another. */
static void
test_undo (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "optimizer.momentum");
  GtkEditable *entry = GTK_EDITABLE (etude_param_row_get_control (row));

  type (row, "0.1");
  type (row, "0.12");
  type (row, "0.123");
  etude_session_undo (self->session);
  assert_value (self, "optimizer.momentum", "0.9");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "0.9");
  g_assert_false (etude_session_get_can_undo (self->session));
  etude_session_redo (self->session);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "0.123");

  etude_session_seal (self->session);
  type (row, "0.2");
  etude_session_undo (self->session);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "0.123");
}

/* A refused text goes when the document has another value. */
static void
test_undo_of_refused (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "optimizer.momentum");
  GtkEditable *entry = GTK_EDITABLE (etude_param_row_get_control (row));

  type (row, "0.5");
  type (row, "5");
  etude_session_undo (self->session);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "0.9");
  g_assert_null (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (entry)));
}

static void
test_steps (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "optimizer.lr");
  EtudeParamEntry *entry = ETUDE_PARAM_ENTRY (etude_param_row_get_control (row));

  etude_param_entry_step (entry, 1, FALSE);
  assert_value (self, "optimizer.lr", "0.2");
  etude_param_entry_step (entry, -1, FALSE);
  etude_param_entry_step (entry, -1, FALSE);
  assert_value (self, "optimizer.lr", "0.05");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.05");
}

static void
test_reset (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "optimizer.momentum");
  GtkWidget *reset = window_test_find (GTK_WIDGET (row), ETUDE_TYPE_RESET_BUTTON, NULL, NULL);

  g_assert_false (gtk_widget_get_visible (reset));
  type (row, "0.5");
  g_assert_true (gtk_widget_get_visible (reset));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (reset), ==, "Reset Momentum to 0.9");
  g_signal_emit_by_name (reset, "clicked");
  assert_value (self, "optimizer.momentum", "0.9");
  g_assert_false (gtk_widget_get_visible (reset));
  etude_session_undo (self->session);
  assert_value (self, "optimizer.momentum", "0.5");
}

static void
test_auto (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "training.steps");
  GtkEntry *entry = GTK_ENTRY (etude_param_row_get_control (row));

  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_assert_cmpstr (gtk_entry_get_placeholder_text (entry), ==, "auto");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "as many as the epochs make");
  type (row, "100");
  assert_value (self, "training.steps", "100");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "");
  type (row, "");
  assert_value (self, "training.steps", "\"auto\"");
  type (row, "50");
  type (row, "auto");
  assert_value (self, "training.steps", "\"auto\"");
}

static void
test_length (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "schedule.t_max");

  type (row, "3 epochs");
  assert_value (self, "schedule.t_max", "\"3 epochs\"");
  type (row, "200");
  assert_value (self, "schedule.t_max", "200");
  type (row, "5%");
  assert_value (self, "schedule.t_max", "\"5%\"");
  type (row, "5 apples");
  assert_value (self, "schedule.t_max", "\"5%\"");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Must be a length such as 200, 5 epochs or 30%; 5% is kept");
}

static void
test_reals (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "loss.class_weights");

  type (row, "1, 2.5");
  assert_value (self, "loss.class_weights", "[1,2.5]");
  type (row, "1, -2");
  assert_value (self, "loss.class_weights", "[1,2.5]");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Must be numbers from 0 to 1000000 with commas between them");
  type (row, "");
  assert_value (self, "loss.class_weights", "[]");
}

static void
test_switch (RecipeFixture *self, gconstpointer data)
{
  EtudeParamRow *row = show_row (self, "training.shuffle");
  GtkSwitch *control = GTK_SWITCH (etude_param_row_get_control (row));

  g_assert_true (gtk_switch_get_active (control));
  gtk_switch_set_active (control, FALSE);
  assert_value (self, "training.shuffle", "false");
  etude_session_undo (self->session);
  g_assert_true (gtk_switch_get_active (control));
}

static void
test_choice (RecipeFixture *self, gconstpointer data)
{
  GtkWidget *row = etude_param_row_new (self->session, "dataset.scaling");
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  recipe_fixture_show (self, list, 340, 200);
  g_assert_true (ETUDE_IS_CHOICE_ROW (row));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (row))), ==, 4);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 2);
  assert_value (self, "dataset.scaling", "\"minmax\"");
  etude_session_undo (self->session);
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, 1);
}

/* Another kind keeps what all kinds of the group have in common; a kind may come and go. */
static void
test_kind (RecipeFixture *self, gconstpointer data)
{
  GtkWidget *group = etude_param_group_new (self->session, "dataset", NULL);
  AdwComboRow *kinds = ADW_COMBO_ROW (etude_param_group_get_kind_row (ETUDE_PARAM_GROUP (group)));

  recipe_fixture_show (self, group, 340, 700);
  type (ETUDE_PARAM_ROW (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "validation")), "0.4");
  type (ETUDE_PARAM_ROW (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "noise")), "0.5");
  adw_combo_row_set_selected (kinds, 1);
  assert_value (self, "dataset.validation", "0.4");
  assert_value (self, "dataset.noise", "0.1");
  g_assert_nonnull (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "factor"));
  etude_session_undo (self->session);
  assert_value (self, "dataset.noise", "0.5");
  g_assert_null (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "factor"));
  g_assert_cmpuint (adw_combo_row_get_selected (kinds), ==, 0);
}

static void
test_null (RecipeFixture *self, gconstpointer data)
{
  GtkWidget *group = etude_param_group_new (self->session, "schedule.warmup", NULL);
  AdwComboRow *kinds = ADW_COMBO_ROW (etude_param_group_get_kind_row (ETUDE_PARAM_GROUP (group)));

  recipe_fixture_show (self, group, 340, 700);
  g_assert_null (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "length"));
  adw_combo_row_set_selected (kinds, 1);
  assert_value (self, "schedule.warmup.length", "\"5%\"");
  g_assert_nonnull (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "length"));
  adw_combo_row_set_selected (kinds, 0);
  assert_value (self, "schedule.warmup", "null");
  g_assert_null (etude_param_group_get_row (ETUDE_PARAM_GROUP (group), "length"));
}

/* A value that is right by itself and wrong with the data is marked in its row, with words of its own. */
static void
test_blamed (RecipeFixture *self, gconstpointer data)
{
  GtkWidget *row = GTK_WIDGET (show_row (self, "loss.class_weights"));
  GtkWidget *entry = etude_param_row_get_control (ETUDE_PARAM_ROW (row));

  g_assert_true (etude_session_set (self->session, "loss.class_weights", "[1,2,3]", NULL));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "found 3 numbers, expected none or one for each of 2 classes");
  g_assert_true (gtk_widget_has_css_class (row, "refused"));
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), "1, 2");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "");
  g_assert_false (gtk_widget_has_css_class (row, "refused"));
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
}

/* So is a switch, which has no text that could be wrong. */
static void
test_blamed_switch (RecipeFixture *self, gconstpointer data)
{
  GtkWidget *row = GTK_WIDGET (show_row (self, "optimizer.nesterov"));

  g_assert_true (etude_session_set (self->session, "optimizer.momentum", "0", NULL));
  gtk_switch_set_active (GTK_SWITCH (etude_param_row_get_control (ETUDE_PARAM_ROW (row))), TRUE);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "found true without momentum, expected a momentum above 0");
  g_assert_true (gtk_widget_has_css_class (row, "refused"));
  g_assert_true (etude_session_set (self->session, "optimizer.momentum", "0.5", NULL));
  g_assert_false (gtk_widget_has_css_class (row, "refused"));
}

#define ADD(name) g_test_add ("/param-row/" #name, RecipeFixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  ADD (notations);
  ADD (refused);
  ADD (blamed);
  ADD (blamed_switch);
  ADD (undo);
  ADD (undo_of_refused);
  ADD (steps);
  ADD (reset);
  ADD (auto);
  ADD (length);
  ADD (reals);
  ADD (switch);
  ADD (choice);
  ADD (kind);
  ADD (null);
  return window_test_run (NULL);
}
