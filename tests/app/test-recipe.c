/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/experiment/network-group.h"
#include "app/recipe-fixture.h"
#include "app/widgets/choice-row.h"
#include "app/widgets/field.h"
#include "app/widgets/kind-row.h"
#include "app/widgets/kinds-row.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-group.h"
#include "app/widgets/param-row.h"
#include "app/widgets/rate-scale.h"
#include "dataset/generator.h"
#include "experiment/path.h"
#include "network/initialise.h"
#include "network/loss.h"
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

/* The first group of parameters that does not belong to one layer. */
static GtkWidget *
find_common (GtkWidget *widget)
{
  GtkWidget *found = ETUDE_IS_PARAM_GROUP (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!ETUDE_IS_KIND_ROW (child))
      found = find_common (child);
  return found;
}

static EtudeParamGroup *
find_group (Fixture *self, const char *path)
{
  GtkWidget *section;

  if (g_str_has_prefix (path, "schedule."))
    return ETUDE_PARAM_GROUP (etude_param_group_get_row (
      ETUDE_PARAM_GROUP (etude_recipe_get_section (self->recipe, "schedule")), path + strlen ("schedule.")));
  section = etude_recipe_get_section (self->recipe, g_str_equal (path, "network.initialiser") ? "network" : path);
  if (ETUDE_IS_PARAM_GROUP (section))
    return ETUDE_PARAM_GROUP (section);
  return ETUDE_PARAM_GROUP (find_common (section));
}

/* Each kind of each group can be chosen, and then its rows are there, by the catalogue's words. */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const EtudeGroup *group;
    guint n_before; /* None */
    const char *elsewhere;
  } groups[] = {
    { "dataset", &etude_dataset_group, 0, NULL },
    { "network.initialiser", &etude_initialiser_group, 0, NULL },
    { "loss", &etude_loss_group, 0, NULL },
    { "optimizer", &etude_optimizer_group, 0, "lr" },
    { "schedule.warmup", &etude_warmup_group, 1, NULL },
    { "schedule.cooldown", &etude_cooldown_group, 1, NULL },
    /* last, for not every kind has a cool-down */
    { "schedule", &etude_schedule_group, 0, NULL },
  };

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (guint k = 0; groups[g].group->kinds[k] != NULL; k++)
      {
        const EtudeKind *kind = groups[g].group->kinds[k];
        EtudeParamGroup *group = find_group (self, groups[g].path);
        GtkWidget *row = etude_param_group_get_kind_row (group);
        EtudePlace place;

        adw_combo_row_set_selected (ADW_COMBO_ROW (row), k + groups[g].n_before);
        g_assert_true (etude_experiment_find (etude_session_get_experiment (self->base.session), groups[g].path,
                                              &place, NULL));
        g_assert_true (((EtudeObject *) place.field)->kind == kind);
        for (guint i = 0; i < etude_kind_n_params (kind); i++)
          {
            const EtudeParam *param = etude_kind_get_param (kind, i);
            GtkWidget *child = etude_param_group_get_row (group, param->key);

            if (g_strcmp0 (param->key, groups[g].elsewhere) == 0)
              g_assert_null (child);
            else if (param->type == ETUDE_PARAM_KIND)
              g_assert_cmpstr (adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (child)), ==, _(param->label));
            else
              g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (child)), ==, _(param->label));
          }
      }
  recipe_fixture_undo_all (&self->base);
}

/* Lists are typed as they are read aloud; a list of schedules says what it holds. */
static void
test_schedule_lists (Fixture *self, gconstpointer data)
{
  static const struct { const char *kind, *key, *typed, *json, *shown; } cases[] = {
    { "multistep", "milestones", "10, 2 epochs ,90%", "[10,\"2 epochs\",\"90%\"]", "10, 2 epochs, 90%" },
    { "piecewise", "points", "0 1, 50%: 1/4", "[[0,1],[\"50%\",0.25]]", "0: 1, 50%: 0.25" },
  };
  EtudeParamGroup *group = find_group (self, "schedule");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("schedule.", cases[i].key, NULL);
      g_autofree char *json = NULL;
      GtkWidget *entry;

      etude_field_set_kind (self->base.session, "schedule", etude_group_find (&etude_schedule_group, cases[i].kind));
      entry = etude_param_row_get_control (ETUDE_PARAM_ROW (etude_param_group_get_row (group, cases[i].key)));
      gtk_editable_set_text (GTK_EDITABLE (entry), cases[i].typed);
      json = etude_experiment_get_text (etude_session_get_experiment (self->base.session), path);
      g_assert_cmpstr (json, ==, cases[i].json);
      gtk_editable_set_text (GTK_EDITABLE (entry), "soon");
      g_assert_nonnull (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (entry)));
      gtk_editable_set_text (GTK_EDITABLE (entry), cases[i].shown);
      g_assert_null (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (entry)));
    }
  etude_field_set_kind (self->base.session, "schedule", etude_group_find (&etude_schedule_group, "sequence"));
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (etude_param_group_get_row (group, "schedules"))), ==,
                   "Constant, Cosine");
  recipe_fixture_undo_all (&self->base);
}

static void
test_rate (Fixture *self, gconstpointer data)
{
  GtkWidget *scale = window_test_find (GTK_WIDGET (self->recipe), ETUDE_TYPE_RATE_SCALE, NULL, NULL);
  g_autofree char *text = NULL;
  double low, high;

  etude_recipe_step_rate (self->recipe, 1, FALSE);
  g_assert_cmpfloat (etude_rate_scale_get_rate (ETUDE_RATE_SCALE (scale)), ==, 0.2);
  etude_recipe_step_rate (self->recipe, 1, TRUE);
  g_assert_cmpfloat (etude_rate_scale_get_rate (ETUDE_RATE_SCALE (scale)), ==, 0.202);
  g_assert_cmpuint (recipe_fixture_undo_all (&self->base), ==, 2);

  /* the scale grows to hold the rate, and shrinks again */
  g_assert_true (etude_session_set (self->base.session, "optimizer.lr", "1e-7", NULL));
  etude_rate_scale_get_range (ETUDE_RATE_SCALE (scale), &low, &high);
  g_assert_cmpfloat (low, <=, 1.0000001e-7);
  etude_session_undo (self->base.session);
  etude_rate_scale_get_range (ETUDE_RATE_SCALE (scale), &low, &high);
  g_assert_cmpfloat (low, ==, 1e-4);

  /* dragging ends at two digits */
  g_signal_emit_by_name (scale, "rate-changed", 0.035);
  text = recipe_fixture_get (&self->base, "optimizer.lr");
  g_assert_cmpstr (text, ==, "0.035");
}

static void
test_optimizer_keeps_rate_row (Fixture *self, gconstpointer data)
{
  AdwComboRow *kinds = ADW_COMBO_ROW (etude_param_group_get_kind_row (find_group (self, "optimizer")));
  GtkWidget *scale = window_test_find (GTK_WIDGET (self->recipe), ETUDE_TYPE_RATE_SCALE, NULL, NULL);
  g_autofree char *text = NULL;

  adw_combo_row_set_selected (kinds, 1);
  g_assert_cmpfloat (etude_rate_scale_get_rate (ETUDE_RATE_SCALE (scale)), ==, 1e-3);
  etude_recipe_step_rate (self->recipe, -1, FALSE);
  text = recipe_fixture_get (&self->base, "optimizer.lr");
  g_assert_cmpstr (text, ==, "0.0005");
}

/* Random edits. */

static void
edit_entry (GtkWidget *entry)
{
  static const char *const texts[] = { "0.5", "1", "2", "3", "0,25", "1/3", "1e-3", "10%", "2 epochs", "x", "-4", "", "64" };

  gtk_editable_set_text (GTK_EDITABLE (entry), texts[g_test_rand_int_range (0, G_N_ELEMENTS (texts))]);
}

static void
edit_choice (GtkWidget *row)
{
  guint n = g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (row)));

  adw_combo_row_set_selected (ADW_COMBO_ROW (row), (guint) g_test_rand_int_range (0, (gint32) n));
}

static EtudeNetworkGroup *
get_network (Fixture *self)
{
  return ETUDE_NETWORK_GROUP (etude_recipe_get_section (self->recipe, "network"));
}

static void
act_on_layer (Fixture *self, guint i, const char *action)
{
  g_assert_true (gtk_widget_activate_action (etude_network_group_get_row (get_network (self), i), action, NULL));
}

static void
edit_layers (Fixture *self)
{
  static const char *const actions[] = { "kind.up", "kind.down", "kind.remove" };
  static const char *const kinds[] = { "dense", "tanh", "relu", "sigmoid" };
  EtudeNetworkGroup *group = get_network (self);
  guint n = etude_network_group_get_n_rows (group);

  if (g_test_rand_int_range (0, 2) == 0)
    gtk_widget_activate_action (GTK_WIDGET (group), "kinds.add", "s", kinds[g_test_rand_int_range (0, 4)]);
  else
    act_on_layer (self, (guint) g_test_rand_int_range (0, (gint32) n), actions[g_test_rand_int_range (0, 3)]);
}

static void
edit_one_of (Fixture *self, GType type, void (*edit) (GtkWidget *))
{
  g_autoptr (GPtrArray) found = recipe_fixture_collect (GTK_WIDGET (self->recipe), type);

  edit (g_ptr_array_index (found, g_test_rand_int_range (0, (gint32) found->len)));
}

static void
edit_switch (GtkWidget *control)
{
  gtk_switch_set_active (GTK_SWITCH (control), !gtk_switch_get_active (GTK_SWITCH (control)));
}

static void
test_random_edits (Fixture *self, gconstpointer data)
{
  g_autofree char *before = recipe_fixture_hash (&self->base);
  g_autofree char *edited = NULL;
  g_autofree char *after = NULL;
  g_autofree char *again = NULL;

  for (guint i = 0; i < 150; i++)
    switch (g_test_rand_int_range (0, 5))
      {
      case 0:
        edit_layers (self);
        break;
      case 1:
        edit_one_of (self, ETUDE_TYPE_CHOICE_ROW, edit_choice);
        break;
      case 2:
        edit_one_of (self, GTK_TYPE_SWITCH, edit_switch);
        break;
      default:
        edit_one_of (self, ETUDE_TYPE_PARAM_ENTRY, edit_entry);
        break;
      }
  edited = recipe_fixture_hash (&self->base);
  g_assert_cmpuint (recipe_fixture_undo_all (&self->base), >, 30);
  after = recipe_fixture_hash (&self->base);
  g_assert_cmpstr (after, ==, before);
  while (etude_session_get_can_redo (self->base.session))
    etude_session_redo (self->base.session);
  again = recipe_fixture_hash (&self->base);
  g_assert_cmpstr (again, ==, edited);
}

/* Every control has one name: the title of its row, or a label of its own. */
static void
test_names (Fixture *self, gconstpointer data)
{
  static GType types[3];
  guint n_named = 0;

  types[0] = ETUDE_TYPE_PARAM_ENTRY;
  types[1] = GTK_TYPE_SWITCH;
  types[2] = GTK_TYPE_SCALE;
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) found = recipe_fixture_collect (GTK_WIDGET (self->recipe), types[t]);

      g_assert_cmpuint (found->len, >, 0);
      for (guint i = 0; i < found->len; i++)
        {
          GtkAccessible *control = g_ptr_array_index (found, i);

          /* An expander has a switch within that is never shown. */
          if (!gtk_widget_get_visible (GTK_WIDGET (control)))
            continue;
          g_assert_true (gtk_test_accessible_has_property (control, GTK_ACCESSIBLE_PROPERTY_LABEL)
                         != gtk_test_accessible_has_relation (control, GTK_ACCESSIBLE_RELATION_LABELLED_BY));
          n_named++;
        }
    }
  g_assert_cmpuint (n_named, >, 15);
}

/* The card stays in view while the pane is high enough. */
static void
test_pinned (Fixture *self, gconstpointer data)
{
  GtkWidget *scrolled = window_test_find (GTK_WIDGET (self->recipe), GTK_TYPE_SCROLLED_WINDOW, NULL, NULL);
  GtkWidget *scale = window_test_find (GTK_WIDGET (self->recipe), ETUDE_TYPE_RATE_SCALE, NULL, NULL);

  g_assert_false (gtk_widget_is_ancestor (scale, scrolled));
}

static void
test_fits (Fixture *self, gconstpointer data)
{
  int minimum, natural;

  /* the window of the test has less than 1,000 pixels */
  gtk_widget_measure (GTK_WIDGET (self->recipe), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <=, 300);
  g_assert_cmpint (natural, ==, 300);
}

static void
test_pictures (Fixture *self, gconstpointer data)
{
  window_test_set_dark (self->base.window, FALSE);
  window_test_save_picture (GTK_WIDGET (self->base.window), "recipe-light.png");
  window_test_set_dark (self->base.window, TRUE);
  window_test_save_picture (GTK_WIDGET (self->base.window), "recipe-dark.png");
  window_test_set_dark (self->base.window, FALSE);
}

#define ADD(name) g_test_add ("/recipe/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  ADD (kinds);
  ADD (schedule_lists);
  ADD (rate);
  ADD (optimizer_keeps_rate_row);
  ADD (random_edits);
  ADD (names);
  ADD (pinned);
  ADD (fits);
  ADD (pictures);
  return window_test_run (NULL);
}
