/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/reset-button.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/field.h"
#include "app/widgets/param-words.h"

struct _EtudeResetButton
{
  GtkButton parent_instance;

  EtudeSession *session;
  char *path;
};

G_DEFINE_FINAL_TYPE (EtudeResetButton, etude_reset_button, GTK_TYPE_BUTTON)

static void
etude_reset_button_clicked (GtkButton *button)
{
  EtudeResetButton *self = ETUDE_RESET_BUTTON (button);

  etude_field_reset (self->session, self->path);
}

static void
etude_reset_button_finalize (GObject *object)
{
  EtudeResetButton *self = ETUDE_RESET_BUTTON (object);

  g_clear_object (&self->session);
  g_free (self->path);
  G_OBJECT_CLASS (etude_reset_button_parent_class)->finalize (object);
}

static void
etude_reset_button_class_init (EtudeResetButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_reset_button_finalize;
  GTK_BUTTON_CLASS (klass)->clicked = etude_reset_button_clicked;
}

static void
etude_reset_button_init (EtudeResetButton *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (self), "edit-undo-symbolic");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "circular");
  gtk_widget_add_css_class (GTK_WIDGET (self), "reset");
}

/* “Reset Momentum to 0.9”, or “Reset Optimizer” where the default is no single value. */
static char *
describe (EtudeResetButton *self, const EtudeParam *param)
{
  g_autofree char *initial = NULL;
  g_autofree char *shown = NULL;

  if (param->type == ETUDE_PARAM_KIND || param->type == ETUDE_PARAM_KINDS || param->type == ETUDE_PARAM_CHOICE
      || param->type == ETUDE_PARAM_BOOLEAN)
    /* Translators: %s is the title of a row or group, such as “Optimizer” */
    return g_strdup_printf (_("Reset %s"), _(param->label));
  initial = etude_field_show_default (self->session, self->path);
  if (initial == NULL || *initial == '\0')
    return g_strdup_printf (_("Reset %s"), _(param->label));
  shown = etude_param_words_short (param, initial);
  /* Translators: first the title of a row such as “Momentum”, then its default such as “0.9” */
  return g_strdup_printf (_("Reset %s to %s"), _(param->label), shown);
}

static void
set_words (EtudeResetButton *self, const EtudeParam *param)
{
  g_autofree char *words = describe (self, param);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* A run has begun or ended: what there is to go back to is another rate. */
static void
on_rate_changed (EtudeResetButton *self)
{
  EtudePlace place;

  if (!g_str_equal (self->path, ETUDE_RATE_PATH) || !etude_field_find (self->session, self->path, &place))
    return;
  set_words (self, place.param);
  etude_reset_button_update (self);
}

/**
 * etude_reset_button_new:
 * @session: whose document is edited
 * @path: dotted path of what the button resets
 *
 * A small button that is there only while the value is not the default.
 *
 * Returns: the button
 */
GtkWidget *
etude_reset_button_new (EtudeSession *session, const char *path)
{
  EtudeResetButton *self = g_object_new (ETUDE_TYPE_RESET_BUTTON, NULL);
  EtudePlace place;

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  set_words (self, place.param);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (etude_reset_button_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "rate-changed", G_CALLBACK (on_rate_changed), self, G_CONNECT_SWAPPED);
  etude_reset_button_update (self);
  return GTK_WIDGET (self);
}

/**
 * etude_reset_button_update:
 * @self: a button
 *
 * Shows it where there is something to reset.
 */
void
etude_reset_button_update (EtudeResetButton *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), !etude_field_is_default (self->session, self->path));
}
