/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/example-bar.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/widgets/escape.h"

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
  etude_escape_closes (GTK_REVEALER (self->revealer));
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
