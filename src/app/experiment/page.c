/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/page.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/experiment/example-bar.h"
#include "app/widgets/escape.h"
#include "app/widgets/run-controls.h"
#include "app/widgets/run-words.h"
#include "base/number.h"
#include "chart/plot-runs.h"

struct _EtudeExperimentPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AdwLeaflet *leaflet;
  AdwBin *recipe;
  GtkWidget *separator;
  GtkRevealer *trouble;
  GtkLabel *trouble_label;
  GtkRevealer *diverged;
  GtkLabel *diverged_label;
  EtudeExampleBar *example;
  GtkLabel *note;
  GtkMenuButton *scale_button;
  GtkLabel *scale_label;
  GtkMenuButton *x_button;
  GtkLabel *x_label;
  GtkMenuButton *smoothing_button;
  GtkLabel *smoothing_label;
  GtkRange *smoothing;
  EtudeLiveCharts *charts;
  EtudeRunsPane *runs;
  EtudeRunControls *controls;

  EtudeSession *session;
  EtudeRunList *run_list;
  gboolean recipe_wanted; /* while both are side by side */
  gboolean folded;
  guint fold;
};

G_DEFINE_FINAL_TYPE (EtudeExperimentPage, etude_experiment_page, GTK_TYPE_WIDGET)

enum
{
  PROP_FOLDED = 1,
  PROP_RECIPE_SHOWN,
  PROP_RUNS_SHOWN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static gboolean
get_recipe_shown (EtudeExperimentPage *self)
{
  if (adw_leaflet_get_folded (self->leaflet))
    return g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "recipe") == 0;
  return self->recipe_wanted;
}

static void
set_recipe_shown (EtudeExperimentPage *self, gboolean shown)
{
  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child_name (self->leaflet, shown ? "recipe" : "charts");
  else
    {
      self->recipe_wanted = shown;
      gtk_widget_set_visible (GTK_WIDGET (self->recipe), shown);
      gtk_widget_set_visible (self->separator, shown);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RECIPE_SHOWN]);
    }
}

static void
on_visible_child (EtudeExperimentPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RECIPE_SHOWN]);
}

static gboolean
follow_fold (gpointer user_data)
{
  EtudeExperimentPage *self = user_data;

  self->fold = 0;
  self->folded = adw_leaflet_get_folded (self->leaflet);
  gtk_widget_set_visible (GTK_WIDGET (self->recipe), self->folded || self->recipe_wanted);
  gtk_widget_set_visible (self->separator, !self->folded && self->recipe_wanted);
  if (self->folded)
    adw_leaflet_set_visible_child_name (self->leaflet, "charts");
  g_object_set (self->runs, "folded", self->folded, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLDED]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RECIPE_SHOWN]);
  return G_SOURCE_REMOVE;
}

/* The leaflet folds while it is being laid out; what follows would be laid out a second time. */
static void
on_folded (EtudeExperimentPage *self)
{
  if (self->fold == 0)
    self->fold = g_idle_add_full (G_PRIORITY_HIGH_IDLE, follow_fold, self, NULL);
}

static void
on_runs_open (EtudeExperimentPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNS_SHOWN]);
}

/* The last mini-batch loss that was finite, for the banner. */
static char *
dup_last_loss (const EtudeRun *run)
{
  gsize n;
  const EtudeBucket *buckets = etude_series_get_buckets (run->loss, &n);

  while (n > 0 && !isfinite (buckets[n - 1].mean))
    n--;
  return n == 0 ? NULL : etude_number_show (buckets[n - 1].mean, 3);
}

/* The rate of the last update, which a schedule or a warm-up has made of the base rate. */
static char *
dup_last_rate (const EtudeRun *run)
{
  guint64 step;
  double rate;

  if (!etude_series_get_last (run->lr, &step, &rate))
    rate = *etude_experiment_rate (run->experiment);
  return etude_number_show (rate, 3);
}

static void
update_diverged (EtudeExperimentPage *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  gboolean shown = etude_session_get_state (self->session) == ETUDE_SESSION_DIVERGED;

  if (shown)
    {
      g_autofree char *step = etude_words_count ((double) run->diverged_at);
      g_autofree char *rate = dup_last_rate (run);
      g_autofree char *loss = dup_last_loss (run);
      /* Translators: the first %s is a step, the second a learning rate */
      g_autofree char *where = g_strdup_printf (_("<b>Diverged at step %s</b> at a rate of %s."), step, rate);
      g_autofree char *before = loss == NULL ? g_strdup ("") : g_strdup_printf (_("The loss before was %s."), loss);
      g_autofree char *text = g_strdup_printf ("%s %s", where, before);

      gtk_label_set_markup (self->diverged_label, text);
    }
  gtk_revealer_set_reveal_child (self->diverged, shown);
}

/* Says that the charts show another recipe than the one at the left. */
static void
update_note (EtudeExperimentPage *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  const char *note = "";

  if (run == NULL)
    note = etude_session_get_problem (self->session) != NULL || etude_live_charts_has_overlay (self->charts)
             ? "" : _("Press Train to see the loss here");
  else if (!etude_session_is_run_current (self->session))
    note = etude_session_get_state (self->session) == ETUDE_SESSION_RUNNING
               || etude_session_get_state (self->session) == ETUDE_SESSION_PAUSED
             ? _("The recipe has changed: for the next run")
             : _("The recipe has changed: Train starts a new run");
  if (g_strcmp0 (gtk_label_get_text (self->note), note) != 0)
    gtk_label_set_text (self->note, note);
}

static void
update (EtudeExperimentPage *self)
{
  update_diverged (self);
  update_note (self);
}

static void
on_selection (EtudeExperimentPage *self)
{
  g_autoptr (GPtrArray) items = etude_runs_pane_get_selected (self->runs);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  for (guint i = 0; i < MIN (items->len, ETUDE_MAX_OVERLAY); i++)
    {
      g_autoptr (GError) error = NULL;
      EtudeRun *run = etude_run_list_load (self->run_list, g_ptr_array_index (items, i), &error);

      if (run != NULL)
        g_ptr_array_add (runs, run);
      else
        gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", error->message);
    }
  etude_live_charts_set_overlay (self->charts, runs);
  update_note (self);
}

static void
on_trouble (EtudeExperimentPage *self, const char *message)
{
  if (message != NULL)
    {
      g_autofree char *text = g_strdup_printf (_("%s. Training goes on; runs are kept in memory until it works again."),
                                               message);

      gtk_label_set_text (self->trouble_label, text);
    }
  gtk_revealer_set_reveal_child (self->trouble, message != NULL);
}

static void
close_banner (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_revealer_set_reveal_child (ETUDE_EXPERIMENT_PAGE (widget)->diverged, FALSE);
}

static void
etude_experiment_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EtudeExperimentPage *self = ETUDE_EXPERIMENT_PAGE (object);

  switch (prop_id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_RECIPE_SHOWN:
      g_value_set_boolean (value, get_recipe_shown (self));
      break;
    case PROP_RUNS_SHOWN:
      g_object_get_property (G_OBJECT (self->runs), "open", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_experiment_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EtudeExperimentPage *self = ETUDE_EXPERIMENT_PAGE (object);

  switch (prop_id)
    {
    case PROP_RECIPE_SHOWN:
      set_recipe_shown (self, g_value_get_boolean (value));
      break;
    case PROP_RUNS_SHOWN:
      g_object_set_property (G_OBJECT (self->runs), "open", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_experiment_page_dispose (GObject *object)
{
  EtudeExperimentPage *self = ETUDE_EXPERIMENT_PAGE (object);

  g_clear_handle_id (&self->fold, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->run_list);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_experiment_page_parent_class)->dispose (object);
}

/* Shown is what is set, said also what of. */
static void
name_button (GtkMenuButton *button, GtkLabel *label, const char *what, const char *value)
{
  /* Translators: what is set, then how: “Loss Axis: Linear” */
  g_autofree char *name = g_strdup_printf (_("%s: %s"), what, value);

  gtk_label_set_text (label, value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The buttons above the charts say what is set. */
static void
name_buttons (EtudeExperimentPage *self)
{
  g_autofree char *scale = NULL, *x = NULL, *smoothing = NULL, *number = NULL;
  EtudePlotX axis = ETUDE_PLOT_EPOCHS;
  double amount;

  g_object_get (self->charts, "loss-scale", &scale, "x-axis", &x, "smoothing", &amount, NULL);
  etude_plot_x_from_id (x, &axis);
  name_button (self->scale_button, self->scale_label, _("Loss Axis"), etude_axis_scale_label (etude_axis_scale_find (scale)));
  name_button (self->x_button, self->x_label, _("Horizontal Axis"), etude_plot_x_label (axis));
  number = etude_number_show (amount, 2);
  name_button (self->smoothing_button, self->smoothing_label, _("Smoothing"), amount > 0 ? number : _("off"));
  /* Translators: on a button; how much curves are smoothed, such as “Smoothing 0.9” */
  smoothing = amount > 0 ? g_strdup_printf (_("Smoothing %s"), number) : g_strdup (_("Smoothing"));
  gtk_label_set_text (self->smoothing_label, smoothing);
}

/* S: to the slider. */
static void
show_smoothing (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeExperimentPage *self = ETUDE_EXPERIMENT_PAGE (widget);

  gtk_menu_button_popup (self->smoothing_button);
  gtk_widget_grab_focus (GTK_WIDGET (self->smoothing));
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, box);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, recipe);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, separator);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, diverged);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, diverged_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, example);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, note);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, scale_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, x_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, smoothing_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, smoothing);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, scale_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, x_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, smoothing_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, charts);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, runs);
  gtk_widget_class_bind_template_child (widget_class, EtudeExperimentPage, controls);
}

static void
etude_experiment_page_class_init (EtudeExperimentPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags both = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = etude_experiment_page_get_property;
  object_class->set_property = etude_experiment_page_set_property;
  object_class->dispose = etude_experiment_page_dispose;
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_RECIPE_SHOWN] = g_param_spec_boolean ("recipe-shown", NULL, NULL, TRUE, both);
  props[PROP_RUNS_SHOWN] = g_param_spec_boolean ("runs-shown", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (ETUDE_TYPE_EXAMPLE_BAR);
  g_type_ensure (ETUDE_TYPE_LIVE_CHARTS);
  g_type_ensure (ETUDE_TYPE_RUNS_PANE);
  g_type_ensure (ETUDE_TYPE_RUN_CONTROLS);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "experiment.close-banner", NULL, close_banner);
  gtk_widget_class_install_action (widget_class, "experiment.smoothing", NULL, show_smoothing);
}

static void
etude_experiment_page_init (EtudeExperimentPage *self)
{
  self->recipe_wanted = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  etude_escape_closes (self->diverged);
  g_object_bind_property (self->charts, "smoothing", gtk_range_get_adjustment (self->smoothing), "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->charts, "notify::loss-scale", G_CALLBACK (name_buttons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->charts, "notify::x-axis", G_CALLBACK (name_buttons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->charts, "notify::smoothing", G_CALLBACK (name_buttons), self, G_CONNECT_SWAPPED);
  name_buttons (self);
  g_signal_connect_object (self->leaflet, "notify::folded", G_CALLBACK (on_folded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::visible-child", G_CALLBACK (on_visible_child), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "notify::open", G_CALLBACK (on_runs_open), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->runs, "selection-changed", G_CALLBACK (on_selection), self, G_CONNECT_SWAPPED);
}

/**
 * etude_experiment_page_connect:
 * @self: the page
 * @session: what it edits and shows from now on
 * @runs: the runs under its charts
 */
void
etude_experiment_page_connect (EtudeExperimentPage *self, EtudeSession *session, EtudeRunList *runs)
{
  g_set_object (&self->session, session);
  g_set_object (&self->run_list, runs);
  adw_bin_set_child (self->recipe, etude_recipe_new (session));
  etude_live_charts_connect (self->charts, session);
  etude_run_controls_connect (self->controls, session);
  etude_runs_pane_connect (self->runs, runs);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::problem", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "store-trouble", G_CALLBACK (on_trouble), self, G_CONNECT_SWAPPED);
  update (self);
}

EtudeLiveCharts *
etude_experiment_page_get_charts (EtudeExperimentPage *self)
{
  return self->charts;
}

EtudeRunsPane *
etude_experiment_page_get_runs (EtudeExperimentPage *self)
{
  return self->runs;
}

/**
 * etude_experiment_page_show_recipe:
 * @self: the page
 *
 * Brings the recipe into view, if it is not.
 *
 * Returns: (transfer none): the recipe
 */
EtudeRecipe *
etude_experiment_page_show_recipe (EtudeExperimentPage *self)
{
  if (!get_recipe_shown (self))
    set_recipe_shown (self, TRUE);
  return ETUDE_RECIPE (adw_bin_get_child (self->recipe));
}

/**
 * etude_experiment_page_show_example:
 * @self: the page
 * @example: (nullable): the example that has been opened, or NULL for any other document
 *
 * Says over the charts what there is to look at.
 */
void
etude_experiment_page_show_example (EtudeExperimentPage *self, const EtudeExample *example)
{
  /* On a small screen there is not the height for both, and the run bar must be seen. */
  if (example != NULL && self->folded)
    g_object_set (self->runs, "open", FALSE, NULL);
  etude_example_bar_show (self->example, example);
}
