/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
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
check (int fd, const char *shown, gsize max_bytes, gsize *length, GError **error)
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
  *length = (gsize) status.st_size;
  return TRUE;
}

/**
 * etude_file_open:
 * @path: a file
 * @max_bytes: what is too large
 * @length: (out): how many bytes it has
 * @error: set to the file and what is wrong with it
 *
 * Opens a regular file to read it bit by bit; folders, pipes and devices are refused.
 *
 * Returns: its descriptor, for close(), or -1
 */
int
etude_file_open (const char *path, gsize max_bytes, gsize *length, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    refuse_errno (shown, errno, error);
  else if (!check (fd, shown, max_bytes, length, error))
    {
      close (fd);
      fd = -1;
    }
  return fd;
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
  gssize n = 1;
  int fd = etude_file_open (path, max_bytes, length, error);

  if (fd < 0)
    return FALSE;
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

/**
 * etude_file_sync_folder:
 * @path: a file that has just been made or renamed
 *
 * Makes its name last when the power fails.
 */
void
etude_file_sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* Writing. */

#define BUFFER_SIZE ((guint) 1 << 16)

struct _EtudeFileWriter
{
  char *path;
  char *temporary; /* NULL where it is written in place */
  char *shown;
  int fd;
  int failure; /* errno of the first write that failed */
  GByteArray *buffer;
};

static gboolean
open_temporary (EtudeFileWriter *self, const struct stat *old)
{
  self->temporary = g_strconcat (self->path, ".XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (self->fd < 0)
    {
      int number = errno;

      g_clear_pointer (&self->temporary, g_free);
      errno = number;
      return FALSE;
    }
  return old == NULL || fchmod (self->fd, old->st_mode & 07777) == 0;
}

/**
 * etude_file_writer_new:
 * @path: a file that is made or replaced, through a link too; a device or pipe is written as it is
 * @error: set when it cannot be written
 *
 * Writes a file bit by bit, whole or not at all: what was there stays until
 * etude_file_writer_finish().
 *
 * Returns: (transfer full) (nullable): the writer
 */
EtudeFileWriter *
etude_file_writer_new (const char *path, GError **error)
{
  g_autoptr (EtudeFileWriter) self = g_new0 (EtudeFileWriter, 1);
  struct stat status;
  gboolean exists = stat (path, &status) == 0;
  char *target = exists ? realpath (path, NULL) : NULL;
  gboolean is_open;

  self->path = g_strdup (target != NULL ? target : path);
  free (target);
  self->shown = g_filename_display_name (path);
  self->buffer = g_byte_array_sized_new (BUFFER_SIZE);
  self->fd = -1;
  if (exists && S_ISDIR (status.st_mode))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, _("%s: found %s, expected a file"), self->shown, _("a folder"));
      return NULL;
    }
  if (exists && !S_ISREG (status.st_mode))
    is_open = (self->fd = open (path, O_WRONLY | O_CLOEXEC)) >= 0;
  else
    is_open = open_temporary (self, exists ? &status : NULL);
  if (is_open)
    return g_steal_pointer (&self);
  refuse_errno (self->shown, errno, error);
  return NULL;
}

/**
 * etude_file_writer_free:
 * @self: (nullable): a writer
 *
 * Without etude_file_writer_finish() before, what was there is untouched.
 */
void
etude_file_writer_free (EtudeFileWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    unlink (self->temporary);
  g_byte_array_unref (self->buffer);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self->shown);
  g_free (self);
}

static void
write_out (EtudeFileWriter *self, const guint8 *bytes, gsize length)
{
  while (length > 0 && self->failure == 0)
    {
      gssize n = write (self->fd, bytes, length);

      if (n < 0 && errno != EINTR)
        self->failure = errno;
      bytes += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
}

/**
 * etude_file_writer_add:
 * @self: a writer
 * @bytes: what comes next
 * @length: how many
 *
 * A failure is kept for etude_file_writer_finish().
 */
void
etude_file_writer_add (EtudeFileWriter *self, gconstpointer bytes, gsize length)
{
  if (self->buffer->len + length > BUFFER_SIZE)
    {
      write_out (self, self->buffer->data, self->buffer->len);
      g_byte_array_set_size (self->buffer, 0);
    }
  if (length > BUFFER_SIZE)
    write_out (self, bytes, length);
  else
    g_byte_array_append (self->buffer, bytes, (guint) length);
}

/**
 * etude_file_writer_finish:
 * @self: a writer; only to be freed afterwards
 * @error: set when not everything could be written; then what was there is untouched
 *
 * Puts the file into its place, also when the power fails in the middle.
 *
 * Returns: whether it was written
 */
gboolean
etude_file_writer_finish (EtudeFileWriter *self, GError **error)
{
  write_out (self, self->buffer->data, self->buffer->len);
  if (self->failure == 0 && self->temporary != NULL && fsync (self->fd) != 0)
    self->failure = errno;
  if (close (self->fd) != 0 && self->failure == 0)
    self->failure = errno;
  self->fd = -1;
  if (self->failure == 0 && self->temporary != NULL && rename (self->temporary, self->path) != 0)
    self->failure = errno;
  if (self->failure != 0)
    return refuse_errno (self->shown, self->failure, error);
  if (self->temporary != NULL)
    etude_file_sync_folder (self->path);
  g_clear_pointer (&self->temporary, g_free);
  return TRUE;
}

/**
 * etude_file_replace:
 * @path: a file, as for etude_file_writer_new()
 * @bytes: what it will hold
 * @length: how many
 * @error: set when it cannot be written; then what was there is untouched
 *
 * Replaces a file whole or not at all.
 *
 * Returns: whether it was written
 */
gboolean
etude_file_replace (const char *path, gconstpointer bytes, gsize length, GError **error)
{
  g_autoptr (EtudeFileWriter) writer = etude_file_writer_new (path, error);

  if (writer == NULL)
    return FALSE;
  etude_file_writer_add (writer, bytes, length);
  return etude_file_writer_finish (writer, error);
}
