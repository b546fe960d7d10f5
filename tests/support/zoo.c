/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window with one widget of each kind that ui-drive.py knows; zoo.script drives it. What was done
 * last is told by a label, as every window should do that is to be tested from outside. */

#include <adwaita.h>

static void
say (GtkLabel *told, const char *what)
{
  gtk_label_set_label (told, what);
}

static void
on_clicked (GtkButton *button, gpointer told)
{
  say (told, "Pressed");
}

static void
on_active (GtkSwitch *toggle, GParamSpec *pspec, gpointer told)
{
  say (told, gtk_switch_get_active (toggle) ? "On" : "Off");
}

static void
on_selected (AdwComboRow *row, GParamSpec *pspec, gpointer told)
{
  say (told, gtk_string_object_get_string (adw_combo_row_get_selected_item (row)));
}

static void
on_apply (GtkEditable *entry, gpointer told)
{
  say (told, gtk_editable_get_text (entry));
}

static void
on_value (GtkSpinButton *spin, gpointer told)
{
  g_autofree char *text = g_strdup_printf ("Value %d", gtk_spin_button_get_value_as_int (spin));

  say (told, text);
}

static void
on_paint (GSimpleAction *action, GVariant *value, gpointer told)
{
  say (told, g_variant_get_string (value, NULL));
}

static GtkWidget *
make_list (GtkWidget *told)
{
  const char *const colours[] = { "Red", "Green", "Blue", NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (colours);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *combo = adw_combo_row_new ();
  GtkWidget *entry = adw_entry_row_new ();
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (combo), "Colour");
  adw_combo_row_set_model (ADW_COMBO_ROW (combo), G_LIST_MODEL (model));
  g_signal_connect (combo, "notify::selected", G_CALLBACK (on_selected), told);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), "Rate");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
  g_signal_connect (entry, "apply", G_CALLBACK (on_apply), told);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), "Shuffle");
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  g_signal_connect (toggle, "notify::active", G_CALLBACK (on_active), told);
  gtk_list_box_append (GTK_LIST_BOX (list), combo);
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return list;
}

static void
activate (GApplication *application)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *told = gtk_label_new ("Nothing");
  GtkWidget *button = gtk_button_new_with_mnemonic ("_Press");
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 100, 1);
  GActionEntry entries[] = { { .name = "paint", .activate = on_paint, .parameter_type = "s" } };

  gtk_window_set_title (GTK_WINDOW (window), "Zoo");
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, "Steps", -1);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), told);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), told);
  g_signal_connect (spin, "value-changed", G_CALLBACK (on_value), told);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), told);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), spin);
  gtk_box_append (GTK_BOX (box), make_list (told));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = adw_application_new ("org.etude.Etude.Zoo", G_APPLICATION_DEFAULT_FLAGS);

  g_signal_connect (application, "activate", G_CALLBACK (activate), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
