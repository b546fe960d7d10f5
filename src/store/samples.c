/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/samples.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "store/store-private.h"

/* A chunk, all numbers little-endian:
 *   u8 version, u8 flags, u16 0, u32 count,
 *   u64 first[count], or with REGULAR u64 first, u64 stride,
 *   without SINGLE: u32 n[count], f32 min[count], f32 max[count],
 *   f64 mean[count], or f32 mean[count] with SHORT.
 * SINGLE: each bucket is one point, so that n, min and max follow from its mean.
 * SHORT: no mean has more digits than a float. */
#define CHUNK_VERSION 1
#define HEADER_SIZE 8

enum
{
  SINGLE = 1,
  REGULAR = 2,
  SHORT = 4,
};

static void
put_32 (GByteArray *bytes, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

static void
put_64 (GByteArray *bytes, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

static void
put_float (GByteArray *bytes, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  put_32 (bytes, bits);
}

static void
put_double (GByteArray *bytes, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  put_64 (bytes, bits);
}

static guint32
get_32 (const guint8 *data, gsize i)
{
  guint32 value;

  memcpy (&value, data + i * sizeof value, sizeof value);
  return GUINT32_FROM_LE (value);
}

static guint64
get_64 (const guint8 *data, gsize i)
{
  guint64 value;

  memcpy (&value, data + i * sizeof value, sizeof value);
  return GUINT64_FROM_LE (value);
}

static float
get_float (const guint8 *data, gsize i)
{
  guint32 bits = get_32 (data, i);
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static double
get_double (const guint8 *data, gsize i)
{
  guint64 bits = get_64 (data, i);
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* What the series makes of a single point; a double beyond a float stays finite. */
static float
round_point (double mean)
{
  return isnan (mean) ? NAN : (float) CLAMP (mean, -G_MAXFLOAT, G_MAXFLOAT);
}

static gboolean
same_float (float a, float b)
{
  return a == b || (isnan (a) && isnan (b));
}

static guint8
choose_flags (const EtudeBucket *buckets, gsize n)
{
  guint8 flags = SINGLE | REGULAR | SHORT;

  for (gsize i = 0; i < n; i++)
    {
      const EtudeBucket *b = &buckets[i];
      float rounded = round_point (b->mean);

      if (b->n != 1 || !same_float (b->min, rounded) || !same_float (b->max, rounded))
        flags &= (guint8) ~SINGLE;
      if (i > 0 && b->first - buckets[i - 1].first != buckets[1].first - buckets[0].first)
        flags &= (guint8) ~REGULAR;
      if (!isnan (b->mean) && (double) rounded != b->mean)
        flags &= (guint8) ~SHORT;
    }
  return flags;
}

/**
 * etude_samples_encode:
 * @buckets: (array length=n): neighbouring buckets of a series
 * @n: how many, at least 1
 *
 * Returns: (transfer full): the chunk that holds them
 */
GBytes *
etude_samples_encode (const EtudeBucket *buckets, gsize n)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 flags = choose_flags (buckets, n);
  const guint8 header[] = { CHUNK_VERSION, flags, 0, 0 };

  g_byte_array_append (bytes, header, sizeof header);
  put_32 (bytes, (guint32) n);
  if (flags & REGULAR)
    {
      put_64 (bytes, buckets[0].first);
      put_64 (bytes, n > 1 ? buckets[1].first - buckets[0].first : 0);
    }
  for (gsize i = 0; i < n && !(flags & REGULAR); i++)
    put_64 (bytes, buckets[i].first);
  if (!(flags & SINGLE))
    {
      for (gsize i = 0; i < n; i++)
        put_32 (bytes, buckets[i].n);
      for (gsize i = 0; i < n; i++)
        put_float (bytes, buckets[i].min);
      for (gsize i = 0; i < n; i++)
        put_float (bytes, buckets[i].max);
    }
  for (gsize i = 0; i < n; i++)
    if (flags & SHORT)
      put_float (bytes, (float) buckets[i].mean);
    else
      put_double (bytes, buckets[i].mean);
  return g_byte_array_free_to_bytes (bytes);
}

static gsize
chunk_size (guint8 flags, gsize n)
{
  return HEADER_SIZE + (flags & REGULAR ? 16 : 8 * n) + (flags & SINGLE ? 0 : 12 * n) + (flags & SHORT ? 4 : 8) * n;
}

/**
 * etude_samples_decode:
 * @data: (array length=size): a chunk, from anywhere
 * @size: its bytes
 * @buckets: (element-type EtudeBucket): what is in it is added here
 *
 * Sizes are checked before anything is read; what the numbers say together is checked by
 * etude_series_restore().
 *
 * Returns: whether it is a chunk; nothing is added otherwise
 */
gboolean
etude_samples_decode (const guint8 *data, gsize size, GArray *buckets)
{
  const guint8 *firsts, *counts, *means;
  guint8 flags;
  gsize n, from = buckets->len;

  if (size < HEADER_SIZE || data[0] != CHUNK_VERSION || data[2] != 0 || data[3] != 0)
    return FALSE;
  flags = data[1];
  n = get_32 (data, 1);
  if (flags > (SINGLE | REGULAR | SHORT) || n == 0 || n > ETUDE_CHUNK_SIZE || size != chunk_size (flags, n))
    return FALSE;
  firsts = data + HEADER_SIZE;
  counts = firsts + (flags & REGULAR ? 16 : 8 * n);
  means = counts + (flags & SINGLE ? 0 : 12 * n);
  g_array_set_size (buckets, (guint) (from + n));
  for (gsize i = 0; i < n; i++)
    {
      EtudeBucket *b = &g_array_index (buckets, EtudeBucket, from + i);

      b->first = flags & REGULAR ? get_64 (firsts, 0) + i * get_64 (firsts, 1) : get_64 (firsts, i);
      b->mean = flags & SHORT ? (double) get_float (means, i) : get_double (means, i);
      b->n = flags & SINGLE ? 1 : get_32 (counts, i);
      b->min = flags & SINGLE ? round_point (b->mean) : get_float (counts, n + i);
      b->max = flags & SINGLE ? round_point (b->mean) : get_float (counts, 2 * n + i);
    }
  return TRUE;
}

/* Writing. */

static gboolean
same_bucket (const EtudeBucket *a, const EtudeBucket *b)
{
  return a->first == b->first && a->n == b->n;
}

static gboolean
write_totals (EtudeStore *store, guint64 run, const char *name, const EtudeSeries *series,
              EtudeSamplesPosition *position, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "INSERT INTO series (run, name, buckets, points, width, last_step, last_value,"
                                    " best_step, best_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                                    " ON CONFLICT (run, name) DO UPDATE SET buckets = ?3, points = ?4, width = ?5,"
                                    " last_step = ?6, last_value = ?7, best_step = ?8, best_value = ?9"
                                    " RETURNING number", error);
  EtudeSeriesTotals totals;
  gboolean found;
  gsize n;

  if (statement == NULL)
    return FALSE;
  etude_series_get_buckets (series, &n);
  etude_series_get_totals (series, &totals);
  sqlite3_bind_int64 (statement, 1, (gint64) run);
  sqlite3_bind_text (statement, 2, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, (gint64) n);
  sqlite3_bind_int64 (statement, 4, (gint64) totals.n_points);
  sqlite3_bind_int64 (statement, 5, (gint64) totals.width);
  sqlite3_bind_int64 (statement, 6, (gint64) totals.last_step);
  sqlite3_bind_double (statement, 7, totals.last_value);
  sqlite3_bind_int64 (statement, 8, (gint64) totals.best_step);
  sqlite3_bind_double (statement, 9, totals.best_value);
  if (!etude_store_row (store, statement, &found, error))
    return FALSE;
  position->series = sqlite3_column_int64 (statement, 0);
  return etude_store_run (store, statement, error);
}

static gboolean
write_chunk (EtudeStore *store, sqlite3_stmt *statement, gsize position, const EtudeBucket *buckets, gsize n, GError **error)
{
  g_autoptr (GBytes) chunk = etude_samples_encode (buckets, n);
  gsize size;
  gconstpointer data = g_bytes_get_data (chunk, &size);

  sqlite3_bind_int64 (statement, 2, (gint64) position);
  sqlite3_bind_blob64 (statement, 3, data, size, SQLITE_STATIC);
  return etude_store_run (store, statement, error);
}

static gboolean
remove_chunks (EtudeStore *store, gint64 series, gsize from, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "DELETE FROM chunks WHERE series = ?1 AND position >= ?2", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, series);
  sqlite3_bind_int64 (statement, 2, (gint64) from);
  return etude_store_run (store, statement, error);
}

/**
 * etude_samples_write:
 * @store: a store in a transaction
 * @run: number of the run
 * @name: of the series, such as “loss”
 * @series: the whole series
 * @position: (inout): how much of it is stored already
 * @error: set when the store refuses; then give up the transaction and take @position back
 *
 * Stores what is new: the chunk that was not full and those after it, or all of them once
 * neighbouring buckets have been merged. So a long run takes no more room than %ETUDE_SERIES_MAX
 * buckets, and a second of it writes little.
 *
 * Returns: whether it was stored
 */
gboolean
etude_samples_write (EtudeStore *store, guint64 run, const char *name, const EtudeSeries *series,
                     EtudeSamplesPosition *position, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  const EtudeBucket *buckets;
  gboolean was_merged;
  gsize n;

  if (position->n_points == etude_series_get_n_points (series))
    return TRUE;
  buckets = etude_series_get_buckets (series, &n);
  was_merged = position->n_full * ETUDE_CHUNK_SIZE > n
               || (position->n_full > 0
                   && !same_bucket (&buckets[position->n_full * ETUDE_CHUNK_SIZE - 1], &position->guard));
  if (was_merged)
    position->n_full = 0;
  if (!write_totals (store, run, name, series, position, error)
      || (was_merged && !remove_chunks (store, position->series, 0, error)))
    return FALSE;
  statement = etude_store_prepare (store, "INSERT OR REPLACE INTO chunks (series, position, data) VALUES (?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, position->series);
  for (gsize i = position->n_full; i * ETUDE_CHUNK_SIZE < n; i++)
    if (!write_chunk (store, statement, i, buckets + i * ETUDE_CHUNK_SIZE, MIN (n - i * ETUDE_CHUNK_SIZE, ETUDE_CHUNK_SIZE), error))
      return FALSE;
  position->n_points = etude_series_get_n_points (series);
  /* The last bucket may still take points, so a chunk is full when there is one after it. */
  position->n_full = (n - 1) / ETUDE_CHUNK_SIZE;
  if (position->n_full > 0)
    position->guard = buckets[position->n_full * ETUDE_CHUNK_SIZE - 1];
  return TRUE;
}

/* Reading. */

static double
column_double (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double (statement, column);
}

static gboolean
read_totals (EtudeStore *store, guint64 run, const char *name, gint64 *series, gint64 *n_buckets,
             EtudeSeriesTotals *totals, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "SELECT number, buckets, points, width, last_step, last_value, best_step, best_value"
                                    " FROM series WHERE run = ?1 AND name = ?2", error);
  gboolean found;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run);
  sqlite3_bind_text (statement, 2, name, -1, SQLITE_STATIC);
  if (!etude_store_row (store, statement, &found, error))
    return FALSE;
  *series = found ? sqlite3_column_int64 (statement, 0) : 0;
  *n_buckets = found ? sqlite3_column_int64 (statement, 1) : 0;
  *totals = (EtudeSeriesTotals) {
    .n_points = found ? (guint64) sqlite3_column_int64 (statement, 2) : 0,
    .width = found ? (guint64) sqlite3_column_int64 (statement, 3) : 1,
    .last_step = found ? (guint64) sqlite3_column_int64 (statement, 4) : 0,
    .last_value = found ? column_double (statement, 5) : NAN,
    .best_step = found ? (guint64) sqlite3_column_int64 (statement, 6) : 0,
    .best_value = found ? column_double (statement, 7) : NAN,
  };
  return TRUE;
}

static gboolean
read_chunks (EtudeStore *store, gint64 series, GArray *buckets, gboolean *is_sound, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "SELECT position, data FROM chunks WHERE series = ?1 ORDER BY position", error);
  gboolean found = TRUE;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, series);
  *is_sound = TRUE;
  for (gint64 i = 0; *is_sound; i++)
    {
      if (!etude_store_row (store, statement, &found, error))
        return FALSE;
      if (!found)
        return TRUE;
      *is_sound = i < ETUDE_SERIES_MAX / ETUDE_CHUNK_SIZE && sqlite3_column_int64 (statement, 0) == i
                  && etude_samples_decode (sqlite3_column_blob (statement, 1),
                                           (gsize) sqlite3_column_bytes (statement, 1), buckets);
    }
  return TRUE;
}

/**
 * etude_samples_read:
 * @store: a store
 * @run: number of the run
 * @name: of the series
 * @error: set when the store refuses, or when what it gives makes no sense
 *
 * Returns: (transfer full) (nullable): the series, empty where none was stored
 */
EtudeSeries *
etude_samples_read (EtudeStore *store, guint64 run, const char *name, GError **error)
{
  g_autoptr (GArray) buckets = g_array_new (FALSE, TRUE, sizeof (EtudeBucket));
  EtudeSeries *series = NULL;
  EtudeSeriesTotals totals;
  gint64 number, n_buckets;
  gboolean is_sound;

  if (!read_totals (store, run, name, &number, &n_buckets, &totals, error)
      || !read_chunks (store, number, buckets, &is_sound, error))
    return NULL;
  if (is_sound && n_buckets == buckets->len)
    series = etude_series_restore ((const EtudeBucket *) (gpointer) buckets->data, buckets->len, &totals);
  if (series == NULL)
    {
      g_autofree char *place = g_strdup_printf (_("run %zu, series “%s”"), (gsize) run, name);

      etude_store_set_damaged (store, place, error);
    }
  return series;
}
