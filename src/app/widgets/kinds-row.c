/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/kinds-row.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/field.h"
#include "app/widgets/param-words.h"
#include "app/widgets/reset-button.h"

struct _EtudeKindsRow
{
  AdwActionRow parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
};

G_DEFINE_FINAL_TYPE (EtudeKindsRow, etude_kinds_row, ADW_TYPE_ACTION_ROW)

static void
follow (EtudeKindsRow *self)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const EtudeObjects *list;
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  list = place.field;
  for (gsize i = 0; i < list->n; i++)
    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "", _(list->items[i].kind->label));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), words->str);
}

static void
etude_kinds_row_finalize (GObject *object)
{
  EtudeKindsRow *self = ETUDE_KINDS_ROW (object);

  g_clear_object (&self->session);
  g_free (self->path);
  G_OBJECT_CLASS (etude_kinds_row_parent_class)->finalize (object);
}

static void
etude_kinds_row_class_init (EtudeKindsRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_kinds_row_finalize;
}

static void
etude_kinds_row_init (EtudeKindsRow *self)
{
}

/**
 * etude_kinds_row_new:
 * @session: whose document is shown
 * @path: dotted path of a list of kinds
 *
 * What a list holds, in its order. It can be put back to its default here; its parts are edited in the
 * file or by --set.
 *
 * Returns: the row
 */
GtkWidget *
etude_kinds_row_new (EtudeSession *session, const char *path)
{
  EtudeKindsRow *self = g_object_new (ETUDE_TYPE_KINDS_ROW, "use-markup", FALSE, NULL);
  g_autofree char *tooltip = NULL;
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  tooltip = etude_param_words_tooltip (self->param, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(self->param->label));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), etude_reset_button_new (session, path));
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return GTK_WIDGET (self);
}
