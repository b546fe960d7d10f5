/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/snapshot.h"

#include <string.h>

/*
 * @written: (nullable): where bytes go
 * @read: (nullable): where they come from
 * @at: how many have been read
 */
struct _EtudeSnapshot
{
  GByteArray *written;
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
  EtudeSnapshot *self = g_new0 (EtudeSnapshot, 1);

  self->written = g_byte_array_new ();
  return self;
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

void
etude_snapshot_free (EtudeSnapshot *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->written, g_byte_array_unref);
  g_clear_pointer (&self->read, g_bytes_unref);
  g_free (self);
}

gboolean
etude_snapshot_is_reading (const EtudeSnapshot *self)
{
  return self->read != NULL;
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
      g_return_if_fail (size <= G_MAXUINT);
      g_byte_array_append (self->written, data, (guint) size);
      return;
    }
  bytes = g_bytes_get_data (self->read, &n);
  g_return_if_fail (size <= n - self->at);
  memcpy (data, bytes + self->at, size);
  self->at += size;
}

/**
 * etude_snapshot_end:
 * @self: a snapshot that takes up
 *
 * Returns: (transfer full): what it took up; @self is empty again
 */
GBytes *
etude_snapshot_end (EtudeSnapshot *self)
{
  GBytes *bytes = g_byte_array_free_to_bytes (self->written);

  self->written = g_byte_array_new ();
  return bytes;
}
