/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define DEFAULT_LIMIT ((gsize) 2 << 30)

/* 0 until it is asked for; any thread may be the first. */
static atomic_size_t limit;

/**
 * etude_memory_get_limit:
 *
 * Returns: the largest block, in bytes, that sizes from a file or a document may ask for: 2 GiB, or
 *   half of the machine's memory where that is less
 */
gsize
etude_memory_get_limit (void)
{
  gsize bytes = atomic_load_explicit (&limit, memory_order_relaxed);

  if (bytes == 0)
    {
      long pages = sysconf (_SC_PHYS_PAGES);
      long page = sysconf (_SC_PAGESIZE);

      bytes = pages > 0 && page > 0 ? MIN (DEFAULT_LIMIT, (gsize) pages / 2 * (gsize) page)
                                    : DEFAULT_LIMIT;
      atomic_store_explicit (&limit, bytes, memory_order_relaxed);
    }
  return bytes;
}

/**
 * etude_memory_set_limit:
 * @bytes: the largest block from now on, 0 for the default
 *
 * For tests. Not to be called while another thread allocates.
 */
void
etude_memory_set_limit (gsize bytes)
{
  atomic_store_explicit (&limit, bytes, memory_order_relaxed);
}

/**
 * etude_memory_try_new:
 * @n: number of elements, may be 0
 * @size: bytes of one element
 * @what: what it is for, as in “the weights”, for the message; translated
 * @error: set when it is too large or there is no memory
 *
 * A zeroed block aligned to %ETUDE_ALIGNMENT, whose size is checked before memory is taken.
 *
 * Returns: (transfer full) (nullable): the block, for etude_memory_free()
 */
gpointer
etude_memory_try_new (gsize n, gsize size, const char *what, GError **error)
{
  gsize bytes;
  char *start, *block;

  if (!g_size_checked_mul (&bytes, n, size) || bytes > etude_memory_get_limit ())
    {
      g_autofree char *most = g_format_size_full (etude_memory_get_limit (), G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE,
                   /* Translators: %s is something such as “the weights”, the last %s a size such as 2.0 GiB */
                   _("%s would need %zu elements of %zu bytes, more than the limit of %s"),
                   what, n, size, most);
      return NULL;
    }
  /* Large blocks come from the kernel with zeros in them: what is never written takes no memory. */
  start = calloc (1, bytes + ETUDE_ALIGNMENT);
  if (start == NULL)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE,
                   _("There is no memory for %s (%zu bytes)"), what, bytes);
      return NULL;
    }
  /* calloc() aligns to 16, so that there is room for where it started before the block. */
  block = start + ETUDE_ALIGNMENT - (guintptr) start % ETUDE_ALIGNMENT;
  memcpy (block - sizeof start, &start, sizeof start);
  return block;
}

/**
 * etude_memory_free:
 * @block: (transfer full) (nullable): what etude_memory_try_new() gave
 */
void
etude_memory_free (gpointer block)
{
  char *start;

  if (block == NULL)
    return;
  memcpy (&start, (char *) block - sizeof start, sizeof start);
  free (start);
}
