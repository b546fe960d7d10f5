/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/example-bar.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"

struct _EtudeExampleBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkLabel *title;
  GtkLabel *look;
};

G_DEFINE_FINAL_TYPE (EtudeExampleBar, etude_example_bar, GTK_TYPE_WIDGET)

static void
activate_close (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_example_bar_show (ETUDE_EXAMPLE_BAR (widget), NULL);
}

/* Where there is nothing to close, the key is for others. */
static gboolean
on_escape (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  if (!gtk_revealer_get_reveal_child (GTK_REVEALER (ETUDE_EXAMPLE_BAR (widget)->revealer)))
    return GDK_EVENT_PROPAGATE;
  etude_example_bar_show (ETUDE_EXAMPLE_BAR (widget), NULL);
  return GDK_EVENT_STOP;
}

/* Wherever the focus is, unless it wants the key for itself. */
static void
add_escape (EtudeExampleBar *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
etude_example_bar_dispose (GObject *object)
{
  g_clear_pointer (&ETUDE_EXAMPLE_BAR (object)->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_example_bar_parent_class)->dispose (object);
}

static void
etude_example_bar_class_init (EtudeExampleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_example_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/example-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeExampleBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EtudeExampleBar, title);
  gtk_widget_class_bind_template_child (widget_class, EtudeExampleBar, look);
  gtk_widget_class_install_action (widget_class, "example.close", NULL, activate_close);
}

static void
etude_example_bar_init (EtudeExampleBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_escape (self);
}

/**
 * etude_example_bar_show:
 * @self: the bar over the charts
 * @example: (nullable): the example that has been opened, or NULL to close the bar
 *
 * Says what there is to look at.
 */
void
etude_example_bar_show (EtudeExampleBar *self, const EtudeExample *example)
{
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), example != NULL);
  if (example == NULL)
    return;
  gtk_label_set_text (self->title, _(example->title));
  gtk_label_set_text (self->look, _(example->look));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(example->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(example->look),
                                  -1);
}
