// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "app/json_reader.h"
#include "core/network/dataset/dataset.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/multi_exit.h"

/// How model and data are read, as a session file keeps it. What is as usual has no key.
namespace exitscope::app {

[[nodiscard]] QJsonObject readingJson(const dataset::OpenOptions& reading);
[[nodiscard]] dataset::OpenOptions readReading(JsonReader reader);

/// Without the preprocessing.
[[nodiscard]] QJsonObject openingJson(const model::OpenOptions& opening);
[[nodiscard]] model::OpenOptions readOpening(JsonReader reader);

[[nodiscard]] QJsonObject preprocessingJson(const dataset::PreprocessingChoice& choice);
[[nodiscard]] dataset::PreprocessingChoice readPreprocessing(JsonReader reader);

}  // namespace exitscope::app
