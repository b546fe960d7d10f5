/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/runs-pane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/application.h"
#include "app/help/topic.h"
#include "app/widgets/chart-view.h"
#include "app/widgets/run-words.h"
#include "base/number.h"

#define DOT_SIZE 12

struct _EtudeRunsPane
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkToggleButton *expander;
  GtkImage *arrow;
  GtkLabel *count;
  GtkLabel *shown;
  GtkWidget *none_button;
  GtkWidget *delete_button;
  GtkRevealer *revealer;
  GtkStack *stack;
  GtkScrolledWindow *scrolled;
  GtkColumnView *view;

  GtkSelectionModel *selection;
  gboolean folded;
};

G_DEFINE_FINAL_TYPE (EtudeRunsPane, etude_runs_pane, GTK_TYPE_WIDGET)

enum
{
  PROP_OPEN = 1,
  PROP_FOLDED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SELECTION_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* What a cell says of a run. */
typedef char *(*CellText) (EtudeRunItem *item);

typedef struct
{
  const char *title;
  CellText text;
  gboolean has_dot;
  gboolean is_number;
  gboolean is_wide; /* left out where there is little room */
} Column;

static char *
show_name (EtudeRunItem *item)
{
  const EtudeRunSummary *summary = etude_run_item_get_summary (item);

  return etude_run_write_title (summary->name, summary->number);
}

static char *
show_number (double value)
{
  return isfinite (value) ? etude_number_show (value, 3) : g_strdup ("–");
}

static char *
show_best (EtudeRunItem *item)
{
  return show_number (etude_run_item_get_summary (item)->best_validation_loss);
}

static char *
show_rate (EtudeRunItem *item)
{
  return show_number (etude_run_item_get_summary (item)->lr);
}

static char *
show_steps (EtudeRunItem *item)
{
  return etude_words_count ((double) etude_run_item_get_summary (item)->steps);
}

static char *
show_seconds (EtudeRunItem *item)
{
  const EtudeRunSummary *summary = etude_run_item_get_summary (item);

  return summary->state == ETUDE_RUN_RUNNING ? g_strdup ("–") : etude_words_duration (summary->seconds);
}

static const Column columns[] = {
  { N_("Name"), show_name, .has_dot = TRUE },
  { N_("Outcome"), etude_run_item_dup_outcome },
  { N_("Best Loss"), show_best, .is_number = TRUE },
  { N_("Rate"), show_rate, .is_number = TRUE },
  { N_("Steps"), show_steps, .is_number = TRUE, .is_wide = TRUE },
  { N_("Time"), show_seconds, .is_number = TRUE, .is_wide = TRUE },
};

static void
draw_dot (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  const char *text = g_object_get_data (G_OBJECT (area), "colour");
  EtudeColour colour;

  if (text == NULL)
    return;
  etude_theme_get_colour (etude_chart_view_get_theme (), text, &colour);
  cairo_set_source_rgb (cr, colour.red, colour.green, colour.blue);
  cairo_arc (cr, width / 2.0, height / 2.0, DOT_SIZE / 2.0, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer user_data)
{
  const Column *column = user_data;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);

  if (column->has_dot)
    {
      GtkWidget *dot = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                     "content-width", DOT_SIZE, "content-height", DOT_SIZE, "valign", GTK_ALIGN_CENTER,
                                     NULL);

      gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (dot), draw_dot, NULL, NULL);
      gtk_box_append (GTK_BOX (box), dot);
    }
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (column->is_number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  g_object_set_data (G_OBJECT (box), "cell", cell);
  gtk_list_item_set_child (cell, box);
}

/* What is at this place of the view, or NULL: the first cell of its row knows. */
static GtkListItem *
find_cell (EtudeRunsPane *self, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);

  while (widget != NULL && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  for (guint depth = 0; widget != NULL && depth < 2; depth++)
    widget = gtk_widget_get_first_child (widget);
  return widget == NULL ? NULL : g_object_get_data (G_OBJECT (widget), "cell");
}

/* Of GTK 4.8 both the cell and its row toggle what is pressed with Ctrl, and nothing changes. */
static void
on_pressed (EtudeRunsPane *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkListItem *cell = (state & GDK_CONTROL_MASK) != 0 ? find_cell (self, x, y) : NULL;

  if (cell == NULL)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  if (gtk_list_item_get_selected (cell))
    gtk_selection_model_unselect_item (self->selection, gtk_list_item_get_position (cell));
  else
    gtk_selection_model_select_item (self->selection, gtk_list_item_get_position (cell), FALSE);
}

static void
show_cell (GtkListItem *cell)
{
  const Column *column = g_object_get_data (G_OBJECT (cell), "column");
  EtudeRunItem *item = gtk_list_item_get_item (cell);
  GtkWidget *box = gtk_list_item_get_child (cell);
  GtkLabel *label = GTK_LABEL (gtk_widget_get_last_child (box));
  g_autofree char *text = column->text (item);

  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
  if (column->has_dot)
    {
      GtkWidget *dot = gtk_widget_get_first_child (box);

      g_object_set_data_full (G_OBJECT (dot), "colour", g_strdup (etude_run_item_get_summary (item)->colour), g_free);
      gtk_widget_queue_draw (dot);
    }
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer user_data)
{
  g_object_set_data (G_OBJECT (cell), "column", user_data);
  g_signal_connect_object (gtk_list_item_get_item (cell), "changed", G_CALLBACK (show_cell), cell, G_CONNECT_SWAPPED);
  show_cell (cell);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), show_cell, cell);
}

static void
add_column (EtudeRunsPane *self, const Column *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), (gpointer) column);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), (gpointer) column);
  view_column = gtk_column_view_column_new (_(column->title), factory);
  gtk_column_view_column_set_expand (view_column, TRUE);
  gtk_column_view_append_column (self->view, view_column);
}

static void
update_shown (EtudeRunsPane *self)
{
  g_autoptr (GPtrArray) selected = etude_runs_pane_get_selected (self);
  guint n = selected->len;
  g_autofree char *text = NULL;

  if (n == 1)
    {
      g_autofree char *name = show_name (g_ptr_array_index (selected, 0));

      /* Translators: %s is the name of a run */
      text = g_strdup_printf (_("“%s” shown"), name);
    }
  else if (n > ETUDE_MAX_OVERLAY)
    text = g_strdup_printf (_("%d of %u selected runs shown"), ETUDE_MAX_OVERLAY, n);
  else if (n > 1)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u run shown", "%u runs shown", n), n);
  gtk_label_set_text (self->shown, text == NULL ? "" : text);
  gtk_widget_set_visible (self->none_button, n > 0);
  gtk_widget_set_visible (self->delete_button, n > 0);
}

static void
on_selection_changed (EtudeRunsPane *self)
{
  update_shown (self);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
update_count (EtudeRunsPane *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autofree char *count = n == 0 ? g_strdup ("") : etude_words_count (n);

  gtk_label_set_text (self->count, count);
  gtk_stack_set_visible_child_name (self->stack, n == 0 ? "empty" : "list");
  on_selection_changed (self);
}

/* A run that has just begun is the first of the list, and comes into view. */
static void
on_items_changed (EtudeRunsPane *self, guint position, guint removed, guint added)
{
  if (position == 0 && removed == 0 && added == 1)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  update_count (self);
}

static void
on_expander (EtudeRunsPane *self)
{
  gboolean open = gtk_toggle_button_get_active (self->expander);

  gtk_image_set_from_icon_name (self->arrow, open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_revealer_set_reveal_child (self->revealer, open);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OPEN]);
}

static void
set_folded (EtudeRunsPane *self, gboolean folded)
{
  GListModel *view_columns = gtk_column_view_get_columns (self->view);

  self->folded = folded;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (view_columns, i);

      gtk_column_view_column_set_visible (column, !folded || !columns[i].is_wide);
    }
}

static void
etude_runs_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EtudeRunsPane *self = ETUDE_RUNS_PANE (object);

  switch (prop_id)
    {
    case PROP_OPEN:
      g_value_set_boolean (value, gtk_toggle_button_get_active (self->expander));
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_runs_pane_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EtudeRunsPane *self = ETUDE_RUNS_PANE (object);

  switch (prop_id)
    {
    case PROP_OPEN:
      gtk_toggle_button_set_active (self->expander, g_value_get_boolean (value));
      break;
    case PROP_FOLDED:
      set_folded (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_runs_pane_dispose (GObject *object)
{
  EtudeRunsPane *self = ETUDE_RUNS_PANE (object);

  g_clear_object (&self->selection);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_runs_pane_parent_class)->dispose (object);
}

static void
etude_runs_pane_class_init (EtudeRunsPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = etude_runs_pane_get_property;
  object_class->set_property = etude_runs_pane_set_property;
  object_class->dispose = etude_runs_pane_dispose;
  props[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/runs-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, box);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, expander);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, arrow);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, count);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, shown);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, none_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, delete_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, revealer);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, stack);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, scrolled);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunsPane, view);
  gtk_widget_class_bind_template_callback (widget_class, etude_runs_pane_unselect_all);
}

static void
etude_runs_pane_init (EtudeRunsPane *self)
{
  GtkGesture *press = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (on_pressed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (press));
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (self, &columns[i]);
  etude_help_set_topic (GTK_WIDGET (self), "runs");
  g_signal_connect_object (self->expander, "notify::active", G_CALLBACK (on_expander), self, G_CONNECT_SWAPPED);
}

/**
 * etude_runs_pane_connect:
 * @self: the pane
 * @list: the runs that it shows from now on
 */
void
etude_runs_pane_connect (EtudeRunsPane *self, EtudeRunList *list)
{
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (list))));
  gtk_column_view_set_model (self->view, self->selection);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  update_count (self);
}

/**
 * etude_runs_pane_get_selected:
 * @self: the pane
 *
 * Returns: (transfer container) (element-type EtudeRunItem): the selected runs, from the top
 */
GPtrArray *
etude_runs_pane_get_selected (EtudeRunsPane *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
  return items;
}

/**
 * etude_runs_pane_unselect_all:
 * @self: the pane
 */
void
etude_runs_pane_unselect_all (EtudeRunsPane *self)
{
  gtk_selection_model_unselect_all (self->selection);
}

/**
 * etude_runs_pane_focus:
 * @self: the pane
 *
 * Puts the focus into the list, or above it where it is empty or closed. What had it may have gone with a run, and
 * GTK would not find back into this half of the window.
 */
void
etude_runs_pane_focus (EtudeRunsPane *self)
{
  gboolean has_list = gtk_widget_get_mapped (GTK_WIDGET (self->view))
                      && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0;

  gtk_widget_grab_focus (has_list ? GTK_WIDGET (self->view) : GTK_WIDGET (self->expander));
}
