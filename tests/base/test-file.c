/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

typedef struct
{
  char *folder;
  char *file;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("etude-XXXXXX", NULL);
  self->file = g_build_filename (self->folder, "a.txt", NULL);
}

/* Nothing may be left beside the file either. */
static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->file);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->file);
}

static void
assert_content (const char *file, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_pieces (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeFileWriter) writer = etude_file_writer_new (self->file, NULL);
  g_autofree char *big = g_strnfill (100000, 'x');
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 5; i++)
    {
      etude_file_writer_add (writer, "ab\n", 3);
      etude_file_writer_add (writer, big, 100000);
      etude_file_writer_add (writer, big, i * 20000);
      g_string_append_printf (expected, "ab\n%s", big);
      g_string_append_len (expected, big, i * 20000);
    }
  g_assert_false (g_file_test (self->file, G_FILE_TEST_EXISTS));
  g_assert_true (etude_file_writer_finish (writer, NULL));
  assert_content (self->file, expected->str);
}

static void
test_given_up (Fixture *self, gconstpointer data)
{
  EtudeFileWriter *writer;

  g_assert_true (etude_file_replace (self->file, "old", 3, NULL));
  writer = etude_file_writer_new (self->file, NULL);
  etude_file_writer_add (writer, "new", 3);
  etude_file_writer_free (writer);
  assert_content (self->file, "old");
}

static void
test_mode (Fixture *self, gconstpointer data)
{
  GStatBuf status;

  g_assert_true (etude_file_replace (self->file, "old", 3, NULL));
  g_assert_cmpint (g_chmod (self->file, 0640), ==, 0);
  g_assert_true (etude_file_replace (self->file, "new", 3, NULL));
  g_assert_cmpint (g_stat (self->file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0640);
  assert_content (self->file, "new");
}

/* A link stays a link, and what it leads to is replaced. */
static void
test_link (Fixture *self, gconstpointer data)
{
  g_autofree char *link = g_build_filename (self->folder, "link", NULL);

  g_assert_true (etude_file_replace (self->file, "old", 3, NULL));
  g_assert_cmpint (symlink ("a.txt", link), ==, 0);
  g_assert_true (etude_file_replace (link, "new", 3, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_content (self->file, "new");
  g_unlink (link);
}

/* A device is written, never replaced by a file. */
static void
test_device (Fixture *self, gconstpointer data)
{
  GStatBuf status;
  g_autofree char *link = g_build_filename (self->folder, "link", NULL);

  g_assert_cmpint (symlink ("/dev/null", link), ==, 0);
  g_assert_true (etude_file_replace (link, "text", 4, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (link, &status), ==, 0);
  g_assert_true (S_ISCHR (status.st_mode));
  g_unlink (link);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *absent = g_build_filename (self->folder, "absent", "a.txt", NULL);
  g_autofree char *no_folder = g_strdup_printf ("%s: No such file or directory", absent);
  g_autofree char *is_folder = g_strdup_printf ("%s: found a folder, expected a file", self->folder);
  GError *error = NULL;

  g_assert_false (etude_file_replace (absent, "a", 1, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_IO);
  g_assert_cmpstr (error->message, ==, no_folder);
  g_clear_error (&error);
  g_assert_false (etude_file_replace (self->folder, "a", 1, &error));
  g_assert_cmpstr (error->message, ==, is_folder);
  g_clear_error (&error);
  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    return;
  g_assert_false (etude_file_replace ("/dev/full", "a", 1, &error));
  g_assert_cmpstr (error->message, ==, "/dev/full: No space left on device");
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/file/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("pieces", test_pieces);
  ADD ("given-up", test_given_up);
  ADD ("mode", test_mode);
  ADD ("link", test_link);
  ADD ("device", test_device);
  ADD ("refused", test_refused);
  return g_test_run ();
}
