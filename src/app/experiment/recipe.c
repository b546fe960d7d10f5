/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/recipe.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/experiment/dataset-group.h"
#include "app/experiment/network-group.h"
#include "app/experiment/rate-card.h"
#include "app/widgets/param-group.h"
#include "app/widgets/param-row.h"
#include "app/widgets/run-words.h"
#include "experiment/plan.h"

#define WIDTH 340
#define NARROW_WIDTH 300

/* A window less wide than this has a narrow pane. */
#define NARROW_BELOW 1000

/* In a lower pane the rate card scrolls along, or too little of the rest would be seen. */
#define PINNED_FROM 440

struct _EtudeRecipe
{
  GtkWidget parent_instance;

  EtudeSession *session;
  GtkWidget *box;
  GtkWidget *pinned;
  GtkWidget *scrolled;
  GtkWidget *carried;
  GtkWidget *sections;
  GtkWidget *card;
  GtkWidget *training;
  GHashTable *groups; /* key: path; value: the widget of that section */
  gboolean narrow;
  guint repin;
};

G_DEFINE_FINAL_TYPE (EtudeRecipe, etude_recipe, GTK_TYPE_WIDGET)

static gboolean
is_pinned (EtudeRecipe *self)
{
  return adw_bin_get_child (ADW_BIN (self->pinned)) != NULL;
}

static gboolean
on_repin (gpointer user_data)
{
  EtudeRecipe *self = user_data;
  gboolean pin = gtk_widget_get_height (GTK_WIDGET (self)) >= PINNED_FROM;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  self->repin = 0;
  if (pin == is_pinned (self) || self->card == NULL)
    return G_SOURCE_REMOVE;
  if (focus != NULL && !gtk_widget_is_ancestor (focus, self->card))
    focus = NULL;
  g_object_ref (self->card);
  adw_bin_set_child (ADW_BIN (pin ? self->carried : self->pinned), NULL);
  adw_bin_set_child (ADW_BIN (pin ? self->pinned : self->carried), self->card);
  g_object_unref (self->card);
  if (focus != NULL)
    gtk_widget_grab_focus (focus);
  return G_SOURCE_REMOVE;
}

static void
etude_recipe_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EtudeRecipe *self = ETUDE_RECIPE (widget);

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  /* No child may move from one parent to another during a layout. */
  if ((height >= PINNED_FROM) != is_pinned (self) && self->repin == 0)
    self->repin = g_idle_add_full (GDK_PRIORITY_REDRAW, on_repin, self, NULL);
}

static void
etude_recipe_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  EtudeRecipe *self = ETUDE_RECIPE (widget);

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, self->narrow ? NARROW_WIDTH : WIDTH);
}

static void
set_narrow (EtudeRecipe *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
on_window_size (EtudeRecipe *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  int width, height;

  if (!GTK_IS_WINDOW (root))
    return;
  /* In GTK 4 the default size follows the size of a window that is not maximised. */
  gtk_window_get_default_size (GTK_WINDOW (root), &width, &height);
  set_narrow (self, width < NARROW_BELOW && !gtk_window_is_maximized (GTK_WINDOW (root)));
}

static void
etude_recipe_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (etude_recipe_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  if (!GTK_IS_WINDOW (root))
    return;
  g_signal_connect_object (root, "notify::default-width", G_CALLBACK (on_window_size), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (root, "notify::maximized", G_CALLBACK (on_window_size), widget, G_CONNECT_SWAPPED);
  on_window_size (ETUDE_RECIPE (widget));
}

static void
etude_recipe_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), on_window_size, widget);
  GTK_WIDGET_CLASS (etude_recipe_parent_class)->unroot (widget);
}

static void
update_plan (EtudeRecipe *self)
{
  const EtudeTrainingSection *training = etude_experiment_training (etude_session_get_experiment (self->session));
  GtkWidget *row = etude_param_group_get_row (ETUDE_PARAM_GROUP (self->training), "epochs");
  EtudePrepared *data = etude_session_get_data (self->session);
  guint64 updates = data != NULL ? etude_training_updates_per_epoch (training, data->train.n) : 0;
  g_autofree char *note = NULL;

  if (updates > 0)
    {
      g_autofree char *count = etude_words_count ((double) updates);

      note = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s step each", "%s steps each", (gulong) updates), count);
    }
  if (ETUDE_IS_PARAM_ROW (row))
    etude_param_row_set_note (ETUDE_PARAM_ROW (row), note);
}

static void
add_section (EtudeRecipe *self, const char *path, GtkWidget *widget)
{
  gtk_box_append (GTK_BOX (self->sections), widget);
  g_hash_table_insert (self->groups, (gpointer) path, widget);
}

static void
etude_recipe_dispose (GObject *object)
{
  EtudeRecipe *self = ETUDE_RECIPE (object);

  g_clear_handle_id (&self->repin, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (etude_recipe_parent_class)->dispose (object);
}

static void
etude_recipe_finalize (GObject *object)
{
  g_hash_table_unref (ETUDE_RECIPE (object)->groups);
  G_OBJECT_CLASS (etude_recipe_parent_class)->finalize (object);
}

static void
etude_recipe_class_init (EtudeRecipeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_recipe_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_recipe_finalize;
  widget_class->size_allocate = etude_recipe_size_allocate;
  widget_class->root = etude_recipe_root;
  widget_class->unroot = etude_recipe_unroot;
  widget_class->measure = etude_recipe_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/recipe.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeRecipe, box);
  gtk_widget_class_bind_template_child (widget_class, EtudeRecipe, pinned);
  gtk_widget_class_bind_template_child (widget_class, EtudeRecipe, scrolled);
  gtk_widget_class_bind_template_child (widget_class, EtudeRecipe, carried);
  gtk_widget_class_bind_template_child (widget_class, EtudeRecipe, sections);
}

static void
etude_recipe_init (EtudeRecipe *self)
{
  self->groups = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * etude_recipe_new:
 * @session: whose document is edited
 *
 * Returns: (transfer floating): the recipe of a session
 */
GtkWidget *
etude_recipe_new (EtudeSession *session)
{
  EtudeRecipe *self = g_object_new (ETUDE_TYPE_RECIPE, NULL);

  etude_recipe_connect (self, session);
  return GTK_WIDGET (self);
}

/**
 * etude_recipe_connect:
 * @self: a recipe without a session
 * @session: whose document is edited
 *
 * Fills the pane: the rate, then data, network, loss, optimizer, schedule and training.
 */
void
etude_recipe_connect (EtudeRecipe *self, EtudeSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->card = etude_rate_card_new (session);
  adw_bin_set_child (ADW_BIN (self->pinned), self->card);
  add_section (self, "dataset", etude_dataset_group_new (session));
  add_section (self, "network", etude_network_group_new (session));
  add_section (self, "loss", etude_param_group_new (session, "loss", NULL));
  /* The rate of the optimizer is in the card. */
  add_section (self, "optimizer", etude_param_group_new (session, "optimizer", "lr"));
  add_section (self, "schedule", etude_param_group_new (session, "schedule", NULL));
  self->training = etude_param_group_new (session, "training", NULL);
  add_section (self, "training", self->training);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (update_plan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (update_plan), self, G_CONNECT_SWAPPED);
  update_plan (self);
}

/**
 * etude_recipe_focus_rate:
 * @self: a recipe
 *
 * Puts the cursor into the rate and selects it.
 */
void
etude_recipe_focus_rate (EtudeRecipe *self)
{
  etude_rate_card_focus (ETUDE_RATE_CARD (self->card));
}

/**
 * etude_recipe_step_rate:
 * @self: a recipe
 * @direction: 1 for up, -1 for down
 * @fine: by one per cent, and not to the next of 1, 2, 5
 */
void
etude_recipe_step_rate (EtudeRecipe *self, int direction, gboolean fine)
{
  etude_rate_card_step (ETUDE_RATE_CARD (self->card), direction, fine);
}

/**
 * etude_recipe_get_section:
 * @self: a recipe
 * @path: a section of the document, such as “optimizer”
 *
 * Returns: (transfer none) (nullable): its widget
 */
GtkWidget *
etude_recipe_get_section (EtudeRecipe *self, const char *path)
{
  return g_hash_table_lookup (self->groups, path);
}
