/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walker and the catalogue, over kinds of the test's own that have a parameter of every type. */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/value.h"

typedef struct
{
  double shared;
  char *word;
  EtudeObject kin;
} Common;

typedef struct
{
  Common common;
  double real;
  double open;
  guint64 integer;
  gboolean boolean;
  guint choice;
  char *text;
  char *file;
  EtudeLength length;
  EtudeExtent extent;
  EtudeReals reals;
  EtudeLengths lengths;
  EtudePoints points;
  EtudeObject inner;
  EtudeObjects list;
} Full;

typedef struct
{
  Common common;
  guint64 only;
} Small;

static const EtudeGroup group;

static const EtudeChoice choices[] = { { "auto", "Auto", "" }, { "first", "First", "" }, { "second", "Second", "" }, { NULL } };

static const EtudeParam common_params[] = {
  { .key = "shared", .type = ETUDE_PARAM_REAL, .max = 10, .initial = 3, .offset = G_STRUCT_OFFSET (Common, shared) },
  { .key = "word", .type = ETUDE_PARAM_TEXT, .initial_text = "w", .offset = G_STRUCT_OFFSET (Common, word) },
  { .key = "kin", .type = ETUDE_PARAM_KIND, .group = &group, .automatic = "that of all", .offset = G_STRUCT_OFFSET (Common, kin) },
  { .key = NULL }
};

static const EtudeParam full_params[] = {
  { .key = "real", .type = ETUDE_PARAM_REAL, .min = -1, .max = 1, .initial = 0.5, .automatic = "a half",
    .offset = G_STRUCT_OFFSET (Full, real) },
  { .key = "open", .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .min_open = TRUE, .max_open = TRUE, .initial = 0.5,
    .offset = G_STRUCT_OFFSET (Full, open) },
  { .key = "integer", .type = ETUDE_PARAM_INTEGER, .min = 1, .max = 9, .initial_auto = TRUE, .automatic = "four",
    .offset = G_STRUCT_OFFSET (Full, integer) },
  { .key = "boolean", .type = ETUDE_PARAM_BOOLEAN, .initial = 1, .automatic = "yes", .offset = G_STRUCT_OFFSET (Full, boolean) },
  { .key = "choice", .type = ETUDE_PARAM_CHOICE, .choices = choices, .initial = 1, .automatic = "first",
    .offset = G_STRUCT_OFFSET (Full, choice) },
  { .key = "text", .type = ETUDE_PARAM_TEXT, .initial_auto = TRUE, .automatic = "none", .offset = G_STRUCT_OFFSET (Full, text) },
  { .key = "file", .type = ETUDE_PARAM_FILE, .offset = G_STRUCT_OFFSET (Full, file) },
  { .key = "length", .type = ETUDE_PARAM_LENGTH, .initial_text = "5%", .automatic = "all", .offset = G_STRUCT_OFFSET (Full, length) },
  { .key = "extent", .type = ETUDE_PARAM_EXTENT, .min = 1, .max = 9, .initial = 3, .automatic = "four",
    .offset = G_STRUCT_OFFSET (Full, extent) },
  { .key = "reals", .type = ETUDE_PARAM_REALS, .max = 5, .offset = G_STRUCT_OFFSET (Full, reals) },
  { .key = "lengths", .type = ETUDE_PARAM_LENGTHS, .initial_text = "5, 30%", .offset = G_STRUCT_OFFSET (Full, lengths) },
  { .key = "points", .type = ETUDE_PARAM_POINTS, .max = 1, .offset = G_STRUCT_OFFSET (Full, points) },
  { .key = "inner", .type = ETUDE_PARAM_KIND, .group = &group, .nullable = TRUE, .offset = G_STRUCT_OFFSET (Full, inner) },
  { .key = "list", .type = ETUDE_PARAM_KINDS, .group = &group, .max = 9, .offset = G_STRUCT_OFFSET (Full, list) },
  { .key = NULL }
};

static const EtudeParam small_params[] = {
  { .key = "only", .type = ETUDE_PARAM_INTEGER, .max = 9, .initial = 2, .offset = G_STRUCT_OFFSET (Small, only) },
  { .key = NULL }
};

static const EtudeKind full = { .id = "full", .common = common_params, .params = full_params, .size = sizeof (Full) };
static const EtudeKind small = {
  .id = "small", .common = common_params, .common_last = TRUE, .params = small_params, .size = sizeof (Small)
};
static const EtudeKind *const kinds[] = { &full, &small, NULL };
static const EtudeGroup group = { .id = "test", .label = "Test", .path = "", .kinds = kinds };

static void
set_points (EtudePoints *points, gsize n)
{
  g_free (points->values);
  *points = (EtudePoints) { g_new0 (EtudePoint, n), n };
  for (gsize i = 0; i < n; i++)
    points->values[i] = (EtudePoint) { { (double) i, ETUDE_LENGTH_PERCENT }, 0.5 };
}

/* A value with something in every place, three deep. */
static void
fill (EtudeObject *object, guint depth)
{
  Full *data;

  etude_object_init (object, &full);
  data = object->data;
  data->reals = (EtudeReals) { g_memdup2 ((double[]) { 1, 2, 3 }, 3 * sizeof (double)), 3 };
  set_points (&data->points, 2);
  etude_objects_insert (&data->list, 0, &small);
  if (depth == 0)
    return;
  fill (&data->inner, depth - 1);
  etude_objects_insert (&data->list, 0, &small);
  etude_object_clear (&data->list.items[0]);
  fill (&data->list.items[0], depth - 1);
}

/* Changes the leaf number @at, and only that. */
typedef struct
{
  EtudeVisitor visitor;
  gint at;
} Change;

static void
change_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  if (((Change *) visitor)->at-- != 0)
    return;
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      *(double *) field = *(double *) field == 0.25 ? 0.125 : 0.25;
      break;
    case ETUDE_PARAM_INTEGER:
      *(guint64 *) field = 7;
      break;
    case ETUDE_PARAM_BOOLEAN:
      *(gboolean *) field = FALSE;
      break;
    case ETUDE_PARAM_CHOICE:
      *(guint *) field = 2;
      break;
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      g_free (*(char **) field);
      *(char **) field = g_strdup ("changed");
      break;
    case ETUDE_PARAM_LENGTH:
      ((EtudeLength *) field)->unit = ETUDE_LENGTH_EPOCHS;
      break;
    case ETUDE_PARAM_EXTENT:
      ((EtudeExtent *) field)->width = 5;
      break;
    case ETUDE_PARAM_REALS:
      ((EtudeReals *) field)->values[2] = 4;
      break;
    case ETUDE_PARAM_LENGTHS:
      ((EtudeLengths *) field)->values[1].unit = ETUDE_LENGTH_EPOCHS;
      break;
    case ETUDE_PARAM_POINTS:
      ((EtudePoints *) field)->values[1].at.unit = ETUDE_LENGTH_STEPS;
      break;
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      g_assert_not_reached ();
    }
}

static gint
count_leaves (EtudeObject *object)
{
  Change count = { { .leaf = change_leaf }, -1 };

  etude_object_walk (object, NULL, &count.visitor);
  return -1 - count.at;
}

/* Each single leaf, however deep, makes two values differ, and a copy shares none of them. */
static void
test_copy (void)
{
  EtudeObject value;
  gint n;

  fill (&value, 2);
  n = count_leaves (&value);
  g_assert_cmpint (n, >, 70);
  for (gint i = 0; i < n; i++)
    {
      Change change = { { .leaf = change_leaf }, i };
      EtudeObject copy, second;

      etude_object_copy (&copy, &value);
      etude_object_copy (&second, &value);
      g_assert_true (etude_object_equal (&copy, &value));
      etude_object_walk (&copy, NULL, &change.visitor);
      g_assert_false (etude_object_equal (&copy, &value));
      g_assert_false (etude_object_equal (&value, &copy));
      g_assert_true (etude_object_equal (&second, &value));
      etude_object_clear (&copy);
      g_assert_null (copy.kind);
      etude_object_clear (&second);
    }
  etude_object_clear (&value);
  etude_object_clear (&value);
}

/* Other kinds, a null and other numbers of elements are not equal either. */
static void
test_shapes (void)
{
  EtudeObject value, copy, null = { NULL, NULL };
  Full *data;

  fill (&value, 1);
  g_assert_true (etude_object_equal (&null, &null));
  g_assert_false (etude_object_equal (&value, &null));
  g_assert_false (etude_object_equal (&null, &value));
  etude_object_copy (&copy, &null);
  g_assert_null (copy.kind);

  etude_object_copy (&copy, &value);
  data = copy.data;
  etude_object_clear (&data->inner);
  g_assert_false (etude_object_equal (&value, &copy));
  etude_object_init (&data->inner, &small);
  g_assert_false (etude_object_equal (&value, &copy));
  etude_object_clear (&copy);

  etude_object_copy (&copy, &value);
  data = copy.data;
  etude_objects_remove (&data->list, 1);
  g_assert_false (etude_object_equal (&value, &copy));
  etude_objects_insert (&data->list, 1, &full);
  g_assert_false (etude_object_equal (&value, &copy));
  data->reals.n = 2;
  set_points (&data->points, 3);
  g_assert_false (etude_object_equal (&value, &copy));
  etude_object_clear (&copy);
  etude_object_clear (&value);
}

typedef struct
{
  EtudeVisitor visitor;
  GString *seen;
} Collect;

static void
collect (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  g_assert_nonnull (other);
  g_assert_true (field != other && etude_leaf_equal (param, field, other));
  g_string_append_printf (((Collect *) visitor)->seen, "%s ", visitor->path->str);
}

/* In the order of the written document, with the path of each, both sides alike. */
static void
test_walk (void)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  Collect visitor = { { .leaf = collect, .path = path }, seen };
  EtudeObject value, copy;

  fill (&value, 0);
  etude_object_init (&((Full *) value.data)->inner, &small);
  etude_object_copy (&copy, &value);
  etude_object_walk (&value, &copy, &visitor.visitor);
  g_assert_cmpuint (path->len, ==, 0);
  g_assert_cmpstr (seen->str, ==,
                   "shared word real open integer boolean choice text file length extent reals lengths points "
                   "inner.only inner.shared inner.word list.0.only list.0.shared list.0.word ");
  etude_object_clear (&copy);
  etude_object_clear (&value);
}

static void
test_defaults (void)
{
  EtudeObject value;
  Full *data;

  etude_object_init (&value, &full);
  data = value.data;
  g_assert_cmpfloat (data->common.shared, ==, 3);
  g_assert_cmpstr (data->common.word, ==, "w");
  g_assert_cmpfloat (data->real, ==, 0.5);
  g_assert_cmpuint (data->integer, ==, ETUDE_AUTO_INTEGER);
  g_assert_cmpint (data->boolean, ==, TRUE);
  g_assert_cmpuint (data->choice, ==, 1);
  g_assert_null (data->text);
  g_assert_cmpstr (data->file, ==, "");
  g_assert_cmpfloat (data->length.value, ==, 5);
  g_assert_cmpint (data->length.unit, ==, ETUDE_LENGTH_PERCENT);
  g_assert_cmpuint (data->lengths.n, ==, 2);
  g_assert_cmpfloat (data->lengths.values[1].value, ==, 30);
  g_assert_cmpuint (data->extent.height, ==, 3);
  g_assert_cmpuint (data->extent.width, ==, 3);
  g_assert_cmpuint (data->reals.n + data->points.n + data->list.n, ==, 0);
  g_assert_null (data->inner.kind);
  etude_object_clear (&value);
}

/* What all kinds of the group have goes over; what belongs to the kind does not. */
static void
test_become (void)
{
  EtudeObject value;
  Full *data;

  etude_object_init (&value, &small);
  ((Common *) value.data)->shared = 9;
  g_free (((Common *) value.data)->word);
  ((Common *) value.data)->word = g_strdup ("kept");
  etude_object_init (&((Common *) value.data)->kin, &small);
  ((Common *) ((Common *) value.data)->kin.data)->shared = 7;
  etude_object_become (&value, &full);
  data = value.data;
  g_assert_true (value.kind == &full);
  g_assert_true (data->common.kin.kind == &small);
  g_assert_cmpfloat (((Common *) data->common.kin.data)->shared, ==, 7);
  g_assert_cmpfloat (data->common.shared, ==, 9);
  g_assert_cmpstr (data->common.word, ==, "kept");
  g_assert_cmpfloat (data->real, ==, 0.5);
  data->real = 0.25;
  etude_object_become (&value, &full);
  g_assert_cmpfloat (((Full *) value.data)->real, ==, 0.5);
  etude_object_become (&value, NULL);
  g_assert_null (value.kind);
  etude_object_become (&value, &small);
  g_assert_cmpfloat (((Common *) value.data)->shared, ==, 3);
  g_assert_true (etude_param_is_auto (etude_kind_find_param (&small, "kin"), &((Common *) value.data)->kin));
  etude_object_clear (&value);
}

static void
assert_list (const EtudeObjects *list, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < list->n; i++)
    g_string_append_printf (text, "%u", (guint) ((Small *) list->items[i].data)->only);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_list (void)
{
  EtudeObjects list = { NULL, 0 };

  for (guint i = 0; i < 5; i++)
    ((Small *) etude_objects_insert (&list, i, &small)->data)->only = i;
  ((Small *) etude_objects_insert (&list, 0, &small)->data)->only = 9;
  assert_list (&list, "901234");
  etude_objects_move (&list, 0, 5);
  assert_list (&list, "012349");
  etude_objects_move (&list, 4, 1);
  assert_list (&list, "041239");
  etude_objects_move (&list, 2, 2);
  assert_list (&list, "041239");
  etude_objects_remove (&list, 5);
  etude_objects_remove (&list, 0);
  assert_list (&list, "4123");
  etude_objects_clear (&list);
  g_assert_cmpuint (list.n, ==, 0);
}

/* What is shown reads back; what is refused leaves the field as it was, and says what was expected. */
static void
test_read (void)
{
  static const struct { const char *key, *text, *shown; } good[] = {
    { "real", "-1", "-1" }, { "real", "0,25", "0.25" }, { "real", "1/4", "0.25" }, { "real", "auto", "auto" },
    { "open", "1e-9", "1e-9" }, { "integer", "9", "9" }, { "integer", "auto", "auto" }, { "boolean", "false", "false" },
    { "boolean", "auto", "auto" }, { "choice", "second", "second" }, { "choice", "auto", "auto" }, { "text", "a b", "a b" },
    { "text", "auto", "auto" }, { "file", "auto", "auto" }, { "length", "3 epochs", "3 epochs" }, { "length", "auto", "auto" },
    { "lengths", "50%,2 epochs ,7", "50%, 2 epochs, 7" }, { "lengths", "", "" }, { "points", "0 1, 1 epochs 0.5", "0: 1, 1 epochs: 0.5" },
    { "points", "5%:1/4", "5%: 0.25" }, { "points", "", "" },
    { "extent", "auto", "auto" }, { "extent", "3", "3" }, { "extent", "[3, 2]", "3 × 2" }, { "extent", "3 × 2", "3 × 2" },
    { "extent", " 1x9 ", "1 × 9" }, { "extent", "2,2", "2" },
  };
  static const struct { const char *key, *text, *message; } bad[] = {
    { "real", "1.01", "found “1.01”, expected a number from -1 to 1, or “auto”" },
    { "real", "nan", "found “nan”, expected a number from -1 to 1, or “auto”" },
    { "open", "0", "found “0”, expected a number above 0 and below 1" },
    { "open", "1", "found “1”, expected a number above 0 and below 1" },
    { "open", "auto", "found “auto”, expected a number above 0 and below 1" },
    { "integer", "1.5", "found “1.5”, expected an integer from 1 to 9, or “auto”" },
    { "integer", "-1", "found “-1”, expected an integer from 1 to 9, or “auto”" },
    { "boolean", "1", "found “1”, expected true or false, or “auto”" },
    { "choice", "third", "found “third”, expected one of “auto”, “first”, “second”" },
    { "text", "\xff", "found “\357\277\275”, expected a text, or “auto”" },
    { "length", "soon", "found “soon”, expected a length such as 200, “5 epochs” or “30%”, or “auto”" },
    { "extent", "0", "found “0”, expected an integer or [height, width], from 1 to 9, or “auto”" },
    { "extent", "3 × 10", "found “3 × 10”, expected an integer or [height, width], from 1 to 9, or “auto”" },
    { "extent", "1,2,3", "found “1,2,3”, expected an integer or [height, width], from 1 to 9, or “auto”" },
    { "extent", "1.5", "found “1.5”, expected an integer or [height, width], from 1 to 9, or “auto”" },
    { "extent", "[]", "found “[]”, expected an integer or [height, width], from 1 to 9, or “auto”" },
    { "reals", "1", "found “1”, expected a list of numbers from 0 to 5" },
    { "lengths", "5,", "found “5,”, expected a list of lengths such as 200, “5 epochs” or “30%”" },
    { "points", "5%", "found “5%”, expected a list of pairs of a length and a number from 0 to 1" },
    { "points", "5%: 2", "found “5%: 2”, expected a list of pairs of a length and a number from 0 to 1" },
    { "inner", "small", "found “small”, expected null or one of the kinds “full”, “small”" },
  };
  EtudeObject value, before;

  etude_object_init (&value, &full);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const EtudeParam *param = etude_kind_find_param (&full, good[i].key);
      g_autofree char *shown = NULL;

      g_assert_true (etude_param_read (param, good[i].text, etude_param_field (param, value.data), NULL));
      shown = etude_param_show (param, etude_param_field (param, value.data));
      g_assert_cmpstr (shown, ==, good[i].shown);
      g_assert_true (etude_param_is_auto (param, etude_param_field (param, value.data))
                     == (g_str_equal (shown, "auto") && param->automatic != NULL));
    }
  etude_object_copy (&before, &value);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const EtudeParam *param = etude_kind_find_param (&full, bad[i].key);
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_param_read (param, bad[i].text, etude_param_field (param, value.data), &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, bad[i].message);
      g_assert_true (etude_object_equal (&before, &value));
    }
  etude_object_clear (&before);
  etude_object_clear (&value);
}

static void
test_find (void)
{
  g_assert_true (etude_group_find (&group, "small") == &small);
  g_assert_null (etude_group_find (&group, "large"));
  g_assert_null (etude_group_find (&group, NULL));
  g_assert_null (etude_kind_find_param (&small, "real"));
  g_assert_cmpuint (etude_kind_n_params (&full), ==, 17);
  g_assert_cmpuint (etude_kind_n_params (&small), ==, 4);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/defaults", test_defaults);
  g_test_add_func ("/value/copy", test_copy);
  g_test_add_func ("/value/shapes", test_shapes);
  g_test_add_func ("/value/walk", test_walk);
  g_test_add_func ("/value/become", test_become);
  g_test_add_func ("/value/list", test_list);
  g_test_add_func ("/value/read", test_read);
  g_test_add_func ("/value/find", test_find);
  return g_test_run ();
}
