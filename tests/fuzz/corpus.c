/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: PROGRAM FOLDER
 *
 * In place of libFuzzer: each file of the folder once, whole and without its last byte. Prints TAP.
 */
#include "fuzz.h"

#include <string.h>

static void
try_bytes (const char *bytes, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length); /* a sanitizer sees where it ends */

  LLVMFuzzerTestOneInput (copy, length);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = argc == 2 ? g_dir_open (argv[1], 0, &error) : NULL;
  const char *name;
  guint n = 0;

  if (folder == NULL)
    g_error ("%s", error != NULL ? error->message : "expected a folder");
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (!g_file_get_contents (path, &bytes, &length, &error))
        g_error ("%s", error->message);
      try_bytes (bytes, length);
      if (length > 0)
        try_bytes (bytes, length - 1);
      g_print ("ok %u - %s\n", ++n, name);
    }
  g_print ("1..%u\n", n);
  return n == 0;
}
