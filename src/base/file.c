/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static gboolean
refuse_errno (const char *shown, int number, GError **error)
{
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", shown, g_strerror (number));
  return FALSE;
}

static gboolean
check (int fd, const char *shown, gsize max_bytes, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return refuse_errno (shown, errno, error);
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, _("%s: found %s, expected a file"), shown,
                   S_ISDIR (status.st_mode) ? _("a folder") : _("a device or pipe"));
      return FALSE;
    }
  if ((guint64) status.st_size > max_bytes)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE,
                   _("%s: found %zu bytes, expected at most %zu"), shown,
                   (gsize) status.st_size, max_bytes);
      return FALSE;
    }
  return TRUE;
}

/**
 * etude_file_read:
 * @path: a file
 * @max_bytes: what is too large; checked before memory is taken
 * @text: (out) (transfer full): its bytes, and a NUL after them
 * @length: (out): how many, without the NUL
 * @error: set to the file and what is wrong with it
 *
 * Reads a regular file whole; folders, pipes and devices are refused, and a file that grows while
 * it is read is cut off at @max_bytes.
 *
 * Returns: whether it was read
 */
gboolean
etude_file_read (const char *path, gsize max_bytes, char **text, gsize *length, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n = 1;

  if (fd < 0)
    return refuse_errno (shown, errno, error);
  if (!check (fd, shown, max_bytes, error))
    {
      close (fd);
      return FALSE;
    }
  while (n > 0 && bytes->len < max_bytes)
    {
      guint8 part[65536];

      n = read (fd, part, MIN (sizeof part, max_bytes - bytes->len));
      if (n < 0 && errno == EINTR)
        n = 1;
      else if (n < 0)
        {
          refuse_errno (shown, errno, error);
          close (fd);
          return FALSE;
        }
      else
        g_byte_array_append (bytes, part, (guint) n);
    }
  close (fd);
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  *text = (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
  return TRUE;
}

static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/**
 * etude_file_replace:
 * @path: a file
 * @bytes: what it will hold
 * @length: how many
 * @error: set when it cannot be written; then what was there is untouched
 *
 * Replaces a file whole or not at all, also when the power fails in the middle.
 *
 * Returns: whether it was written
 */
gboolean
etude_file_replace (const char *path, gconstpointer bytes, gsize length, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (g_file_set_contents_full (path, bytes, (gssize) length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, &cause))
    {
      sync_folder (path);
      return TRUE;
    }
  g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_IO, cause->message);
  return FALSE;
}
