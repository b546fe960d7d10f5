/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/unpack-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "base/error.h"
#include "base/memory.h"

#define BUFFER 65536

/* Beyond this a file is taken for one that was made to fill the memory. Deflate reaches 1:1032 on
 * equal bytes; pictures and numbers stay below 1:100. Little is harmless, however it was packed. */
#define MAX_RATIO 200
#define LITTLE (1 << 20)
#define MAX_BYTES ((guint64) 2 << 30)

struct _EtudeUnpack
{
  EtudeSource *source;
  GConverter *gzip;
  gboolean is_ended;
  guint64 n_out;
  char *bytes;
  gsize first;
  gsize n_bytes;
};

static gssize G_GNUC_PRINTF (4, 5)
fail (const EtudeUnpack *self, GError **error, EtudeError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ETUDE_ERROR, code, _("%s: %s"), self->source->name, message);
  return -1;
}

/**
 * etude_unpack_recognise:
 * @head: the first bytes of a file
 * @n: how many
 *
 * Returns: whether it is compressed by gzip
 */
gboolean
etude_unpack_recognise (const guint8 *head, gsize n)
{
  return n >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

/**
 * etude_unpack_new:
 * @source: a file before its first byte; it must live as long as the result
 * @error: set when it cannot be read
 *
 * Returns: (transfer full) (nullable): its content before the first byte
 */
EtudeUnpack *
etude_unpack_new (EtudeSource *source, GError **error)
{
  guint8 head[2];
  gssize n = etude_source_fill (source, (char *) head, sizeof head, error);
  EtudeUnpack *self;

  if (n < 0 || !etude_source_rewind (source, error))
    return NULL;
  self = g_new0 (EtudeUnpack, 1);
  self->source = source;
  if (etude_unpack_recognise (head, (gsize) n))
    {
      self->gzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      self->bytes = g_malloc (BUFFER);
    }
  return self;
}

void
etude_unpack_free (EtudeUnpack *self)
{
  g_clear_object (&self->gzip);
  g_free (self->bytes);
  g_free (self);
}

/**
 * etude_unpack_is_packed:
 * @self: the content of a file
 *
 * Returns: whether places in it are not those of the file
 */
gboolean
etude_unpack_is_packed (const EtudeUnpack *self)
{
  return self->gzip != NULL;
}

/**
 * etude_unpack_rewind:
 * @self: the content of a file
 * @error: set when that fails
 *
 * Goes back to the first byte.
 *
 * Returns: whether it could be done
 */
gboolean
etude_unpack_rewind (EtudeUnpack *self, GError **error)
{
  if (self->gzip != NULL)
    g_converter_reset (self->gzip);
  self->is_ended = FALSE;
  self->n_out = 0;
  self->first = self->n_bytes = 0;
  return etude_source_rewind (self->source, error);
}

static gboolean
check_size (const EtudeUnpack *self, GError **error)
{
  guint64 most = MIN (MAX_BYTES, (guint64) etude_memory_get_limit ());

  if (self->n_out > most)
    fail (self, error, ETUDE_ERROR_SIZE, _("found more than %zu MiB once unpacked, expected at most that"),
          (gsize) (most >> 20));
  else if (self->n_out > LITTLE && self->n_out / MAX_RATIO > self->source->size)
    fail (self, error, ETUDE_ERROR_SIZE,
          _("found more than %d times its size once unpacked, expected at most that"), MAX_RATIO);
  else
    return TRUE;
  return FALSE;
}

/* Returns: bytes unpacked, which may be none though more follow, or -1 */
static gssize
convert (EtudeUnpack *self, char *buffer, gsize size, GError **error)
{
  gboolean is_last = self->source->at == self->source->size;
  gsize n_read = 0, n_written = 0;
  g_autoptr (GError) inner = NULL;
  GConverterResult result
    = g_converter_convert (self->gzip, self->bytes + self->first, self->n_bytes - self->first, buffer, size,
                           is_last ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written, &inner);

  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) && is_last)
    return fail (self, error, ETUDE_ERROR_FORMAT,
                 _("byte %" PRIu64 ": found the end of the file, expected more of its gzip data"),
                 self->source->size);
  if (result == G_CONVERTER_ERROR)
    return fail (self, error, ETUDE_ERROR_FORMAT,
                 _("byte %" PRIu64 ": found damaged gzip data, expected data that can be unpacked"),
                 self->source->at - (self->n_bytes - self->first));
  self->first += n_read;
  self->is_ended = result == G_CONVERTER_FINISHED;
  if (self->is_ended && (!is_last || self->first < self->n_bytes))
    return fail (self, error, ETUDE_ERROR_FORMAT,
                 _("byte %" PRIu64 ": found more bytes, expected the end of the file after its gzip data"),
                 self->source->at - (self->n_bytes - self->first));
  self->n_out += n_written;
  return check_size (self, error) ? (gssize) n_written : -1;
}

/**
 * etude_unpack_fill:
 * @unpack: an #EtudeUnpack
 * @buffer: where the bytes go
 * @size: how many fit, at least 1
 * @error: set when reading failed or was cancelled, or the compressed bytes are damaged, cut off,
 *   followed by others, or become too many
 *
 * An EtudeCsvFill.
 *
 * Returns: bytes put there, 0 at the end, -1 on failure
 */
gssize
etude_unpack_fill (gpointer unpack, char *buffer, gsize size, GError **error)
{
  EtudeUnpack *self = unpack;
  gssize n = 0;

  if (self->gzip == NULL)
    return etude_source_fill (self->source, buffer, size, error);
  while (n == 0 && !self->is_ended)
    {
      if (self->first == self->n_bytes)
        {
          n = etude_source_fill (self->source, self->bytes, BUFFER, error);
          if (n < 0)
            return -1;
          self->first = 0;
          self->n_bytes = (gsize) n;
        }
      n = convert (self, buffer, size, error);
    }
  return n;
}

/**
 * etude_unpack_measure:
 * @self: the content of a file
 * @size: (out): its bytes
 * @error: set as by etude_unpack_fill()
 *
 * Unpacks it from front to back and keeps nothing. Afterwards it is before its first byte.
 *
 * Returns: whether it is whole
 */
gboolean
etude_unpack_measure (EtudeUnpack *self, guint64 *size, GError **error)
{
  g_autofree char *buffer = NULL;
  gssize n = 1;

  *size = self->source->size;
  if (!etude_unpack_rewind (self, error))
    return FALSE;
  if (self->gzip == NULL)
    return TRUE;
  buffer = g_malloc (BUFFER);
  while (n > 0)
    n = etude_unpack_fill (self, buffer, BUFFER, error);
  *size = self->n_out;
  return n == 0 && etude_unpack_rewind (self, error);
}
