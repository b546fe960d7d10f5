/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window-fixture.h"

#include "app/experiment/live-charts.h"

EtudeWindow *window;
EtudeSession *session;

static gboolean
is_loaded (gpointer data)
{
  return !etude_session_get_loading (session);
}

static gboolean
is_ended (gpointer data)
{
  return etude_session_get_state (session) != ETUDE_SESSION_RUNNING;
}

/* The desktop's place for notifications, which a test has none of. */

char *notice;
guint n_withdrawn;

static const char notifications_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='s' name='summary'/>"
  "<arg type='s' name='body'/><arg type='as'/><arg type='a{sv}'/><arg type='i'/>"
  "<arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u'/></method>"
  "</interface></node>";

static void
on_notification (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
                 GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  if (g_str_equal (method, "Notify"))
    {
      g_free (notice);
      g_variant_get_child (parameters, 4, "s", &notice);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", 1));
      return;
    }
  n_withdrawn++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
serve_notifications (void)
{
  static const GDBusInterfaceVTable table = { .method_call = on_notification };
  static GDBusNodeInfo *info;
  GDBusConnection *bus = g_application_get_dbus_connection (g_application_get_default ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (info != NULL || bus == NULL)
    return;
  info = g_dbus_node_info_new_for_xml (notifications_xml, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (bus, "/org/freedesktop/Notifications", info->interfaces[0], &table, NULL, NULL,
                                     &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", "org.freedesktop.Notifications", 4), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

void
open_window (void)
{
  serve_notifications ();
  window = etude_window_new (ETUDE_APPLICATION (g_application_get_default ()));
  session = etude_window_get_session (window);
  etude_session_take (session, etude_experiment_new (), NULL);
  etude_session_set_speed (session, 100);
  window_test_show (GTK_WINDOW (window));
  g_assert_true (window_test_wait_until (is_loaded, NULL, PATIENCE_MS));
}

EtudeRunList *
get_runs (void)
{
  return etude_application_get_runs (ETUDE_APPLICATION (g_application_get_default ()));
}

void
activate (const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), name, NULL);
}

/* What the toast of a deletion does. */
void
bring_back (const char *const *ids)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "restore-runs", g_variant_new_strv (ids, -1));
}

gboolean
is_enabled (const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), name);
}

/* The table of the run bar: Train, Pause, Step, Epoch, Stop, Reset. */
void
assert_enabled (const char *expected)
{
  static const char *const names[] = { "train", "pause", "step", "epoch", "stop", "reset" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_enabled (names[i]) != (expected[i] == '+'))
      g_error ("%s should be %s", names[i], expected[i] == '+' ? "enabled" : "disabled");
}

void
set (const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  etude_session_set (session, path, value, &error);
  g_assert_no_error (error);
  g_assert_true (window_test_wait_until (is_loaded, NULL, PATIENCE_MS));
}

void
wait_for_end (void)
{
  g_assert_true (window_test_wait_until (is_ended, NULL, PATIENCE_MS));
}

void
train_at_full_speed (void)
{
  etude_session_set_speed (session, ETUDE_FULL_SPEED);
  activate ("train");
  wait_for_end ();
}

GtkLabel *
find_label (const char *text)
{
  return GTK_LABEL (window_test_find (GTK_WIDGET (window), GTK_TYPE_LABEL, "label", text));
}

/* The button that has this label, or a child with it. */
GtkWidget *
find_button (const char *label)
{
  GtkWidget *found = GTK_WIDGET (find_label (label));

  return found == NULL ? NULL : gtk_widget_get_ancestor (found, GTK_TYPE_BUTTON);
}

/* A window of the program that is of this type, or NULL. */
gpointer
find_toplevel (GType type)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (link->data, type))
      return link->data;
  return NULL;
}

/* What the charts show, in words. */
char *
describe_chart (void)
{
  GtkWidget *charts = window_test_find (GTK_WIDGET (window), ETUDE_TYPE_LIVE_CHARTS, NULL, NULL);
  g_autoptr (EtudeFigure) figure = etude_live_charts_make_figure (ETUDE_LIVE_CHARTS (charts));

  return etude_figure_describe (figure);
}
