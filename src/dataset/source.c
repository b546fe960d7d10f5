/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/source-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "dataset/dataset-private.h"

static void G_GNUC_PRINTF (4, 5)
fail (GError **error, EtudeError code, const char *name, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* Translators: a file, and what was found and expected there */
  g_set_error (error, ETUDE_ERROR, code, _("%s: %s"), name, message);
}

static gboolean
check_type (const char *name, const struct stat *status, const char *expected, GError **error)
{
  if (S_ISDIR (status->st_mode))
    fail (error, ETUDE_ERROR_IO, name, _("found a folder, expected %s"), expected);
  else if (!S_ISREG (status->st_mode))
    fail (error, ETUDE_ERROR_IO, name, _("found a device or pipe, expected %s"), expected);
  else if ((guint64) status->st_size > etude_memory_get_limit ())
    fail (error, ETUDE_ERROR_SIZE, name, _("found a file of %zu MiB, expected at most %zu MiB"),
          (gsize) status->st_size >> 20, etude_memory_get_limit () >> 20);
  else
    return TRUE;
  return FALSE;
}

/**
 * etude_source_open:
 * @path: the file
 * @name: what messages call it
 * @expected: what it should be, as in “a CSV or IDX file”; translated
 * @cancellable: (nullable): stops the reading
 * @error: set when it is not a plain file, cannot be read or is too large
 *
 * A pipe or device is refused without waiting for it.
 *
 * Returns: (transfer full) (nullable): the file before its first byte
 */
EtudeSource *
etude_source_open (const char *path, const char *name, const char *expected, GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (name, -1);
  g_autoptr (EtudeSource) self = NULL;
  struct stat status;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    {
      int code = errno;

      if (code == ENOENT)
        fail (error, ETUDE_ERROR_IO, shown, _("found no such file, expected %s"), expected);
      else
        fail (error, ETUDE_ERROR_IO, shown, _("found that it cannot be read (%s), expected %s"),
              g_strerror (code), expected);
      return NULL;
    }
  self = g_new0 (EtudeSource, 1);
  self->fd = fd;
  self->name = g_steal_pointer (&shown);
  if (fstat (fd, &status) < 0)
    {
      fail (error, ETUDE_ERROR_IO, self->name, "%s", g_strerror (errno));
      return NULL;
    }
  if (!check_type (self->name, &status, expected, error))
    return NULL;
  self->size = (guint64) status.st_size;
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  return g_steal_pointer (&self);
}

void
etude_source_free (EtudeSource *self)
{
  close (self->fd);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_clear_object (&self->cancellable);
  g_free (self->sha256);
  g_free (self->name);
  g_free (self);
}

/**
 * etude_source_rewind:
 * @self: a source
 * @error: set when that fails
 *
 * Goes back to the first byte.
 *
 * Returns: whether it could be done
 */
gboolean
etude_source_rewind (EtudeSource *self, GError **error)
{
  if (lseek (self->fd, 0, SEEK_SET) != 0)
    {
      fail (error, ETUDE_ERROR_IO, self->name, "%s", g_strerror (errno));
      return FALSE;
    }
  self->at = 0;
  if (self->sha256 == NULL)
    g_checksum_reset (self->checksum);
  return TRUE;
}

/**
 * etude_source_follow:
 * @self: a source before its first byte
 * @first: one that has been read to its end
 *
 * Lets the hash of @self be that of the bytes of @first and its own, one after the other.
 */
void
etude_source_follow (EtudeSource *self, const EtudeSource *first)
{
  g_return_if_fail (self->at == 0 && first->sha256 != NULL);

  g_checksum_free (self->checksum);
  self->checksum = g_checksum_copy (first->checksum);
  g_clear_pointer (&self->sha256, g_free);
}

/**
 * etude_source_fill:
 * @source: an #EtudeSource
 * @buffer: where the bytes go
 * @size: how many fit
 * @error: set when reading failed, was cancelled, or the file is shorter than it was
 *
 * An EtudeCsvFill. At the end of the first complete reading the hash is known.
 *
 * Returns: bytes read, 0 at the end, -1 on failure
 */
gssize
etude_source_fill (gpointer source, char *buffer, gsize size, GError **error)
{
  EtudeSource *self = source;
  gsize wanted = (gsize) MIN ((guint64) size, self->size - self->at);
  gssize n;

  if (!etude_dataset_check_cancelled (self->cancellable, error))
    return -1;
  do
    n = read (self->fd, buffer, wanted);
  while (n < 0 && errno == EINTR);
  if (n < 0 || (n == 0 && wanted > 0))
    {
      fail (error, ETUDE_ERROR_IO, self->name, "%s",
            n < 0 ? g_strerror (errno) : _("found that it became shorter while it was read, expected a file at rest"));
      return -1;
    }
  self->at += (guint64) n;
  if (self->sha256 == NULL)
    {
      g_checksum_update (self->checksum, (const guchar *) buffer, n);
      if (self->at == self->size)
        {
          /* Asking closes a checksum, and another source may go on with this one. */
          g_autoptr (GChecksum) whole = g_checksum_copy (self->checksum);

          self->sha256 = g_strdup (g_checksum_get_string (whole));
        }
    }
  return n;
}
