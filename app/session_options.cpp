// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_options.h"

#include <array>
#include <utility>

namespace exitscope::app {
namespace {

constexpr qsizetype longestPath = 4096;
constexpr qsizetype longestName = 1024;
constexpr double largestOffset = 65'535;

constexpr std::array<std::pair<const char*, std::string dataset::OpenOptions::*>, 4> files{
    {{"classes", &dataset::OpenOptions::classes_file},
     {"class_map", &dataset::OpenOptions::class_map},
     {"labels", &dataset::OpenOptions::labels_file},
     {"image_root", &dataset::OpenOptions::image_root}}};

constexpr std::array<std::pair<const char*, dataset::ClassOrder>, 3> orders{{{"text", dataset::ClassOrder::text},
                                                                             {"natural", dataset::ClassOrder::natural},
                                                                             {"names", dataset::ClassOrder::names}}};

}  // namespace

QJsonObject readingJson(const dataset::OpenOptions& reading)
{
    QJsonObject json;
    for (const auto& [name, order] : orders)
        if (reading.class_order == order)
            json[QStringLiteral("class_order")] = QLatin1String(name);
    for (const auto& [name, file] : files)
        if (!(reading.*file).empty())
            json[QLatin1String(name)] = QString::fromStdString(reading.*file);
    if (reading.label_offset != 0)
        json[QStringLiteral("label_offset")] = double(reading.label_offset);
    if (reading.unreadable == dataset::Unreadable::skip)
        json[QStringLiteral("skip_unreadable")] = true;
    return json;
}

dataset::OpenOptions readReading(JsonReader reader)
{
    dataset::OpenOptions reading;
    if (reader.has("class_order")) {
        const auto order = dataset::parse_class_order(reader.text("class_order", 40).toStdString());
        if (!order)
            reader.refuse("class_order", "names no order of classes");
        reading.class_order = order.value_or(dataset::ClassOrder::automatic);
    }
    for (const auto& [name, file] : files)
        reading.*file = reader.text(name, longestPath).toStdString();
    reading.label_offset = reader.whole("label_offset", largestOffset, -largestOffset);
    if (reader.flag("skip_unreadable"))
        reading.unreadable = dataset::Unreadable::skip;
    return reading;
}

QJsonObject openingJson(const model::OpenOptions& opening)
{
    QJsonObject json;
    QJsonArray exits;
    for (const std::string& exit : opening.exits)
        exits.append(QString::fromStdString(exit));
    if (!exits.isEmpty())
        json[QStringLiteral("exits")] = exits;
    if (opening.outputs)
        json[QStringLiteral("outputs")] = QString::fromStdString(std::string(name(*opening.outputs)));
    if (opening.input_size)
        json[QStringLiteral("input_size")] =
            QStringLiteral("%1x%2").arg(opening.input_size->height).arg(opening.input_size->width);
    if (opening.allow_training_mode)
        json[QStringLiteral("allow_training_mode")] = true;
    return json;
}

model::OpenOptions readOpening(JsonReader reader)
{
    model::OpenOptions opening;
    reader.list("exits", [&](const QJsonObject& entry, const std::string& place) {
        opening.exits.push_back(reader.at(entry, place).entryText(longestName).toStdString());
    });
    if (reader.has("outputs")) {
        opening.outputs = parse_output_kind(reader.text("outputs", 40).toStdString());
        if (!opening.outputs)
            reader.refuse("outputs", "is neither logits nor probabilities");
    }
    if (reader.has("input_size")) {
        opening.input_size = model::parse_image_size(reader.text("input_size", 40).toStdString());
        if (!opening.input_size)
            reader.refuse("input_size", "is not a height and a width in pixels, like 224x224");
    }
    opening.allow_training_mode = reader.flag("allow_training_mode");
    return opening;
}

QJsonObject preprocessingJson(const dataset::PreprocessingChoice& choice)
{
    QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(dataset::to_json(choice))).object();
    if (choice.preset)
        json[QStringLiteral("preset")] = QString::fromStdString(*choice.preset);
    return json;
}

dataset::PreprocessingChoice readPreprocessing(JsonReader reader)
{
    const Expected<dataset::StoredPreprocessing> stored = dataset::parse_preprocessing(reader.json().toStdString());
    if (!stored) {
        reader.refuse("preprocessing", "is not understood: " + stored.error().detail);
        return {};
    }
    dataset::PreprocessingChoice choice = stored->choice;
    if (!reader.has("resize"))
        choice.resize.reset();
    if (reader.has("preset")) {
        choice.preset = reader.text("preset", 80).toStdString();
        if (!dataset::find_preset(*choice.preset))
            reader.refuse("preset", "names no preset");
    }
    return choice;
}

}  // namespace exitscope::app
