/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/escape.h"

/* Where there is nothing to close, the key is for others. */
static gboolean
on_escape (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GtkRevealer *revealer = GTK_REVEALER (widget);

  if (!gtk_revealer_get_reveal_child (revealer))
    return GDK_EVENT_PROPAGATE;
  gtk_revealer_set_reveal_child (revealer, FALSE);
  return GDK_EVENT_STOP;
}

/**
 * etude_escape_closes:
 * @revealer: a bar or banner
 *
 * Escape closes it, wherever in the window the focus is, unless that wants the key for itself.
 */
void
etude_escape_closes (GtkRevealer *revealer)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (revealer), keys);
}
