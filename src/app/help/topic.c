/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/topic.h"

#include "app/help/book.h"

static G_DEFINE_QUARK (etude-help-topic, topic)

/**
 * etude_help_set_topic:
 * @widget: a widget
 * @topic: (nullable): “page” or “page#anchor”
 *
 * Says which page F1 opens while the focus is in @widget.
 */
void
etude_help_set_topic (GtkWidget *widget, const char *topic)
{
  g_object_set_qdata_full (G_OBJECT (widget), topic_quark (), g_strdup (topic), g_free);
}

/**
 * etude_help_set_kind:
 * @widget: what shows a kind, or one of its parameters
 * @kind: a kind
 * @param: (nullable): one of its parameters
 *
 * As etude_help_set_topic(), with what the catalogue says of them.
 */
void
etude_help_set_kind (GtkWidget *widget, const EtudeKind *kind, const EtudeParam *param)
{
  g_autofree char *topic = etude_help_book_dup_topic (kind, param);

  etude_help_set_topic (widget, topic);
}

/**
 * etude_help_get_topic:
 * @widget: a widget
 *
 * Returns: (transfer none) (nullable): what was set for it
 */
const char *
etude_help_get_topic (GtkWidget *widget)
{
  return g_object_get_qdata (G_OBJECT (widget), topic_quark ());
}

/**
 * etude_help_find_topic:
 * @widget: (nullable): what has the focus
 *
 * Returns: (transfer none) (nullable): the topic of the widget, or of the nearest one around it that has any
 */
const char *
etude_help_find_topic (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (etude_help_get_topic (widget) != NULL)
      return etude_help_get_topic (widget);
  return NULL;
}
