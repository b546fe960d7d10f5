/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/random.h"

/* All rows as text: cells between “|”, rows as “line:cells;”, and a failure as “!message”. */
static char *
read_all (char delimiter, const char *text, gssize length)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  g_autoptr (EtudeCsvReader) reader = etude_csv_reader_new_text ("f.csv", delimiter, text, n);
  g_autoptr (GError) error = NULL;
  GString *all = g_string_new (NULL);
  EtudeCsvRow row;

  while (etude_csv_reader_next (reader, &row, &error))
    {
      g_string_append_printf (all, "%" G_GUINT64_FORMAT ":", row.line);
      for (gsize i = 0; i < row.n; i++)
        g_string_append_printf (all, "%s%s", i > 0 ? "|" : "", row.cells[i]);
      g_string_append_c (all, ';');
    }
  if (error != NULL)
    {
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT);
      g_string_append_printf (all, "!%s", error->message);
    }
  /* After the end or a failure there is nothing more. */
  g_assert_false (etude_csv_reader_next (reader, &row, NULL));
  return g_string_free (all, FALSE);
}

static void
test_read (void)
{
  static const struct { const char *text; const char *rows; } cases[] = {
    { "", "" },
    { "\n\n\r\n", "" },
    { "a,b\n1,2\n", "1:a|b;2:1|2;" },
    { "a,b\n1,2", "1:a|b;2:1|2;" },
    { "a,b\r\n1,2\r\n", "1:a|b;2:1|2;" },
    { "a,b\r1,2\r", "1:a|b;2:1|2;" },
    { "\xef\xbb\xbf" "a,b\n", "1:a|b;" },
    { "a\n\n\nb\n", "1:a;4:b;" },
    { ",\n", "1:|;" },
    { "\"\"\n", "1:;" },
    { "\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d;" },
    { "\"a\nb\",c\nd,e\n", "1:a\nb|c;3:d|e;" },
    { "\"a\r\nb\"\nc\n", "1:a\nb;3:c;" },
    { "a\"b,c\n", "1:a\"b|c;" },
    { "\"a\"", "1:a;" },
    { "é,ü\n", "1:é|ü;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *rows = read_all (',', cases[i].text, -1);

      g_assert_cmpstr (rows, ==, cases[i].rows);
    }
}

static void
test_delimiter (void)
{
  g_autofree char *semicolon = read_all (';', "a,b;c\n", -1);
  g_autofree char *tab = read_all ('\t', "a b\tc;d\n", -1);

  g_assert_cmpstr (semicolon, ==, "1:a,b|c;");
  g_assert_cmpstr (tab, ==, "1:a b|c;d;");
}

static void
test_refused (void)
{
  static const struct { const char *text; gssize length; const char *rows; } cases[] = {
    { "a,b\n1,\"2\n3,4\n", -1,
      "1:a|b;!f.csv: line 2: found a quote that is not closed before the end of the file, expected the quote that ends the cell" },
    { "a,b\n\n\"1\" ,2\n", -1,
      "1:a|b;!f.csv: line 3: found “ ” after a closing quote, expected the next cell or the end of the line" },
    { "a,\"b\"\xc3\xa9\n", -1,
      "!f.csv: line 1: found a character after a closing quote, expected the next cell or the end of the line" },
    { "a,b\n1,\xe9\n", -1, "1:a|b;!f.csv: line 2: found bytes that are not UTF-8 in cell 2, expected text in UTF-8" },
    { "a,b\n1\0,2\n", 9, "1:a|b;!f.csv: line 2: found a NUL byte, expected text" },
    { "\xff\xfe" "a\0,\0", 6, "!f.csv: line 1: found text in UTF-16, expected UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *rows = read_all (',', cases[i].text, cases[i].length);

      g_assert_cmpstr (rows, ==, cases[i].rows);
    }
}

/* @data: the first character, and the one that follows without end */
static gssize
fill_endless (gpointer data, char *buffer, gsize size, GError **error)
{
  char *pattern = data;

  memset (buffer, pattern[1], size);
  buffer[0] = pattern[0];
  pattern[0] = pattern[1];
  return (gssize) size;
}

/* What has no end is given up in bounded memory. */
static void
test_endless (void)
{
  static const struct { const char *pattern; const char *message; } cases[] = {
    { "aa", "f.csv: line 1: found a row of more than 16 MiB, expected a shorter one" },
    { ",,", "f.csv: line 1: found more than 100000 cells, expected at most that many" },
    { "\"a", "f.csv: line 1: found a quote that is not closed within 16 MiB, expected the quote that ends the cell" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char pattern[2] = { cases[i].pattern[0], cases[i].pattern[1] };
      g_autoptr (EtudeCsvReader) reader = etude_csv_reader_new ("f.csv", ',', fill_endless, pattern);
      g_autoptr (GError) error = NULL;
      EtudeCsvRow row;

      g_assert_false (etude_csv_reader_next (reader, &row, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_write (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  EtudeCsvWriter writer;

  etude_csv_writer_init (&writer, text);
  etude_csv_writer_text (&writer, "a");
  etude_csv_writer_text (&writer, "b,c");
  etude_csv_writer_text (&writer, "d\"e");
  etude_csv_writer_text (&writer, "f\ng");
  etude_csv_writer_end_row (&writer);
  etude_csv_writer_number (&writer, 0.1);
  etude_csv_writer_integer (&writer, -3);
  etude_csv_writer_empty (&writer);
  etude_csv_writer_number (&writer, -INFINITY);
  etude_csv_writer_end_row (&writer);
  g_assert_cmpstr (text->str, ==, "a,\"b,c\",\"d\"\"e\",\"f\ng\"\n0.1,-3,,-inf\n");
}

/* Random rows come back as they were written. */
static void
test_round_trip (void)
{
  static const char *const pieces[] = { "a", ",", "\"", "\n", "é", ";", " ", "1.5", "" };
  EtudeRandom random;

  etude_random_init (&random, 3, ETUDE_STREAM_SAMPLE);
  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (EtudeCsvReader) reader = NULL;
      g_autoptr (GError) error = NULL;
      gsize n_rows = 1 + etude_random_below (&random, 5), n_cells = 2 + etude_random_below (&random, 4);
      EtudeCsvWriter writer;
      EtudeCsvRow row;

      etude_csv_writer_init (&writer, text);
      for (gsize i = 0; i < n_rows * n_cells; i++)
        {
          g_autoptr (GString) cell = g_string_new (NULL);

          for (guint k = (guint) etude_random_below (&random, 4); k > 0; k--)
            g_string_append (cell, pieces[etude_random_below (&random, G_N_ELEMENTS (pieces))]);
          etude_csv_writer_text (&writer, cell->str);
          if ((i + 1) % n_cells == 0)
            etude_csv_writer_end_row (&writer);
          g_ptr_array_add (cells, g_strdup (cell->str));
        }
      reader = etude_csv_reader_new_text ("f.csv", ',', text->str, text->len);
      for (gsize r = 0; r < n_rows; r++)
        {
          g_assert_true (etude_csv_reader_next (reader, &row, &error));
          g_assert_cmpuint (row.n, ==, n_cells);
          for (gsize i = 0; i < n_cells; i++)
            g_assert_cmpstr (row.cells[i], ==, cells->pdata[r * n_cells + i]);
        }
      g_assert_false (etude_csv_reader_next (reader, &row, &error));
      g_assert_no_error (error);
    }
}

/* Files with random bytes changed never crash the reader, and every cell is valid UTF-8. */
static void
test_mutations (void)
{
  static const char seed_text[] = "\xef\xbb\xbfname,\"a \"\"b\"\"\",é\r\n1,2.5e-3,\"x\ny\"\n,,\nNA,?,inf\n";
  static const char bytes[] = "\",;\t\r\n\0\xff\xc3\x80";
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC / 2;
  EtudeRandom random;
  guint n = 0;

  etude_random_init (&random, 11, ETUDE_STREAM_SAMPLE);
  for (n = 0; n < 20000 || g_get_monotonic_time () < until; n++)
    {
      char text[sizeof seed_text];
      gsize length = sizeof text - 1;
      g_autoptr (EtudeCsvReader) reader = NULL;
      g_autoptr (GError) error = NULL;
      EtudeCsvRow row;
      guint64 line = 0;

      memcpy (text, seed_text, sizeof text);
      for (guint k = (guint) etude_random_below (&random, 6); k > 0; k--)
        text[etude_random_below (&random, length)]
          = etude_random_below (&random, 4) == 0 ? (char) etude_random_below (&random, 256)
                                                 : bytes[etude_random_below (&random, sizeof bytes - 1)];
      if (etude_random_below (&random, 3) == 0)
        length = etude_random_below (&random, length);
      reader = etude_csv_reader_new_text ("f.csv", ",;\t"[n % 3], text, length);
      while (etude_csv_reader_next (reader, &row, &error))
        {
          g_assert_cmpuint (row.n, >, 0);
          g_assert_cmpuint (row.line, >, line);
          line = row.line;
          for (gsize i = 0; i < row.n; i++)
            g_assert_true (g_utf8_validate (row.cells[i], -1, NULL));
        }
      if (error != NULL)
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_test_message ("%u mutations", n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/read", test_read);
  g_test_add_func ("/csv/delimiter", test_delimiter);
  g_test_add_func ("/csv/refused", test_refused);
  g_test_add_func ("/csv/endless", test_endless);
  g_test_add_func ("/csv/write", test_write);
  g_test_add_func ("/csv/round-trip", test_round_trip);
  g_test_add_func ("/csv/mutations", test_mutations);
  return g_test_run ();
}
