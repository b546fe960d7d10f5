/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app/window-fixture.h"
#include "app/window-private.h"
#include "experiment/path.h"

static char *folder;

static GFile *
make_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (text != NULL)
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static void
assert_value (const char *path, const char *expected)
{
  g_autofree char *found = etude_experiment_get_text (etude_session_get_experiment (session), path);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_dataset (const char *expected)
{
  g_assert_cmpstr (etude_experiment_fields (etude_session_get_experiment (session))->dataset.kind->id, ==, expected);
}

static AdwMessageDialog *
take_message (const char *word)
{
  AdwMessageDialog *dialog = find_toplevel (ADW_TYPE_MESSAGE_DIALOG);

  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (dialog), word));
  return dialog;
}

static void
test_opens (void)
{
  g_autoptr (GFile) file = make_file ("good.etude", "{ \"etude\": 1, \"optimizer\": { \"kind\": \"sgd\", \"lr\": 0.25 } }");

  open_window ();
  etude_window_open (window, file);
  g_assert_null (find_toplevel (ADW_TYPE_MESSAGE_DIALOG));
  assert_value ("optimizer.lr", "0.25");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "good – Etude");
  set ("optimizer.lr", "0.5");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "good, edited – Etude");
  activate ("save");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "good – Etude");
  g_assert_nonnull (find_label ("“good” saved"));
  window_test_close (GTK_WINDOW (window));

  open_window ();
  etude_window_open (window, file);
  assert_value ("optimizer.lr", "0.5");
  window_test_close (GTK_WINDOW (window));
}

/* What was there stays: document, file, history and the run that is shown. */
static void
test_refuses (gconstpointer text)
{
  g_autoptr (GFile) good = make_file ("mine.etude", "{ \"etude\": 1 }");
  g_autoptr (GFile) bad = make_file ("bad.etude", text);
  g_autofree char *path = g_file_get_path (bad);
  gpointer watch;
  EtudeRun *run;

  open_window ();
  etude_window_open (window, good);
  set ("training.epochs", "2");
  train_at_full_speed ();
  run = etude_session_get_run (session);
  etude_window_open (window, bad);
  watch = take_message ("bad.etude");
  g_object_add_weak_pointer (watch, &watch);
  assert_value ("training.epochs", "2");
  g_assert_true (g_file_equal (etude_session_get_file (session), good));
  g_assert_true (etude_session_get_run (session) == run);
  g_assert_true (is_enabled ("undo"));
  g_assert_cmpuint (etude_session_get_state (session), ==, ETUDE_SESSION_DONE);
  gtk_window_close (watch);
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
  g_unlink (path);
  window_test_close (GTK_WINDOW (window));
}

static void
test_cannot_save (void)
{
  g_autoptr (GFile) file = make_file ("gone/mine.etude", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone", NULL);
  g_autofree char *path = g_file_get_path (file);

  g_assert_cmpint (g_mkdir (gone, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "{ \"etude\": 1 }", -1, NULL));
  open_window ();
  etude_window_open (window, file);
  set ("training.epochs", "2");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (gone), ==, 0);
  activate ("save");
  gtk_window_destroy (GTK_WINDOW (take_message ("mine.etude")));
  /* Nothing says that it is saved. */
  g_assert_true (etude_session_get_modified (session));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "mine, edited – Etude");
  window_test_close (GTK_WINDOW (window));
}

static void
test_new_and_bring_back (void)
{
  open_window ();
  set ("optimizer.lr", "0.25");
  activate ("new");
  assert_value ("optimizer.lr", "0.1");
  g_assert_false (is_enabled ("undo"));
  g_assert_nonnull (find_label ("Edits that were not saved are gone"));
  activate ("undo-replace");
  assert_value ("optimizer.lr", "0.25");
  activate ("undo-replace"); /* once is enough */
  assert_value ("optimizer.lr", "0.25");
  window_test_close (GTK_WINDOW (window));
}

static void
test_new_without_edits_asks_nothing (void)
{
  open_window ();
  activate ("new");
  g_assert_null (find_label ("Edits that were not saved are gone"));
  window_test_close (GTK_WINDOW (window));
}

static void
test_asks_where_to_save (void)
{
  open_window ();
  g_assert_null (etude_session_get_file (session));
  activate ("save");
  g_assert_nonnull (find_toplevel (GTK_TYPE_FILE_CHOOSER_DIALOG));
  /* The window goes, and takes its question with it. */
  window_test_close (GTK_WINDOW (window));
  g_assert_null (find_toplevel (GTK_TYPE_FILE_CHOOSER_DIALOG));
}

/* Only weights that a run has left can be exported. */
static void
test_asks_where_weights_go (void)
{
  open_window ();
  g_assert_false (is_enabled ("export-weights"));
  set ("training.epochs", "2");
  train_at_full_speed ();
  g_assert_true (is_enabled ("export-weights"));
  activate ("export-weights");
  g_assert_nonnull (find_toplevel (GTK_TYPE_FILE_CHOOSER_DIALOG));
  activate ("reset");
  g_assert_false (is_enabled ("export-weights"));
  window_test_close (GTK_WINDOW (window));
  g_assert_null (find_toplevel (GTK_TYPE_FILE_CHOOSER_DIALOG));
}

static void
test_examples (void)
{
  open_window ();
  set ("optimizer.lr", "0.25");
  g_action_group_activate_action (G_ACTION_GROUP (window), "open-example", g_variant_new_string ("digits"));
  assert_dataset ("digits");
  assert_value ("name", "\"Digits\"");
  g_assert_false (is_enabled ("undo"));
  g_assert_true (gtk_widget_get_child_visible (GTK_WIDGET (find_label (etude_example_find ("digits")->look))));
  g_assert_nonnull (find_label ("Edits that were not saved are gone"));
  activate ("undo-replace");
  assert_value ("optimizer.lr", "0.25");
  window_test_close (GTK_WINDOW (window));
}

static gboolean
drop (const char *name, const char *other)
{
  g_autoptr (GFile) file = make_file (name, NULL);
  g_autoptr (GFile) second = other != NULL ? make_file (other, NULL) : NULL;
  g_autoptr (GSList) files = g_slist_append (NULL, file);

  if (second != NULL)
    files = g_slist_append (files, second);
  return etude_window_drop (window, files);
}

static void
test_drops (void)
{
  g_autoptr (GFile) good = make_file ("drop.etude", "{ \"etude\": 1, \"optimizer\": { \"kind\": \"sgd\", \"lr\": 0.25 } }");
  g_autofree char *csv = g_strdup_printf ("\"%s/Two.CSV\"", folder);
  g_autofree char *idx = g_strdup_printf ("\"%s/train-images-idx3-ubyte\"", folder);

  open_window ();
  g_assert_true (drop ("drop.etude", NULL));
  assert_value ("optimizer.lr", "0.25");
  g_assert_true (drop ("Two.CSV", "drop.etude"));
  assert_dataset ("file");
  assert_value ("dataset.path", csv);
  g_assert_nonnull (find_label ("One file at a time: “Two.CSV” was taken"));
  activate ("undo");
  assert_dataset ("moons");
  g_assert_true (drop ("train-images-idx3-ubyte", NULL));
  assert_value ("dataset.path", idx);
  activate ("undo");
  g_assert_true (drop ("photo.png", NULL));
  assert_dataset ("moons");
  g_assert_false (is_enabled ("undo"));
  g_assert_false (etude_window_drop (window, NULL));
  window_test_close (GTK_WINDOW (window));
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  int status;

  window_test_init (&argc, &argv);
  folder = g_dir_make_tmp ("etude-files-XXXXXX", NULL);
  g_test_add_func ("/files/opens", test_opens);
  g_test_add_data_func ("/files/refuses/missing", NULL, test_refuses);
  g_test_add_data_func ("/files/refuses/empty", "", test_refuses);
  g_test_add_data_func ("/files/refuses/no-json", "not JSON", test_refuses);
  g_test_add_data_func ("/files/refuses/unknown-key", "{ \"etude\": 1, \"optimiser\": {} }", test_refuses);
  g_test_add_data_func ("/files/refuses/newer", "{ \"etude\": 99 }", test_refuses);
  g_test_add_func ("/files/cannot-save", test_cannot_save);
  g_test_add_func ("/files/new-and-bring-back", test_new_and_bring_back);
  g_test_add_func ("/files/new-without-edits-asks-nothing", test_new_without_edits_asks_nothing);
  g_test_add_func ("/files/examples", test_examples);
  g_test_add_func ("/files/drops", test_drops);
  g_test_add_func ("/files/asks-where-to-save", test_asks_where_to_save);
  g_test_add_func ("/files/asks-where-weights-go", test_asks_where_weights_go);
  status = window_test_run (G_APPLICATION (etude_application_new ()));
  remove_folder ();
  return status;
}
