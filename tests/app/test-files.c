/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app/window-fixture.h"
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
  g_test_add_func ("/files/asks-where-to-save", test_asks_where_to_save);
  g_test_add_func ("/files/asks-where-weights-go", test_asks_where_weights_go);
  status = window_test_run (G_APPLICATION (etude_application_new ()));
  remove_folder ();
  return status;
}
