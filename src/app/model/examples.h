/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

/**
 * EtudeExample:
 * @id: its document is ID.etude of data/examples; NULL ends the table
 * @title: what it is called, to be translated
 * @look: what to look at, to be translated
 *
 * An experiment that comes with the program.
 */
typedef struct
{
  const char *id;
  const char *title;
  const char *look;
} EtudeExample;

extern const EtudeExample etude_examples[];

const EtudeExample *etude_example_find (const char *id);
EtudeExperiment *etude_example_load (const EtudeExample *self, GError **error);

G_END_DECLS
