/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/menu-button.h"

/* Some ten items: what is longer scrolls, and finds room above the button where there is none below it. */
#define MAX_HEIGHT 330

/* A tooltip that comes while the menu is open, from the button or what is around it, takes the first press after the
 * menu has closed: GDK hides the tooltip, and the press is lost. */
static void
on_popover_visible (GtkMenuButton *button)
{
  gboolean closed = !gtk_widget_get_visible (GTK_WIDGET (gtk_menu_button_get_popover (button)));

  for (GtkWidget *widget = GTK_WIDGET (button); widget != NULL; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_tooltip_text (widget) != NULL)
      gtk_widget_set_has_tooltip (widget, closed);
}

/**
 * etude_menu_button_set_words:
 * @button: a menu button that has its menu
 * @name: what it is read aloud as
 * @tooltip: what it does; shown only while its menu is closed
 */
void
etude_menu_button_set_words (GtkMenuButton *button, const char *name, const char *tooltip)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), tooltip);
  g_signal_connect_object (gtk_menu_button_get_popover (button), "notify::visible", G_CALLBACK (on_popover_visible),
                           button, G_CONNECT_SWAPPED);
}

/**
 * etude_menu_button_set_list:
 * @button: a menu button
 * @menu: its items, which may be many
 *
 * Sets the menu, not higher than a part of the screen.
 */
void
etude_menu_button_set_list (GtkMenuButton *button, GMenuModel *menu)
{
  GtkWidget *content;

  gtk_menu_button_set_menu_model (button, menu);
  content = gtk_popover_get_child (gtk_menu_button_get_popover (button));
  if (GTK_IS_SCROLLED_WINDOW (content))
    gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (content), MAX_HEIGHT);
}

static gboolean
bring_focus_back (gpointer data)
{
  g_autoptr (GtkWidget) button = data;
  GtkRoot *root = gtk_widget_get_root (button);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || gtk_widget_is_ancestor (focus, button) || !gtk_widget_get_mapped (focus)))
    gtk_widget_grab_focus (button);
  return G_SOURCE_REMOVE;
}

static void
on_popover_closed (GtkMenuButton *button)
{
  g_idle_add (bring_focus_back, g_object_ref (button));
}

/**
 * etude_menu_button_keep_focus:
 * @button: a menu button that has its menu, with menus in it
 *
 * GTK 4.8 leaves the focus in a menu inside a menu when an item of it is chosen, and then no key reaches the window.
 */
void
etude_menu_button_keep_focus (GtkMenuButton *button)
{
  g_signal_connect_object (gtk_menu_button_get_popover (button), "closed", G_CALLBACK (on_popover_closed), button,
                           G_CONNECT_SWAPPED);
}
