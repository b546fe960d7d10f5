/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app/help/book.h"
#include "app/help/help-view.h"
#include "app/help/help-window.h"
#include "app/help/kind-page.h"
#include "app/help/topic.h"
#include "app/window-fixture.h"
#include "training/groups.h"

#define LINK "help:"

static void
test_markdown (void)
{
  g_autoptr (EtudeMarkdown) text = etude_markdown_read ("# A < B {#top}\n\nSee *this* [page](help:charts#zoom) and `a_b`.\n\n"
                                                        "1. one\n2. two\n   - inner\n\n```\nw < v\n```\n");
  const EtudeTextBlock *block;

  g_assert_cmpstr (text->title, ==, "A < B");
  g_assert_cmpuint (text->blocks->len, ==, 6);
  block = g_ptr_array_index (text->blocks, 0);
  g_assert_cmpint (block->type, ==, ETUDE_TEXT_BLOCK_HEADING);
  g_assert_cmpstr (block->text, ==, "A &lt; B");
  g_assert_cmpstr (block->anchor, ==, "top");
  block = g_ptr_array_index (text->blocks, 1);
  g_assert_cmpstr (block->text, ==, "See <i>this</i> <a href=\"help:charts#zoom\">page</a> and <tt>a_b</tt>.");
  block = g_ptr_array_index (text->blocks, 3);
  g_assert_cmpstr (block->marker, ==, "2.");
  g_assert_cmpuint (block->indent, ==, 1);
  block = g_ptr_array_index (text->blocks, 4);
  g_assert_cmpuint (block->indent, ==, 2);
  block = g_ptr_array_index (text->blocks, 5);
  g_assert_cmpint (block->type, ==, ETUDE_TEXT_BLOCK_CODE);
  g_assert_cmpstr (block->text, ==, "w < v");
  g_assert_cmpuint (text->links->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (text->links, 0), ==, "help:charts#zoom");
}

static void
test_escaped (void)
{
  static const char words[] = "1. *a* [b](c) `d` <e> & {#f} \\g";
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EtudeMarkdown) read = NULL;

  etude_markdown_append_escaped (text, words);
  read = etude_markdown_read (text->str);
  g_strchomp (read->words->str);
  g_assert_cmpstr (read->words->str, ==, words);
}

/* Each text is markup that a label takes, and each link leads to a page and a heading that are there. */
static void
test_pages (void)
{
  GPtrArray *pages = etude_help_book_get_pages ();

  for (guint i = 0; i < pages->len; i++)
    {
      const EtudeHelpPage *page = g_ptr_array_index (pages, i);

      if (page->text->title == NULL || *page->text->title == '\0' || page->text->blocks->len < 2)
        g_error ("%s: no title or no text", page->id);
      if (strstr (page->text->words->str, "{{") != NULL)
        g_error ("%s: a list of an unknown group", page->id);
      for (guint j = 0; j < page->text->blocks->len; j++)
        {
          const EtudeTextBlock *block = g_ptr_array_index (page->text->blocks, j);
          GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));

          /* It warns of what it cannot read, and that is fatal here. */
          if (block->type != ETUDE_TEXT_BLOCK_CODE)
            gtk_label_set_markup (GTK_LABEL (label), block->text);
          g_assert_cmpint (*gtk_label_get_text (GTK_LABEL (label)) != '\0', ==, block->type != ETUDE_TEXT_BLOCK_CODE);
          g_object_unref (label);
        }
      for (guint j = 0; j < page->text->links->len; j++)
        {
          const char *link = g_ptr_array_index (page->text->links, j);

          if (!g_str_has_prefix (link, LINK) || !etude_help_book_has (link + strlen (LINK)))
            g_error ("%s: “%s” leads nowhere", page->id, link);
        }
    }
}

/* Each page written by hand is in the contents, and has its words: 100 to 400 of them. */
static void
test_guides (void)
{
  static const char *const english[] = { NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files = g_resources_enumerate_children (ETUDE_RESOURCES "/help/", 0, &error);

  g_assert_no_error (error);
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *id = NULL;
      g_autofree char *source = NULL;
      g_auto (GStrv) words = NULL;

      if (!g_str_has_suffix (files[i], ".md"))
        continue;
      id = g_strndup (files[i], strlen (files[i]) - strlen (".md"));
      source = etude_help_book_read_source (id, english);
      words = g_strsplit_set (source, " \n", -1);
      if (!etude_help_book_has (id))
        g_error ("%s is not in the contents", files[i]);
      g_assert_cmpuint (g_strv_length (words), >=, 100);
      g_assert_cmpuint (g_strv_length (words), <=, 450);
    }
}

static void
test_language (void)
{
  static const char *const german[] = { "de_DE", "de", "C", NULL }, *const english[] = { "en_GB", "en", NULL };
  g_autofree char *first = etude_help_book_read_source ("charts", german);
  g_autofree char *second = etude_help_book_read_source ("charts", english);

  /* What a language lacks is in English. */
  g_assert_nonnull (second);
  g_assert_true (g_str_has_prefix (second, "# Charts"));
  g_assert_nonnull (first);
  g_assert_null (etude_help_book_read_source ("no such page", german));
}

static gboolean
says (const EtudeHelpPage *page, const char *words)
{
  return strstr (page->text->words->str, words) != NULL;
}

static void
check_kind (const EtudeGroup *group, const EtudeKind *kind)
{
  g_autofree char *id = etude_kind_page_dup_id (group, kind);
  const EtudeHelpPage *page = etude_help_book_find (id, NULL);

  if (page == NULL || !says (page, kind->help) || (kind->formula != NULL && !says (page, kind->formula))
      || (kind->source != NULL && !says (page, kind->source)))
    g_error ("%s lacks what the catalogue says of it", id);
  for (guint i = 0; i < etude_kind_n_params (kind); i++)
    {
      const EtudeParam *param = etude_kind_get_param (kind, i);
      g_autofree char *topic = g_strconcat (id, "#", param->key, NULL);
      g_autofree char *own = etude_help_book_dup_topic (kind, param);

      if (!etude_help_book_has (topic) || !says (page, param->help))
        g_error ("%s is not explained", topic);
      g_assert_cmpstr (own, ==, topic);
    }
}

static void
test_catalogue (void)
{
  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    {
      g_autofree char *guide = etude_help_book_dup_guide (*group);

      if (guide == NULL)
        g_error ("no page lists %s", (*group)->id);
      for (guint i = 0; (*group)->kinds[i] != NULL; i++)
        check_kind (*group, (*group)->kinds[i]);
    }
}

static void
test_search (void)
{
  const EtudeHelpPage *page = etude_help_book_find ("optimizer/adam", NULL);

  g_assert_true (etude_help_page_matches (page, ""));
  g_assert_true (etude_help_page_matches (page, "RATE gradients"));
  g_assert_false (etude_help_page_matches (page, "rate elephants"));
}

static guint
check_topics (GtkWidget *widget)
{
  const char *topic = etude_help_get_topic (widget);
  guint n = topic != NULL ? 1 : 0;

  if (topic != NULL && !etude_help_book_has (topic))
    g_error ("a %s has the topic “%s”, which there is not", G_OBJECT_TYPE_NAME (widget), topic);
  if (GTK_IS_LIST_BOX_ROW (widget) && gtk_widget_get_tooltip_text (widget) == NULL && topic != NULL)
    g_error ("the row of “%s” has no tooltip", topic);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += check_topics (child);
  return n;
}

static void
choose (const EtudeGroup *group, const char *path)
{
  for (guint i = 0; group->kinds[i] != NULL; i++)
    {
      set (path, group->kinds[i]->id);
      g_assert_cmpuint (check_topics (GTK_WIDGET (window)), >, 20);
    }
}

/* With all kinds of all groups chosen in turn. */
static void
test_topics (void)
{
  open_window ();
  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    if (g_str_equal ((*group)->id, "optimizer") || g_str_equal ((*group)->id, "schedule")
        || g_str_equal ((*group)->id, "loss") || g_str_equal ((*group)->id, "initialiser"))
      choose (*group, (*group)->path);
  set ("schedule.warmup", "linear");
  set ("training.early_stopping", "{}");
  set ("network.layers", "[{\"kind\":\"residual\"},{\"kind\":\"dropout\"},{\"kind\":\"dense\"}]");
  g_assert_cmpuint (check_topics (GTK_WIDGET (window)), >, 20);
  window_test_close (GTK_WINDOW (window));
}

static EtudeHelpWindow *
press_help (GtkWidget *focus)
{
  EtudeHelpWindow *help;

  g_assert_true (gtk_widget_grab_focus (focus));
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "help", NULL);
  help = find_toplevel (ETUDE_TYPE_HELP_WINDOW);
  g_assert_nonnull (help);
  return help;
}

static GtkWidget *
find_topic (GtkWidget *top, const char *topic)
{
  if (g_strcmp0 (etude_help_get_topic (top), topic) == 0)
    return top;
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_topic (child, topic);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_at_top (gpointer data)
{
  GtkWidget *view = window_test_find (data, ETUDE_TYPE_HELP_VIEW, NULL, NULL);
  double top = etude_help_view_get_top (ETUDE_HELP_VIEW (view), "weight_decay");

  /* The last heading of a page stays where the page ends. */
  return !isnan (top) && top >= 0 && top < gtk_widget_get_height (view) - 24;
}

static gboolean
is_active (gpointer data)
{
  return gtk_application_get_active_window (GTK_APPLICATION (g_application_get_default ())) == data;
}

static void
test_focus (void)
{
  EtudeHelpWindow *help;
  GtkWidget *row;

  open_window ();
  set ("optimizer", "adam");
  row = find_topic (GTK_WIDGET (window), "optimizer/adam#weight_decay");
  g_assert_nonnull (row);
  help = press_help (row);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "optimizer/adam#weight_decay");
  g_assert_nonnull (window_test_find (GTK_WIDGET (help), GTK_TYPE_LABEL, "label", "Weight Decay"));
  g_assert_true (window_test_wait_until (is_at_top, help, PATIENCE_MS));

  /* The nearest topic around the focus, here that of the list of runs; the window of the help is the same. */
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (window_test_wait_until (is_active, window, PATIENCE_MS));
  g_assert_true (press_help (find_button ("Runs")) == help);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "runs");
  window_test_close (GTK_WINDOW (window));
  g_assert_null (find_toplevel (ETUDE_TYPE_HELP_WINDOW));
}

static void
follow (EtudeHelpWindow *help, const char *uri)
{
  g_signal_emit_by_name (window_test_find (GTK_WIDGET (help), ETUDE_TYPE_HELP_VIEW, NULL, NULL), "followed", uri);
}

/* Where a language runs from right to left; the picture is for looking at. */
static void
test_right_to_left (void)
{
  EtudeHelpWindow *help;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  etude_help_present (GTK_APPLICATION (g_application_get_default ()), "figures");
  help = find_toplevel (ETUDE_TYPE_HELP_WINDOW);
  window_test_show (GTK_WINDOW (help));
  window_test_save_picture (GTK_WIDGET (help), "help-right-to-left");
  window_test_close (GTK_WINDOW (help));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
test_history (void)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  EtudeHelpWindow *help;

  etude_help_present (application, NULL);
  help = find_toplevel (ETUDE_TYPE_HELP_WINDOW);
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (help)), ==, GTK_ACCESSIBLE_ROLE_WINDOW);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "first-steps");
  follow (help, "help:charts#zoom");
  follow (help, "help:runs");
  gtk_widget_activate_action (GTK_WIDGET (help), "help.back", NULL);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "charts#zoom");
  gtk_widget_activate_action (GTK_WIDGET (help), "help.back", NULL);
  gtk_widget_activate_action (GTK_WIDGET (help), "help.back", NULL);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "first-steps");
  gtk_widget_activate_action (GTK_WIDGET (help), "help.forward", NULL);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "charts#zoom");
  /* What was ahead is given up. */
  follow (help, "help:optimizer/adam#lr");
  gtk_widget_activate_action (GTK_WIDGET (help), "help.forward", NULL);
  g_assert_cmpstr (etude_help_window_get_topic (help), ==, "optimizer/adam#lr");
  window_test_close (GTK_WINDOW (help));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/help/markdown", test_markdown);
  g_test_add_func ("/help/escaped", test_escaped);
  g_test_add_func ("/help/pages", test_pages);
  g_test_add_func ("/help/guides", test_guides);
  g_test_add_func ("/help/language", test_language);
  g_test_add_func ("/help/catalogue", test_catalogue);
  g_test_add_func ("/help/search", test_search);
  g_test_add_func ("/help/topics", test_topics);
  g_test_add_func ("/help/focus", test_focus);
  g_test_add_func ("/help/history", test_history);
  g_test_add_func ("/help/right-to-left", test_right_to_left);
  return window_test_run (G_APPLICATION (etude_application_new ()));
}
