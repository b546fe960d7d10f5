/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/help-view.h"

#include <math.h>

/* Free space above a heading that was jumped to, in points. */
#define ABOVE 12
#define INDENT 24

struct _EtudeHelpView
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *box;
  GtkWidget *target; /* a heading in box that is to come to the top */
  guint tick;
};

enum
{
  FOLLOWED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeHelpView, etude_help_view, GTK_TYPE_WIDGET)

static gboolean
on_link (EtudeHelpView *self, const char *uri)
{
  g_signal_emit (self, signals[FOLLOWED], 0, uri);
  return TRUE;
}

static GtkWidget *
create_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static GtkWidget *
create_heading (const EtudeTextBlock *block)
{
  static const char *const classes[] = { "title-1", "title-4", "heading" };
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                   "label", block->text, "use-markup", TRUE, "xalign", 0.0, "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR, "selectable", TRUE, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, (int) block->level, -1);
  gtk_widget_add_css_class (label, classes[CLAMP (block->level, 1, 3) - 1]);
  if (block->level > 1)
    gtk_widget_set_margin_top (label, 12);
  gtk_widget_set_name (label, block->anchor);
  return label;
}

static GtkWidget *
create_paragraph (EtudeHelpView *self, const EtudeTextBlock *block)
{
  GtkWidget *label = create_label (NULL);

  gtk_label_set_markup (GTK_LABEL (label), block->text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  g_signal_connect_object (label, "activate-link", G_CALLBACK (on_link), self, G_CONNECT_SWAPPED);
  return label;
}

static GtkWidget *
create_code (const EtudeTextBlock *block)
{
  GtkWidget *label = create_label (block->text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "code");
  /* A formula or a command reads from left to right in every language. */
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  return label;
}

/* With what stands before it, and as far in as it is. */
static GtkWidget *
put_in_list (const EtudeTextBlock *block, GtkWidget *child)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *marker = gtk_label_new (block->marker != NULL ? block->marker : "");

  gtk_widget_set_size_request (marker, INDENT, -1);
  gtk_widget_set_margin_start (marker, (int) (block->indent - 1) * INDENT);
  gtk_label_set_xalign (GTK_LABEL (marker), 0);
  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), marker);
  gtk_box_append (GTK_BOX (line), child);
  return line;
}

static GtkWidget *
create_block (EtudeHelpView *self, const EtudeTextBlock *block)
{
  GtkWidget *child;

  if (block->type == ETUDE_TEXT_BLOCK_HEADING)
    return create_heading (block);
  child = block->type == ETUDE_TEXT_BLOCK_CODE ? create_code (block) : create_paragraph (self, block);
  return block->indent > 0 ? put_in_list (block, child) : child;
}

static gboolean
find_top (EtudeHelpView *self, GtkWidget *heading, double *top)
{
  graphene_point_t point;

  /* What was put in last has no place until it has been drawn once. */
  if (gtk_widget_get_height (heading) == 0
      || !gtk_widget_compute_point (heading, self->box, &GRAPHENE_POINT_INIT (0, 0), &point))
    return FALSE;
  *top = point.y;
  return TRUE;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EtudeHelpView *self = ETUDE_HELP_VIEW (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  double top;

  if (!find_top (self, self->target, &top))
    return G_SOURCE_CONTINUE;
  gtk_adjustment_set_value (adjustment, self->target == gtk_widget_get_first_child (self->box) ? 0 : top - ABOVE);
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
clear (EtudeHelpView *self)
{
  GtkWidget *child;

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  self->target = NULL;
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

static gboolean
on_scroll_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  gboolean handled;
  int how;

  g_variant_get (args, "(i)", &how);
  g_signal_emit_by_name (ETUDE_HELP_VIEW (widget)->scrolled, "scroll-child", how, FALSE, &handled);
  return GDK_EVENT_STOP;
}

static gboolean
etude_help_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (ETUDE_HELP_VIEW (widget)->scrolled);
}

/* GtkScrolledWindow lets Tab pass by what is in it while it has the focus itself. */
static gboolean
etude_help_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  EtudeHelpView *self = ETUDE_HELP_VIEW (widget);

  if (direction == GTK_DIR_TAB_FORWARD && gtk_widget_is_focus (self->scrolled))
    return gtk_widget_child_focus (self->box, direction);
  return GTK_WIDGET_CLASS (etude_help_view_parent_class)->focus (widget, direction);
}

static void
etude_help_view_dispose (GObject *object)
{
  EtudeHelpView *self = ETUDE_HELP_VIEW (object);

  if (self->scrolled != NULL)
    clear (self);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_help_view_parent_class)->dispose (object);
}

static void
etude_help_view_class_init (EtudeHelpViewClass *klass)
{
  static const struct { guint key; GtkScrollType how; } keys[] = {
    { GDK_KEY_Up, GTK_SCROLL_STEP_UP }, { GDK_KEY_Down, GTK_SCROLL_STEP_DOWN },
    { GDK_KEY_space, GTK_SCROLL_PAGE_DOWN }, { GDK_KEY_Home, GTK_SCROLL_START }, { GDK_KEY_End, GTK_SCROLL_END },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_help_view_dispose;
  widget_class->grab_focus = etude_help_view_grab_focus;
  widget_class->focus = etude_help_view_focus;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, 0, on_scroll_key, "(i)", (int) keys[i].how);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  /* A link of the page was chosen; the parameter is where it leads. */
  signals[FOLLOWED] = g_signal_new ("followed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
etude_help_view_init (EtudeHelpView *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_add_css_class (self->box, "help-page");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 680);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->box);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), clamp);
  gtk_widget_set_focusable (self->scrolled, TRUE);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

/**
 * etude_help_view_new:
 *
 * Shows a page of the help. The signal “followed” has the address of a link that was chosen.
 *
 * Returns: (transfer floating): an empty view
 */
GtkWidget *
etude_help_view_new (void)
{
  return g_object_new (ETUDE_TYPE_HELP_VIEW, NULL);
}

/**
 * etude_help_view_show:
 * @self: a view
 * @text: the page, which is not kept
 * @anchor: (nullable): the heading that comes to the top
 */
void
etude_help_view_show (EtudeHelpView *self, const EtudeMarkdown *text, const char *anchor)
{
  clear (self);
  for (guint i = 0; i < text->blocks->len; i++)
    gtk_box_append (GTK_BOX (self->box), create_block (self, g_ptr_array_index (text->blocks, i)));
  self->target = anchor != NULL ? etude_help_view_find (self, anchor) : NULL;
  if (self->target == NULL)
    self->target = gtk_widget_get_first_child (self->box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, text->title, -1);
  if (self->target != NULL)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

/**
 * etude_help_view_find:
 * @self: a view
 * @anchor: the name of a heading
 *
 * Returns: (transfer none) (nullable): that heading of the page that is shown
 */
GtkWidget *
etude_help_view_find (EtudeHelpView *self, const char *anchor)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (gtk_widget_get_name (child), anchor) == 0)
      return child;
  return NULL;
}

/**
 * etude_help_view_get_top:
 * @self: a view
 * @anchor: the name of a heading
 *
 * Returns: how far it is below the top of what can be seen, in points; NaN where it has no place yet
 */
double
etude_help_view_get_top (EtudeHelpView *self, const char *anchor)
{
  GtkWidget *heading = etude_help_view_find (self, anchor);
  double top;

  if (heading == NULL || self->tick != 0 || !find_top (self, heading, &top))
    return NAN;
  return top - gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)));
}
