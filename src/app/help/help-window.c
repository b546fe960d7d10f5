/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/help-window.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/help/book.h"
#include "app/help/help-view.h"
#include "app/help/topic.h"

#define FIRST_PAGE "first-steps"
#define LINK "help:"

struct _EtudeHelpWindow
{
  AdwWindow parent_instance;

  AdwLeaflet *leaflet;
  GtkWidget *contents; /* the two children of the leaflet */
  GtkWidget *page;
  GtkSearchEntry *search;
  GtkListBox *list;
  AdwWindowTitle *page_title;
  EtudeHelpView *view;

  GPtrArray *history; /* of topics */
  guint place;        /* of the one that is shown */
};

G_DEFINE_FINAL_TYPE (EtudeHelpWindow, etude_help_window, ADW_TYPE_WINDOW)

static const EtudeHelpPage *
get_page (GtkListBoxRow *row)
{
  return g_ptr_array_index (etude_help_book_get_pages (), (guint) gtk_list_box_row_get_index (row));
}

static void
show_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  const char *section = get_page (row)->section;
  GtkWidget *label;

  if (before != NULL && g_str_equal (get_page (before)->section, section))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (section);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "help-section");
  gtk_list_box_row_set_header (row, label);
}

static gboolean
is_wanted (GtkListBoxRow *row, gpointer user_data)
{
  return etude_help_page_matches (get_page (row), gtk_editable_get_text (GTK_EDITABLE (user_data)));
}

static void
add_rows (EtudeHelpWindow *self)
{
  GPtrArray *pages = etude_help_book_get_pages ();

  for (guint i = 0; i < pages->len; i++)
    {
      GtkWidget *label = gtk_label_new (((EtudeHelpPage *) g_ptr_array_index (pages, i))->text->title);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_list_box_append (self->list, label);
    }
  gtk_list_box_set_header_func (self->list, show_header, NULL, NULL);
  gtk_list_box_set_filter_func (self->list, is_wanted, self->search, NULL);
}

/* The row of the page comes into view when it has a place. */
static gboolean
on_tick (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (GTK_LIST_BOX (list)));
  GtkAdjustment *adjustment = gtk_list_box_get_adjustment (GTK_LIST_BOX (list));
  graphene_point_t top;

  if (row == NULL || adjustment == NULL || !gtk_widget_get_child_visible (row))
    return G_SOURCE_REMOVE;
  if (gtk_widget_get_height (row) == 0 || !gtk_widget_compute_point (row, list, &GRAPHENE_POINT_INIT (0, 0), &top))
    return G_SOURCE_CONTINUE;
  gtk_adjustment_clamp_page (adjustment, top.y, top.y + gtk_widget_get_height (row));
  return G_SOURCE_REMOVE;
}

static void
select_row (EtudeHelpWindow *self, const EtudeHelpPage *page)
{
  guint index;

  if (g_ptr_array_find (etude_help_book_get_pages (), page, &index))
    {
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) index));
      gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_tick, NULL, NULL);
    }
}

/* Shows the topic where the history is. */
static void
show (EtudeHelpWindow *self)
{
  const char *anchor;
  const EtudeHelpPage *page = etude_help_book_find (g_ptr_array_index (self->history, self->place), &anchor);

  etude_help_view_show (self->view, page->text, anchor);
  adw_window_title_set_title (self->page_title, page->text->title);
  adw_window_title_set_subtitle (self->page_title, page->section);
  select_row (self, page);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "help.back", self->place > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "help.forward", self->place + 1 < self->history->len);
  adw_leaflet_set_visible_child (self->leaflet, self->page);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* What was ahead in the history is given up, as in a browser. */
static void
go_to (EtudeHelpWindow *self, const char *topic)
{
  if (etude_help_book_find (topic, NULL) == NULL)
    {
      g_warning ("no help on “%s”", topic);
      return;
    }
  if (self->history->len > 0)
    {
      g_ptr_array_set_size (self->history, (int) self->place + 1);
      if (!g_str_equal (g_ptr_array_index (self->history, self->place), topic))
        self->place++;
    }
  if (self->place == self->history->len)
    g_ptr_array_add (self->history, g_strdup (topic));
  show (self);
}

static void
on_followed (EtudeHelpWindow *self, const char *uri)
{
  if (g_str_has_prefix (uri, LINK))
    go_to (self, uri + strlen (LINK));
}

static void
on_row_activated (EtudeHelpWindow *self, GtkListBoxRow *row)
{
  go_to (self, get_page (row)->id);
}

static void
on_search_changed (EtudeHelpWindow *self)
{
  gtk_list_box_invalidate_filter (self->list);
}

/* Return in the search opens what is found first. */
static void
on_search_activate (EtudeHelpWindow *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row)))
      {
        on_row_activated (self, row);
        return;
      }
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeHelpWindow *self = ETUDE_HELP_WINDOW (widget);

  self->place += g_str_equal (name, "help.back") ? -1 : 1;
  show (self);
}

static void
contents_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeHelpWindow *self = ETUDE_HELP_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->contents);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
show_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_editable_set_text (GTK_EDITABLE (ETUDE_HELP_WINDOW (widget)->search), "");
}

static void
etude_help_window_finalize (GObject *object)
{
  g_ptr_array_unref (ETUDE_HELP_WINDOW (object)->history);
  G_OBJECT_CLASS (etude_help_window_parent_class)->finalize (object);
}

static void
etude_help_window_class_init (EtudeHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = etude_help_window_finalize;
  g_type_ensure (ETUDE_TYPE_HELP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/help/help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, contents);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, page);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, search);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, list);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, page_title);
  gtk_widget_class_bind_template_child (widget_class, EtudeHelpWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, on_followed);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_install_action (widget_class, "help.back", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "help.forward", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "help.contents", NULL, contents_action);
  gtk_widget_class_install_action (widget_class, "help.show-all", NULL, show_all_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "help.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_ALT_MASK, "help.forward", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "help.contents", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
etude_help_window_init (EtudeHelpWindow *self)
{
  g_autoptr (GtkWindowGroup) group = gtk_window_group_new ();

  self->history = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_rows (self);
  /* A dialog that the help is asked about does not block it. */
  gtk_window_group_add_window (group, GTK_WINDOW (self));
}

static EtudeHelpWindow *
find_window (GtkApplication *application)
{
  for (GList *link = gtk_application_get_windows (application); link != NULL; link = link->next)
    if (ETUDE_IS_HELP_WINDOW (link->data))
      return link->data;
  return NULL;
}

/**
 * etude_help_present:
 * @application: the program
 * @topic: (nullable): “page” or “page#anchor”; NULL for the first page
 *
 * Shows a page in the window of the help, of which there is one.
 */
void
etude_help_present (GtkApplication *application, const char *topic)
{
  EtudeHelpWindow *self = find_window (application);

  if (self == NULL)
    self = g_object_new (ETUDE_TYPE_HELP_WINDOW, "application", application, NULL);
  /* First: GTK 4.8 tells screen readers that a window is a “widget” when it gets the focus before it is there. */
  gtk_window_present (GTK_WINDOW (self));
  go_to (self, topic != NULL ? topic : FIRST_PAGE);
}

/**
 * etude_help_close:
 * @application: the program
 *
 * Closes the window of the help, if there is one.
 */
void
etude_help_close (GtkApplication *application)
{
  EtudeHelpWindow *self = find_window (application);

  if (self != NULL)
    gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
on_help_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));

  etude_help_present (GTK_APPLICATION (g_application_get_default ()),
                      etude_help_find_topic (focus != NULL ? focus : widget));
  return GDK_EVENT_STOP;
}

/**
 * etude_help_bind_key:
 * @widget_class: a dialog, which the keys of the program do not reach
 *
 * Gives it F1.
 */
void
etude_help_bind_key (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F1, 0, on_help_key, NULL);
}

/**
 * etude_help_window_get_topic:
 * @self: the window
 *
 * Returns: (transfer none): what it shows
 */
const char *
etude_help_window_get_topic (EtudeHelpWindow *self)
{
  return g_ptr_array_index (self->history, self->place);
}
