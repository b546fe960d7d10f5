/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

#define CHUNK 65536
#define END (-1)

typedef enum
{
  AT_START, /* no character of the cell has been read */
  PLAIN,
  QUOTED,
  AFTER_QUOTE, /* the closing quote, or the first of two that mean one */
} State;

struct _EtudeCsvReader
{
  char *name;
  char delimiter;
  EtudeCsvFill fill;
  gpointer data;
  const char *given; /* what is left of a text that is read */
  gsize n_given;

  char buffer[CHUNK];
  gsize at;
  gsize n;
  gboolean is_started;
  gboolean is_finished;
  guint64 line; /* the line of the next character, from 1 */

  GString *text;      /* the cells of the row, each with a NUL after it */
  GArray *starts;     /* gsize: where each begins */
  GPtrArray *cells;
  gboolean is_ascii;
  guint64 quote_line; /* where the open quote is */
};

/**
 * etude_csv_reader_new:
 * @name: what messages call the file
 * @delimiter: what is between cells: comma, semicolon or tab
 * @fill: gives the next bytes
 * @data: for @fill
 *
 * Returns: (transfer full): a reader before the first row
 */
EtudeCsvReader *
etude_csv_reader_new (const char *name, char delimiter, EtudeCsvFill fill, gpointer data)
{
  EtudeCsvReader *self = g_new0 (EtudeCsvReader, 1);

  self->name = g_utf8_make_valid (name, -1);
  self->delimiter = delimiter;
  self->fill = fill;
  self->data = data;
  self->line = 1;
  self->text = g_string_new (NULL);
  self->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->cells = g_ptr_array_new ();
  return self;
}

static gssize
fill_from_text (gpointer data, char *buffer, gsize size, GError **error)
{
  EtudeCsvReader *self = data;
  gsize n = MIN (size, self->n_given);

  memcpy (buffer, self->given, n);
  self->given += n;
  self->n_given -= n;
  return (gssize) n;
}

/**
 * etude_csv_reader_new_text:
 * @name: what messages call the text
 * @delimiter: what is between cells
 * @text: (array length=length): what is read; it must outlive the reader
 * @length: its bytes
 *
 * Returns: (transfer full): a reader before the first row
 */
EtudeCsvReader *
etude_csv_reader_new_text (const char *name, char delimiter, const char *text, gsize length)
{
  EtudeCsvReader *self = etude_csv_reader_new (name, delimiter, fill_from_text, NULL);

  self->data = self;
  self->given = text;
  self->n_given = length;
  return self;
}

void
etude_csv_reader_free (EtudeCsvReader *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_string_free (self->text, TRUE);
  g_array_unref (self->starts);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

static void G_GNUC_PRINTF (4, 5)
fail (EtudeCsvReader *self, GError **error, guint64 line, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  self->is_finished = TRUE;
  /* Translators: file, line, and what was found and expected there */
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: line %" PRIu64 ": %s"),
               self->name, line, message);
}

static gboolean
refill (EtudeCsvReader *self, GError **error)
{
  gssize n = self->fill (self->data, self->buffer, CHUNK, error);

  if (n < 0)
    {
      self->is_finished = TRUE;
      return FALSE;
    }
  self->at = 0;
  self->n = (gsize) n;
  return TRUE;
}

/* Skips the mark at the start of a UTF-8 file and refuses the two of UTF-16. */
static gboolean
start (EtudeCsvReader *self, GError **error)
{
  self->is_started = TRUE;
  if (!refill (self, error))
    return FALSE;
  if (self->n >= 3 && memcmp (self->buffer, "\xef\xbb\xbf", 3) == 0)
    self->at = 3;
  if (self->n >= 2
      && (memcmp (self->buffer, "\xff\xfe", 2) == 0 || memcmp (self->buffer, "\xfe\xff", 2) == 0))
    {
      fail (self, error, 1, _("found text in UTF-16, expected UTF-8"));
      return FALSE;
    }
  return TRUE;
}

/* Makes the next character available at self->buffer[self->at], or says that there is none. */
static gboolean
peek (EtudeCsvReader *self, int *c, GError **error)
{
  if (self->at == self->n && !refill (self, error))
    return FALSE;
  *c = self->n == 0 ? END : (guchar) self->buffer[self->at];
  return TRUE;
}

static void
end_cell (EtudeCsvReader *self)
{
  gsize next;

  g_string_append_c (self->text, '\0');
  next = self->text->len;
  g_array_append_val (self->starts, next);
}

static gboolean
check_row (EtudeCsvReader *self, State state, GError **error)
{
  if (self->text->len > ETUDE_CSV_MAX_ROW_BYTES)
    {
      if (state == QUOTED)
        fail (self, error, self->quote_line,
              _("found a quote that is not closed within 16 MiB, expected the quote that ends the cell"));
      else
        fail (self, error, self->line, _("found a row of more than 16 MiB, expected a shorter one"));
      return FALSE;
    }
  if (self->starts->len > ETUDE_CSV_MAX_CELLS)
    {
      fail (self, error, self->line,
            _("found more than %zu cells, expected at most that many"), ETUDE_CSV_MAX_CELLS);
      return FALSE;
    }
  return TRUE;
}

/* Adds the run of plain characters that begins here: nearly all there is, so it goes fast. */
static void
take_run (EtudeCsvReader *self, State state)
{
  gsize from = self->at, to = from;
  guchar high = 0;

  while (to < self->n)
    {
      guchar c = (guchar) self->buffer[to];

      if (c == '\0' || c == '"' || c == '\n' || c == '\r'
          || (state != QUOTED && c == (guchar) self->delimiter))
        break;
      high |= c;
      to++;
    }
  if (high & 0x80)
    self->is_ascii = FALSE;
  g_string_append_len (self->text, self->buffer + from, (gssize) (to - from));
  self->at = to;
}

/* A carriage return with or without a line feed, or a line feed: one line break. */
static gboolean
take_break (EtudeCsvReader *self, int c, GError **error)
{
  self->at++;
  self->line++;
  if (c != '\r')
    return TRUE;
  if (!peek (self, &c, error))
    return FALSE;
  if (c == '\n')
    self->at++;
  return TRUE;
}

static gboolean
refuse_after_quote (EtudeCsvReader *self, int c, GError **error)
{
  if (c < 0x80 && g_ascii_isprint ((char) c))
    fail (self, error, self->line,
          _("found “%c” after a closing quote, expected the next cell or the end of the line"), c);
  else
    fail (self, error, self->line,
          _("found a character after a closing quote, expected the next cell or the end of the line"));
  return FALSE;
}

static gboolean
take_quote (EtudeCsvReader *self, State *state)
{
  self->at++;
  if (*state == AT_START)
    {
      *state = QUOTED;
      self->quote_line = self->line;
      return TRUE;
    }
  if (*state == QUOTED)
    {
      *state = AFTER_QUOTE;
      return TRUE;
    }
  /* Two quotes inside quotes mean one; a quote inside a cell that has none around it is itself. */
  g_string_append_c (self->text, '"');
  *state = *state == AFTER_QUOTE ? QUOTED : PLAIN;
  return TRUE;
}

/* Reads up to the end of a row; FALSE is a failure. */
static gboolean
read_row (EtudeCsvReader *self, GError **error)
{
  State state = AT_START;
  int c;

  for (;;)
    {
      if (!peek (self, &c, error) || !check_row (self, state, error))
        return FALSE;
      if (c == '\0')
        {
          fail (self, error, self->line, _("found a NUL byte, expected text"));
          return FALSE;
        }
      else if (c == END && state == QUOTED)
        {
          fail (self, error, self->quote_line,
                _("found a quote that is not closed before the end of the file, expected the quote that ends the cell"));
          return FALSE;
        }
      else if (c == END)
        {
          end_cell (self);
          self->is_finished = TRUE;
          return TRUE;
        }
      else if (c == '"')
        take_quote (self, &state);
      else if ((c == '\n' || c == '\r') && state != QUOTED)
        {
          end_cell (self);
          return take_break (self, c, error);
        }
      else if (c == '\n' || c == '\r')
        {
          g_string_append_c (self->text, '\n');
          if (!take_break (self, c, error))
            return FALSE;
        }
      else if (state == AFTER_QUOTE && c != (guchar) self->delimiter)
        return refuse_after_quote (self, c, error);
      else if (c == (guchar) self->delimiter && state != QUOTED)
        {
          self->at++;
          end_cell (self);
          state = AT_START;
        }
      else
        {
          if (state == AT_START)
            state = PLAIN;
          take_run (self, state);
        }
    }
}

static gboolean
give_row (EtudeCsvReader *self, guint64 line, EtudeCsvRow *row, GError **error)
{
  gsize n = self->starts->len - 1;

  g_ptr_array_set_size (self->cells, 0);
  for (gsize i = 0; i < n; i++)
    {
      const char *cell = self->text->str + g_array_index (self->starts, gsize, i);

      if (!self->is_ascii && !g_utf8_validate (cell, -1, NULL))
        {
          fail (self, error, line, _("found bytes that are not UTF-8 in cell %zu, expected text in UTF-8"),
                i + 1);
          return FALSE;
        }
      g_ptr_array_add (self->cells, (gpointer) cell);
    }
  row->line = line;
  row->n = n;
  row->cells = (const char *const *) self->cells->pdata;
  return TRUE;
}

/**
 * etude_csv_reader_next:
 * @self: a reader
 * @row: (out caller-allocates): the row
 * @error: set when the text is not such a file, to its name, the line, what was found and expected
 *
 * Reads the next row that is not an empty line. Lines end in a line feed, a carriage return, or
 * both. A mark at the start of a UTF-8 file is skipped.
 *
 * Returns: TRUE with a row; FALSE at the end, and with @error set when reading failed
 */
gboolean
etude_csv_reader_next (EtudeCsvReader *self, EtudeCsvRow *row, GError **error)
{
  gsize zero = 0;
  guint64 line;

  if (!self->is_started && !start (self, error))
    return FALSE;
  while (!self->is_finished)
    {
      g_string_truncate (self->text, 0);
      g_array_set_size (self->starts, 0);
      g_array_append_val (self->starts, zero);
      self->is_ascii = TRUE;
      self->quote_line = 0;
      line = self->line;
      if (!read_row (self, error))
        return FALSE;
      /* One empty cell without quotes is an empty line. */
      if (self->text->len > 1 || self->quote_line != 0)
        return give_row (self, line, row, error);
    }
  return FALSE;
}

/**
 * etude_csv_writer_init:
 * @self: a writer
 * @text: (transfer none): what the rows are added to
 */
void
etude_csv_writer_init (EtudeCsvWriter *self, GString *text)
{
  self->text = text;
  self->in_row = FALSE;
}

static void
begin_cell (EtudeCsvWriter *self)
{
  if (self->in_row)
    g_string_append_c (self->text, ',');
  self->in_row = TRUE;
}

/**
 * etude_csv_writer_text:
 * @self: a writer
 * @cell: the next cell; it gets quotes where it needs them
 */
void
etude_csv_writer_text (EtudeCsvWriter *self, const char *cell)
{
  begin_cell (self);
  if (strpbrk (cell, ",\"\n\r") == NULL)
    {
      g_string_append (self->text, cell);
      return;
    }
  g_string_append_c (self->text, '"');
  for (const char *c = cell; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (self->text, '"');
      g_string_append_c (self->text, *c);
    }
  g_string_append_c (self->text, '"');
}

/**
 * etude_csv_writer_number:
 * @self: a writer
 * @value: in the shortest form that reads back equal, or nan, inf, -inf
 */
void
etude_csv_writer_number (EtudeCsvWriter *self, double value)
{
  begin_cell (self);
  etude_number_append (self->text, value);
}

void
etude_csv_writer_integer (EtudeCsvWriter *self, gint64 value)
{
  begin_cell (self);
  etude_number_append_integer (self->text, value);
}

/**
 * etude_csv_writer_empty:
 * @self: a writer
 *
 * Adds an empty cell: something that was not measured.
 */
void
etude_csv_writer_empty (EtudeCsvWriter *self)
{
  begin_cell (self);
}

void
etude_csv_writer_end_row (EtudeCsvWriter *self)
{
  g_string_append_c (self->text, '\n');
  self->in_row = FALSE;
}
