/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>

#include "base/json-writer.h"

static void
write_sample (EtudeJsonWriter *writer)
{
  etude_json_writer_begin_object (writer);
  etude_json_writer_key (writer, "a");
  etude_json_writer_number (writer, 0.1);
  etude_json_writer_key (writer, "list");
  etude_json_writer_begin_array (writer);
  etude_json_writer_integer (writer, G_GINT64_CONSTANT (9007199254740991));
  etude_json_writer_boolean (writer, TRUE);
  etude_json_writer_null (writer);
  etude_json_writer_begin_array (writer);
  etude_json_writer_end_array (writer);
  etude_json_writer_begin_object (writer);
  etude_json_writer_end_object (writer);
  etude_json_writer_end_array (writer);
  etude_json_writer_key (writer, "inner");
  etude_json_writer_begin_object (writer);
  etude_json_writer_key (writer, "b");
  etude_json_writer_boolean (writer, FALSE);
  etude_json_writer_end_object (writer);
  etude_json_writer_end_object (writer);
}

static void
test_indented (void)
{
  g_autoptr (EtudeJsonWriter) writer = etude_json_writer_new (TRUE);

  write_sample (writer);
  g_assert_cmpstr (etude_json_writer_get_text (writer), ==,
                   "{\n"
                   "  \"a\": 0.1,\n"
                   "  \"list\": [\n"
                   "    9007199254740991,\n"
                   "    true,\n"
                   "    null,\n"
                   "    [],\n"
                   "    {}\n"
                   "  ],\n"
                   "  \"inner\": {\n"
                   "    \"b\": false\n"
                   "  }\n"
                   "}");
}

static void
test_compact (void)
{
  g_autoptr (EtudeJsonWriter) writer = etude_json_writer_new (FALSE);

  for (guint i = 0; i < 2; i++)
    {
      etude_json_writer_reset (writer);
      write_sample (writer);
      g_assert_cmpstr (etude_json_writer_get_text (writer), ==,
                       "{\"a\":0.1,\"list\":[9007199254740991,true,null,[],{}],\"inner\":{\"b\":false}}");
    }
}

static void
test_values (void)
{
  g_autoptr (EtudeJsonWriter) writer = etude_json_writer_new (FALSE);

  etude_json_writer_begin_array (writer);
  etude_json_writer_number (writer, NAN);
  etude_json_writer_number (writer, -INFINITY);
  etude_json_writer_number (writer, 1e-5);
  etude_json_writer_number (writer, -0.5);
  etude_json_writer_string (writer, NULL);
  etude_json_writer_string (writer, "\"\\/\b\f\n\r\t\x01\x1f\x7f é");
  etude_json_writer_string (writer, "a\xff" "b");
  etude_json_writer_raw (writer, "{\"x\":1}");
  etude_json_writer_end_array (writer);
  g_assert_cmpstr (etude_json_writer_get_text (writer), ==,
                   "[null,null,1e-5,-0.5,null,"
                   "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é\",\"a\xef\xbf\xbd" "b\",{\"x\":1}]");
}

int
main (int argc, char **argv)
{
  /* Passes alike under a locale with a decimal comma, where there is one. */
  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/indented", test_indented);
  g_test_add_func ("/json-writer/compact", test_compact);
  g_test_add_func ("/json-writer/values", test_values);
  return g_test_run ();
}
