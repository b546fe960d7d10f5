/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"

struct _EtudeLock
{
  char *path;
  char *name;
  int fd;
};

static char *
path_of (const char *store_path, const char *name)
{
  return g_strconcat (store_path, ".live-", name, NULL);
}

/**
 * etude_lock_new:
 * @store_path: the file of the store
 * @error: set when the lock file cannot be made
 *
 * Makes a file beside the store and locks it for as long as this process lives. The kernel lets go
 * of the lock when the process ends in whatever way, so that no clock decides what is alive.
 *
 * Returns: (transfer full) (nullable): the lock
 */
EtudeLock *
etude_lock_new (const char *store_path, GError **error)
{
  EtudeLock *self = g_new0 (EtudeLock, 1);
  guint64 name = (guint64) g_random_int () << 32 | g_random_int ();

  self->name = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", name);
  self->path = path_of (store_path, self->name);
  self->fd = open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->fd < 0 || flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_autofree char *shown = g_filename_display_name (self->path);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE, "%s: %s", shown, g_strerror (errno));
      etude_lock_free (self);
      return NULL;
    }
  return self;
}

/**
 * etude_lock_free:
 * @self: (nullable): a lock; it is let go, and its file removed
 */
void
etude_lock_free (EtudeLock *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    {
      unlink (self->path);
      close (self->fd);
    }
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

const char *
etude_lock_get_name (EtudeLock *self)
{
  return self->name;
}

/**
 * etude_lock_is_held:
 * @store_path: the file of the store
 * @name: of a lock
 *
 * Whether the process that made the lock is alive; the file of a dead one is removed.
 */
gboolean
etude_lock_is_held (const char *store_path, const char *name)
{
  g_autofree char *path = NULL;
  gboolean is_held;
  int fd;

  if (strlen (name) != 16 || strspn (name, "0123456789abcdef") != 16)
    return FALSE;
  path = path_of (store_path, name);
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return errno != ENOENT;
  is_held = flock (fd, LOCK_EX | LOCK_NB) != 0;
  if (!is_held)
    unlink (path);
  close (fd);
  return is_held;
}
