/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "base/length.h"

G_BEGIN_DECLS

/* What the numbers of an EtudeParam that may be “auto” hold then; see etude_param_is_auto(). */
#define ETUDE_AUTO_INTEGER G_MAXUINT64
#define ETUDE_AUTO_BOOLEAN (-1)

/**
 * EtudeParamType:
 *
 * What a parameter is, and what its field in the struct of its kind holds. In brackets how the
 * field says “auto”, where the parameter has that.
 *
 * @ETUDE_PARAM_REAL: double [NaN]
 * @ETUDE_PARAM_INTEGER: guint64 [ETUDE_AUTO_INTEGER]
 * @ETUDE_PARAM_BOOLEAN: gboolean [ETUDE_AUTO_BOOLEAN]
 * @ETUDE_PARAM_CHOICE: guint, a position in @choices
 * @ETUDE_PARAM_TEXT: char *, owned, valid UTF-8 [NULL]
 * @ETUDE_PARAM_FILE: char *, owned, a path as it was written
 * @ETUDE_PARAM_LENGTH: EtudeLength [its unit]
 * @ETUDE_PARAM_EXTENT: EtudeExtent [ETUDE_AUTO_INTEGER in both]
 * @ETUDE_PARAM_REALS: EtudeReals
 * @ETUDE_PARAM_LENGTHS: EtudeLengths
 * @ETUDE_PARAM_POINTS: EtudePoints
 * @ETUDE_PARAM_KIND: EtudeObject [its kind is NULL, which is null elsewhere]
 * @ETUDE_PARAM_KINDS: EtudeObjects
 */
typedef enum
{
  ETUDE_PARAM_REAL,
  ETUDE_PARAM_INTEGER,
  ETUDE_PARAM_BOOLEAN,
  ETUDE_PARAM_CHOICE,
  ETUDE_PARAM_TEXT,
  ETUDE_PARAM_FILE,
  ETUDE_PARAM_LENGTH,
  ETUDE_PARAM_EXTENT,
  ETUDE_PARAM_REALS,
  ETUDE_PARAM_LENGTHS,
  ETUDE_PARAM_POINTS,
  ETUDE_PARAM_KIND,
  ETUDE_PARAM_KINDS,
} EtudeParamType;

typedef enum
{
  ETUDE_SCALE_LINEAR,
  ETUDE_SCALE_LOG,
} EtudeScale;

typedef struct
{
  const char *id;
  const char *label;
  const char *help;
} EtudeChoice;

/**
 * EtudeExtent:
 *
 * What an image has in two directions, such as a kernel of 3 by 3. JSON has one integer where both
 * are equal, else [height, width].
 */
typedef struct
{
  guint64 height;
  guint64 width;
} EtudeExtent;

typedef struct
{
  double *values;
  gsize n;
} EtudeReals;

typedef struct
{
  EtudeLength *values;
  gsize n;
} EtudeLengths;

typedef struct
{
  EtudeLength at;
  double value;
} EtudePoint;

typedef struct
{
  EtudePoint *values;
  gsize n;
} EtudePoints;

typedef struct _EtudeParam EtudeParam;
typedef struct _EtudeKind EtudeKind;
typedef struct _EtudeGroup EtudeGroup;

/**
 * EtudeParam:
 * @key: its name in JSON and in paths
 * @label: its title in the window, marked with N_()
 * @help: one sentence, marked with N_()
 * @unit: what the number counts, or NULL
 * @type: see #EtudeParamType
 * @scale: how a slider or the axis of a sweep runs
 * @min: least value of a number, of each element of a list, or the least count of kinds
 * @max: largest value likewise
 * @min_open: whether @min itself is refused; of a length, whether 0 is
 * @max_open: whether @max itself is refused
 * @initial: default of a number, both numbers of an extent, boolean (0 or 1) or choice (position)
 * @initial_text: default of a text, length, list of lengths or of points, or the id of the default kind (NULL: null)
 * @initial_auto: whether the default is auto
 * @automatic: what auto resolves to, marked with N_(); NULL where auto is refused
 * @last_auto: auto is for the last of a list only
 * @choices: ends with an id of NULL
 * @group: the kinds that a kind or a list of kinds may hold
 * @nullable: a kind may be null; then it cannot be auto
 * @initialise: replaces the default that the fields above describe; the field is zeroed
 * @offset: where the field is in the struct of the kind
 *
 * One parameter: the window's row, the JSON key, the axis of a sweep and the documentation.
 */
struct _EtudeParam
{
  const char *key;
  const char *label;
  const char *help;
  const char *unit;
  EtudeParamType type;
  EtudeScale scale;
  double min;
  double max;
  gboolean min_open;
  gboolean max_open;
  double initial;
  const char *initial_text;
  gboolean initial_auto;
  const char *automatic;
  gboolean last_auto;
  const EtudeChoice *choices;
  const EtudeGroup *group;
  gboolean nullable;
  void (*initialise) (gpointer field);
  gsize offset;
};

/**
 * EtudeKind:
 * @id: its name in JSON
 * @label: its name in the window, marked with N_()
 * @help: one sentence, marked with N_()
 * @source: where the formula comes from, or NULL
 * @formula: the rule as text, or NULL
 * @common: parameters that all kinds of the group have; ends with a key of NULL; or NULL
 * @params: its own parameters, likewise
 * @common_last: whether those of the group come after its own, not before them
 * @size: size of the struct that holds both
 *
 * One kind of something: an optimizer, a layer, a data set. A layer of the program extends it by
 * a struct whose first member it is.
 */
struct _EtudeKind
{
  const char *id;
  const char *label;
  const char *help;
  const char *source;
  const char *formula;
  const EtudeParam *common;
  const EtudeParam *params;
  gboolean common_last;
  gsize size;
};

/**
 * EtudeGroup:
 * @id: its name in the catalogue
 * @label: its title, marked with N_()
 * @path: where in the document such a kind stands; * for a place in a list
 * @plain: it has one kind, and JSON has no “kind” key
 * @kinds: ends with NULL
 */
struct _EtudeGroup
{
  const char *id;
  const char *label;
  const char *path;
  gboolean plain;
  const EtudeKind *const *kinds;
};

const EtudeKind *etude_group_find (const EtudeGroup *group, const char *id);
guint etude_kind_n_params (const EtudeKind *kind);
const EtudeParam *etude_kind_get_param (const EtudeKind *kind, guint i);
const EtudeParam *etude_kind_find_param (const EtudeKind *kind, const char *key);

gpointer etude_param_field (const EtudeParam *param, gpointer data);
gboolean etude_param_is_auto (const EtudeParam *param, gconstpointer field);
gboolean etude_param_is_number (const EtudeParam *param);
gboolean etude_param_has_bounds (const EtudeParam *param);
char *etude_param_describe (const EtudeParam *param);
gboolean etude_param_check_number (const EtudeParam *param, double value);
gboolean etude_param_check_length (const EtudeParam *param, const EtudeLength *length);
gboolean etude_param_read (const EtudeParam *param, const char *text, gpointer field, GError **error);
char *etude_param_show (const EtudeParam *param, gconstpointer field);

G_END_DECLS
