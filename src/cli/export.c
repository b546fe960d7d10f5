/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "base/error.h"
#include "chart/export.h"
#include "chart/plot-runs.h"
#include "chart/smooth.h"
#include "cli/options.h"
#include "cli/stored.h"

typedef struct
{
  char *output;
  char *title;
  char *theme;
  char *x;
  char *scale;
  double smoothing;
  gint64 width;
  gint64 height;
  double dpi;
  gboolean no_raw;
  gboolean no_rate;
  gboolean no_marks;
  gboolean text_as_shapes;
} Options;

static gboolean
check_choices (const Options *options, EtudePlotRuns *plot, EtudeExport *how, int *status)
{
  if (options->theme != NULL && (how->theme = etude_theme_find (options->theme)) == NULL)
    *status = etude_cli_refuse (_("--theme: found “%s”, expected paper, light, dark, contrast or contrast-dark"), options->theme);
  else if (options->scale != NULL && (plot->loss_scale = etude_axis_scale_find (options->scale)) == NULL)
    *status = etude_cli_refuse (_("--scale: found “%s”, expected linear, log or symlog"), options->scale);
  else if (options->x != NULL && !etude_plot_x_from_id (options->x, &plot->x))
    *status = etude_cli_refuse (_("--x: found “%s”, expected epochs, steps or samples"), options->x);
  else if (!(options->smoothing >= 0 && options->smoothing <= ETUDE_MAX_SMOOTHING))
    *status = etude_cli_refuse (_("--smoothing: found %g, expected 0 to %g"), options->smoothing, ETUDE_MAX_SMOOTHING);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_options (const Options *options, EtudePlotRuns *plot, EtudeExport *how, int *status)
{
  g_autoptr (GError) error = NULL;

  if (options->output == NULL)
    *status = etude_cli_refuse (_("found no --output, expected a name that ends in .png, .svg, .pdf or .csv"));
  else if (!etude_export_format_from_path (options->output, &how->format, &error))
    *status = etude_cli_refuse ("--output: %s", error->message);
  else if (options->width < 1 || options->width > G_MAXINT)
    *status = etude_cli_refuse (_("--width: found %" PRId64 ", expected a number from 1"), options->width);
  else if (options->height < 1 || options->height > G_MAXINT)
    *status = etude_cli_refuse (_("--height: found %" PRId64 ", expected a number from 1"), options->height);
  else
    return check_choices (options, plot, how, status);
  return FALSE;
}

static int
export (const Options *options, EtudePlotRuns *plot, EtudeExport *how, const char *const *names)
{
  static const char *const last[] = { "last", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = etude_cli_open_store (&error);
  g_autoptr (GPtrArray) runs = store != NULL ? etude_cli_load_runs (store, *names != NULL ? names : last, &error) : NULL;
  g_autoptr (EtudeFigure) figure = NULL;

  if (runs == NULL)
    return etude_cli_fail (error);
  plot->title = options->title != NULL ? options->title : runs->len == 1 ? ((EtudeRun *) runs->pdata[0])->name : NULL;
  /* The same run gives the same file, on any day. */
  if (g_getenv ("SOURCE_DATE_EPOCH") == NULL)
    how->date = ((EtudeRun *) runs->pdata[0])->started;
  figure = etude_plot_runs ((EtudeRun *const *) runs->pdata, runs->len, plot);
  if (etude_figure_export (figure, how, options->output, &error))
    return ETUDE_EXIT_DONE;
  /* A size that cannot be is a matter of the options. */
  if (error->code == ETUDE_ERROR_VALUE || error->code == ETUDE_ERROR_SIZE)
    return etude_cli_refuse ("%s", error->message);
  return etude_cli_fail (error);
}

int
etude_cli_export (int argc, char **argv)
{
  Options options = { .width = 1600, .height = 1000, .dpi = 200 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("The picture, or its numbers: its ending says what it is"), N_("FILE.(png|svg|pdf|csv)") },
    { "width", 0, 0, G_OPTION_ARG_INT64, &options.width, N_("Width in pixels"), "N" },
    { "height", 0, 0, G_OPTION_ARG_INT64, &options.height, N_("Height in pixels"), "N" },
    { "dpi", 0, 0, G_OPTION_ARG_DOUBLE, &options.dpi, N_("Pixels an inch; text keeps its size on paper"), "N" },
    { "theme", 0, 0, G_OPTION_ARG_STRING, &options.theme, N_("Colours: paper, light, dark, contrast or contrast-dark"), "ID" },
    { "title", 0, 0, G_OPTION_ARG_STRING, &options.title, N_("What is written above"), N_("TEXT") },
    { "x", 0, 0, G_OPTION_ARG_STRING, &options.x, N_("What the x axis counts: epochs, steps or samples"), "ID" },
    { "scale", 0, 0, G_OPTION_ARG_STRING, &options.scale, N_("Axis of the loss: linear, log or symlog"), "ID" },
    { "smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &options.smoothing, N_("Smooths the losses of mini-batches: 0 (off) to 0.99"), "X" },
    { "no-raw", 0, 0, G_OPTION_ARG_NONE, &options.no_raw, N_("Leave out the losses of single mini-batches"), NULL },
    { "no-rate", 0, 0, G_OPTION_ARG_NONE, &options.no_rate, N_("Leave out the learning rate"), NULL },
    { "no-marks", 0, 0, G_OPTION_ARG_NONE, &options.no_marks, N_("Leave out the marks of rate changes"), NULL },
    { "text-as-shapes", 0, 0, G_OPTION_ARG_NONE, &options.text_as_shapes, N_("SVG: outlines in place of text"), NULL },
    { NULL }
  };
  EtudePlotRuns plot = { 0 };
  EtudeExport how;
  int status;

  etude_export_init (&how);
  if (etude_cli_parse (&argc, &argv, entries, _("[RUN…]"),
                       _("Draws one run or several; the last one where none is named. A run is named by the\n"
                         "beginning of its id, by its number, or by the word “last”."), &status)
      && check_options (&options, &plot, &how, &status))
    {
      plot.smoothing = options.smoothing;
      plot.hides_raw = options.no_raw;
      plot.hides_rate = options.no_rate;
      plot.hides_marks = options.no_marks;
      how.width = (guint) options.width;
      how.height = (guint) options.height;
      how.dpi = options.dpi;
      how.text_as_shapes = options.text_as_shapes;
      status = export (&options, &plot, &how, (const char *const *) argv + 1);
    }
  g_free (options.output);
  g_free (options.title);
  g_free (options.theme);
  g_free (options.x);
  g_free (options.scale);
  return status;
}
