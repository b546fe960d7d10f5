/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* What comes after the name of the store in the name of a lock. */
#define LIVE ".live-"

#define N_ATTEMPTS 100

struct _EtudeLock
{
  char *path;
  char *name;
  int fd;
};

static char *
path_of (const char *store_path, const char *name)
{
  return g_strconcat (store_path, LIVE, name, NULL);
}

/* 0, EAGAIN where another process that sweeps was quicker and holds or has removed the file, or why
 * there can be no lock. */
static int
lock_file (EtudeLock *self)
{
  struct stat opened, named;

  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? EAGAIN : errno;
  if (fstat (self->fd, &opened) != 0 || lstat (self->path, &named) != 0 || opened.st_ino != named.st_ino
      || opened.st_dev != named.st_dev)
    return EAGAIN;
  return 0;
}

static void
choose_name (EtudeLock *self, const char *store_path)
{
  guint64 name = (guint64) g_random_int () << 32 | g_random_int ();

  g_free (self->name);
  g_free (self->path);
  self->name = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", name);
  self->path = path_of (store_path, self->name);
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
  g_autofree char *shown = NULL;
  int number = EAGAIN;

  for (guint i = 0; i < N_ATTEMPTS && number == EAGAIN; i++)
    {
      choose_name (self, store_path);
      self->fd = open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      number = self->fd >= 0 ? lock_file (self) : errno;
      if (number == 0)
        return self;
      if (self->fd >= 0)
        {
          if (number != EAGAIN)
            unlink (self->path);
          close (self->fd);
        }
      self->fd = -1;
    }
  shown = g_filename_display_name (store_path);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE, _("%s: the process cannot be marked as alive: %s"), shown, g_strerror (number));
  etude_lock_free (self);
  return NULL;
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
  /* Shared: two who ask at the same time must not take each other for the living. */
  is_held = flock (fd, LOCK_SH | LOCK_NB) != 0;
  if (!is_held)
    unlink (path);
  close (fd);
  return is_held;
}

/**
 * etude_lock_sweep:
 * @store_path: the file of the store
 *
 * Removes the files of processes that were killed.
 */
void
etude_lock_sweep (const char *store_path)
{
  g_autofree char *folder = g_path_get_dirname (store_path);
  g_autofree char *base = g_path_get_basename (store_path);
  g_autofree char *beginning = g_strconcat (base, LIVE, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, beginning))
      etude_lock_is_held (store_path, name + strlen (beginning));
}

/**
 * etude_lock_folder:
 * @store_path: the file of the store
 * @alone: whether nobody else may hold it, as who repairs a store needs; who opens one shares it
 *
 * Waits for the lock. Between the moments at which a damaged file, its journal and its index get another
 * name nobody may open the store, or its new journal would be taken away.
 *
 * Returns: what lets go of the lock when it is closed; -1 where the folder cannot be locked
 */
int
etude_lock_folder (const char *store_path, gboolean alone)
{
  g_autofree char *folder = g_path_get_dirname (store_path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  while (fd >= 0 && flock (fd, alone ? LOCK_EX : LOCK_SH) != 0)
    if (errno != EINTR)
      {
        close (fd);
        return -1;
      }
  return fd;
}
