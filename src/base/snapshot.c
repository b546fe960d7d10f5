/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/snapshot.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"

/*
 * @written: [room] (owned) (nullable): where bytes go
 * @is_short: there was no memory for all
 * @is_measuring: bytes are only counted
 * @read: (nullable): where they come from
 * @at: how many have been written or read
 */
struct _EtudeSnapshot
{
  guint8 *written;
  gsize room;
  gboolean is_short;
  gboolean is_measuring;
  GBytes *read;
  gsize at;
};

/**
 * etude_snapshot_new:
 *
 * Returns: (transfer full): one that takes the state up
 */
EtudeSnapshot *
etude_snapshot_new (void)
{
  return g_new0 (EtudeSnapshot, 1);
}

/**
 * etude_snapshot_new_from:
 * @bytes: what etude_snapshot_end() gave for something of the same sizes
 *
 * Returns: (transfer full): one that gives the state back
 */
EtudeSnapshot *
etude_snapshot_new_from (GBytes *bytes)
{
  EtudeSnapshot *self = g_new0 (EtudeSnapshot, 1);

  self->read = g_bytes_ref (bytes);
  return self;
}

/**
 * etude_snapshot_new_measuring:
 *
 * Returns: (transfer full): one that takes nothing up, and only counts how much there is
 */
EtudeSnapshot *
etude_snapshot_new_measuring (void)
{
  EtudeSnapshot *self = g_new0 (EtudeSnapshot, 1);

  self->is_measuring = TRUE;
  return self;
}

void
etude_snapshot_free (EtudeSnapshot *self)
{
  if (self == NULL)
    return;
  g_free (self->written);
  g_clear_pointer (&self->read, g_bytes_unref);
  g_free (self);
}

gboolean
etude_snapshot_is_reading (const EtudeSnapshot *self)
{
  return self->read != NULL;
}

static void
append (EtudeSnapshot *self, gconstpointer data, gsize size)
{
  guint8 *larger;

  if (self->is_short)
    return;
  if (!self->is_measuring && size > self->room - self->at)
    {
      self->room = MAX (2 * self->room, self->at + size);
      larger = g_try_realloc (self->written, self->room);
      self->is_short = larger == NULL;
      if (self->is_short)
        return;
      self->written = larger;
    }
  if (!self->is_measuring)
    memcpy (self->written + self->at, data, size);
  self->at += size;
}

/**
 * etude_snapshot_keep:
 * @self: a snapshot
 * @data: (nullable): a part of the state, without pointers; it is written down, or overwritten
 * @size: its bytes
 */
void
etude_snapshot_keep (EtudeSnapshot *self, gpointer data, gsize size)
{
  gsize n;
  const guint8 *bytes;

  if (size == 0)
    return;
  if (self->read == NULL)
    {
      append (self, data, size);
      return;
    }
  bytes = g_bytes_get_data (self->read, &n);
  g_return_if_fail (size <= n - self->at);
  memcpy (data, bytes + self->at, size);
  self->at += size;
}

/**
 * etude_snapshot_get_size:
 * @self: a snapshot
 *
 * Returns: how many bytes it has taken up, counted or given back
 */
gsize
etude_snapshot_get_size (const EtudeSnapshot *self)
{
  return self->at;
}

/**
 * etude_snapshot_end:
 * @self: a snapshot that takes up
 * @error: set where there was no memory for all
 *
 * Returns: (transfer full) (nullable): what it took up; @self is empty again
 */
GBytes *
etude_snapshot_end (EtudeSnapshot *self, GError **error)
{
  GBytes *bytes = NULL;

  if (self->is_short)
    g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_SIZE, _("There is no memory to keep the state of the run"));
  else
    bytes = g_bytes_new_take (g_steal_pointer (&self->written), self->at);
  g_clear_pointer (&self->written, g_free);
  self->at = self->room = 0;
  self->is_short = FALSE;
  return bytes;
}
