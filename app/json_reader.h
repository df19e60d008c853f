// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

#include "core/base/error.h"
#include "core/base/number_text.h"

namespace exitscope::app {

/// Reads values out of an object and remembers the first that is not as it must be. A missing key keeps the default.
class JsonReader {
public:
    static constexpr qsizetype mostEntries = 200;  ///< of any list

    JsonReader(QJsonObject object, std::string where, std::optional<Error>& problem)
        : object_(std::move(object)), where_(std::move(where)), problem_(problem)
    {
    }

    QString text(const char* key, qsizetype longest, const QString& otherwise = {})
    {
        const QJsonValue value = get(key);
        if (value.isUndefined())
            return otherwise;
        if (!value.isString() || value.toString().size() > longest)
            refuse(key, "is not a text of at most " + std::to_string(longest) + " characters");
        return value.toString();
    }
    bool flag(const char* key)
    {
        const QJsonValue value = get(key);
        if (!value.isUndefined() && !value.isBool())
            refuse(key, "is neither true nor false");
        return value.toBool();
    }
    double number(const char* key, double low, double high, double otherwise)
    {
        const QJsonValue value = get(key);
        if (value.isUndefined())
            return otherwise;
        const double number = value.toDouble(std::nan(""));
        if (number >= low && number <= high)
            return number;
        refuse(key, "is not a number between " + shortest_text(low) + " and " + shortest_text(high));
        return otherwise;
    }
    std::int64_t whole(const char* key, double high, double low = 0, double otherwise = 0)
    {
        const double value = number(key, low, high, otherwise);
        if (value != std::floor(value))
            refuse(key, "is not a whole number");
        return static_cast<std::int64_t>(value);
    }
    [[nodiscard]] QByteArray json() const { return QJsonDocument(object_).toJson(); }
    [[nodiscard]] bool has(const char* key) const { return !get(key).isUndefined(); }
    JsonReader inner(const char* key)
    {
        const QJsonValue value = get(key);
        if (!value.isUndefined() && !value.isObject())
            refuse(key, "is not an object");
        return {value.toObject(), where_ + ", " + key, problem_};
    }
    template <class Each>
    void list(const char* key, const Each& each)
    {
        const QJsonValue value = get(key);
        if (!value.isUndefined() && (!value.isArray() || value.toArray().size() > mostEntries)) {
            refuse(key, "is not a list of at most " + std::to_string(mostEntries) + " entries");
            return;
        }
        const QJsonArray entries = value.toArray();
        for (qsizetype i = 0; i < entries.size(); ++i)
            each(QJsonObject{{QStringLiteral("entry"), entries[i]}}, std::string(key) + " " + std::to_string(i + 1));
    }
    void refuse(const std::string& key, const std::string& why)
    {
        if (!problem_)
            problem_ = Error{ErrorCode::bad_input, where_, "\"" + key + "\" " + why};
    }
    /// The only entry of what list() hands out, as a text or as an object.
    QString entryText(qsizetype longest) { return text("entry", longest); }
    JsonReader entry() { return inner("entry"); }
    [[nodiscard]] JsonReader at(QJsonObject object, const std::string& place) const
    {
        return {std::move(object), where_ + ", " + place, problem_};
    }

private:
    [[nodiscard]] QJsonValue get(const char* key) const { return object_.value(QLatin1String(key)); }

    QJsonObject object_;
    std::string where_;
    std::optional<Error>& problem_;
};

}  // namespace exitscope::app
