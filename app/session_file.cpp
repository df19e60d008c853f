// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_file.h"

#include <algorithm>
#include <span>

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/json_reader.h"
#include "app/session_options.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/query/query.h"
#include "core/base/file.h"
#include "core/base/hash.h"

namespace exitscope::app {
namespace {

constexpr QLatin1String formatName("exitscope-session");
constexpr int formatVersion = 1;
constexpr std::uint64_t largestFile = 1U << 20U;
constexpr qsizetype longestPath = 4096;
constexpr qsizetype longestLayout = 1 << 16;

struct KindName {
    gui::Filter::Kind kind;
    const char* name;
};
constexpr KindName kindNames[] = {
    {gui::Filter::Kind::exit, "exit"},
    {gui::Filter::Kind::precision, "precision"},
    {gui::Filter::Kind::good, "right"},
    {gui::Filter::Kind::label, "label"},
    {gui::Filter::Kind::prediction, "prediction"},
    {gui::Filter::Kind::predicted_error, "predicted_error"},
    {gui::Filter::Kind::state, "state"},
    {gui::Filter::Kind::query, "query"},
};

QJsonObject toJson(const gui::Filter& filter)
{
    const auto* named = std::find_if(std::begin(kindNames), std::end(kindNames),
                                     [&](const KindName& name) { return name.kind == filter.kind; });
    QJsonObject json{{QStringLiteral("kind"), QLatin1String(named->name)}};
    if (filter.kind == gui::Filter::Kind::query || filter.kind == gui::Filter::Kind::state) {
        json[QStringLiteral("text")] = QString::fromStdString(filter.text);
    } else if (filter.kind == gui::Filter::Kind::predicted_error) {
        json[QStringLiteral("low")] = double(filter.low);
        json[QStringLiteral("high")] = double(filter.high);
    } else {
        json[QStringLiteral("value")] = filter.value;
    }
    return json;
}

gui::Filter readFilter(JsonReader reader)
{
    gui::Filter filter;
    const std::string kind = reader.text("kind", 40).toStdString();
    const auto* named = std::find_if(std::begin(kindNames), std::end(kindNames),
                                     [&](const KindName& name) { return kind == name.name; });
    if (named == std::end(kindNames)) {
        reader.refuse("kind", "is not a kind of filter");
        return filter;
    }
    filter.kind = named->kind;
    filter.value = static_cast<std::int32_t>(reader.whole("value", 1e9));
    filter.low = static_cast<float>(reader.number("low", 0, 1, 0));
    filter.high = static_cast<float>(reader.number("high", 0, 1, 1));
    filter.text = reader.text("text", qsizetype(query::longest_text)).toStdString();
    return filter;
}

}  // namespace

std::string sessionText(const SessionState& state)
{
    QJsonArray curves;
    for (const std::string& curve : state.curves)
        curves.append(QString::fromStdString(curve));
    QJsonArray filters;
    for (const gui::Filter& filter : state.filters)
        if (!filter.set)  // sets picked in a view have no words to write down
            filters.append(toJson(filter));
    QJsonArray saved;
    for (const SavedFilter& filter : state.savedFilters)
        saved.append(QJsonObject{{QStringLiteral("name"), filter.name}, {QStringLiteral("text"), filter.text}});
    QJsonObject json{
        {QStringLiteral("format"), formatName},
        {QStringLiteral("version"), formatVersion},
        {QStringLiteral("run"),
         QJsonObject{{QStringLiteral("path"), state.run}, {QStringLiteral("identity"), state.runId}}},
        {QStringLiteral("model"), state.model},
        {QStringLiteral("data"), QJsonObject{{QStringLiteral("fit"), state.fit},
                                             {QStringLiteral("test"), state.test},
                                             {QStringLiteral("fit_share"), state.fitFraction},
                                             {QStringLiteral("seed"), double(state.seed)}}},
        {QStringLiteral("opening"), openingJson(state.opening)},
        {QStringLiteral("preprocessing"), preprocessingJson(state.opening.preprocessing)},
        {QStringLiteral("reading"), readingJson(state.reading)},
        {QStringLiteral("policy"), QString::fromStdString(state.policy)},
        {QStringLiteral("cost"),
         QString::fromUtf8(cost::name(state.cost).data(), qsizetype(cost::name(state.cost).size()))},
        {QStringLiteral("budget"), state.budget},
        {QStringLiteral("pooled"), state.pooled},
        {QStringLiteral("curves"), curves},
        {QStringLiteral("filters"), filters},
        {QStringLiteral("saved_filters"), saved},
        {QStringLiteral("grid"), state.grid},
        {QStringLiteral("layout"), QString::fromLatin1(state.layout.toBase64())},
    };
    if (state.schedule)
        json[QStringLiteral("schedule")] = QString::fromStdString(std::string(run::name(*state.schedule)));
    if (state.selected)
        json[QStringLiteral("selected")] = double(*state.selected);
    return QJsonDocument(json).toJson(QJsonDocument::Indented).toStdString();
}

Expected<SessionState> parseSession(const QByteArray& text, const std::string& where)
{
    QJsonParseError broken;
    const QJsonDocument document = QJsonDocument::fromJson(text, &broken);
    if (!document.isObject())
        return bad_input(where, "is not a session: " + broken.errorString().toStdString() + " at byte " +
                                    std::to_string(broken.offset));
    std::optional<Error> problem;
    JsonReader reader(document.object(), where, problem);
    if (reader.text("format", 40) != formatName)
        return bad_input(where, "is not a session of this program");
    if (reader.number("version", 0, 1e6, 0) != formatVersion)
        return bad_input(where, "has another version than " + std::to_string(formatVersion));

    SessionState state;
    JsonReader runReader = reader.inner("run");
    state.run = runReader.text("path", longestPath);
    state.runId = runReader.text("identity", 64);
    state.model = reader.text("model", longestPath);
    JsonReader data = reader.inner("data");
    state.fit = data.text("fit", longestPath);
    state.test = data.text("test", longestPath);
    state.fitFraction = data.number("fit_share", 0.01, 0.99, state.fitFraction);
    state.seed = static_cast<std::uint64_t>(data.whole("seed", 2147483647.0, 0, double(state.seed)));
    state.opening = readOpening(reader.inner("opening"));
    state.opening.preprocessing = readPreprocessing(reader.inner("preprocessing"));
    state.reading = readReading(reader.inner("reading"));
    state.policy = reader.text("policy", 40, QString::fromStdString(state.policy)).toStdString();
    if (!policy::find(state.policy))
        reader.refuse("policy", "names no policy");
    const std::optional<cost::Kind> kind =
        cost::parse_kind(reader.text("cost", 40, QStringLiteral("bops")).toStdString());
    if (!kind)
        reader.refuse("cost", "names no cost model");
    state.cost = kind.value_or(cost::Kind::bops);
    state.budget = reader.number("budget", 0, 1, 1);
    state.pooled = reader.flag("pooled");
    if (reader.has("schedule")) {
        state.schedule = run::parse_schedule(reader.text("schedule", 40).toStdString());
        if (!state.schedule)
            reader.refuse("schedule", "names no schedule");
    }
    reader.list("curves", [&](const QJsonObject& entry, const std::string& place) {
        JsonReader at = reader.at(entry, place);
        const std::string policy = at.entryText(40).toStdString();
        if (policy::find(policy) && std::find(state.curves.begin(), state.curves.end(), policy) == state.curves.end())
            state.curves.push_back(policy);
    });
    reader.list("filters", [&](const QJsonObject& entry, const std::string& place) {
        state.filters.push_back(readFilter(reader.at(entry, place).entry()));
    });
    reader.list("saved_filters", [&](const QJsonObject& entry, const std::string& place) {
        JsonReader at = reader.at(entry, place).entry();
        state.savedFilters.push_back({at.text("name", 80), at.text("text", qsizetype(query::longest_text))});
    });
    if (reader.has("selected"))
        state.selected = static_cast<std::uint32_t>(reader.whole("selected", 4294967295.0));
    state.grid = reader.flag("grid");
    state.layout = QByteArray::fromBase64(reader.text("layout", longestLayout).toLatin1());
    if (problem)
        return tl::unexpected<Error>(std::move(*problem));
    return state;
}

Expected<SessionState> readSession(const QString& path)
{
    const Expected<std::vector<std::byte>> bytes = read_file(path.toStdString(), largestFile);
    if (!bytes)
        return tl::unexpected<Error>(bytes.error());
    Expected<SessionState> state = parseSession(
        QByteArray(reinterpret_cast<const char*>(bytes->data()), qsizetype(bytes->size())), path.toStdString());
    if (state && !state->run.isEmpty() && !QFileInfo::exists(state->run)) {
        const QString beside = QFileInfo(path).dir().filePath(QFileInfo(state->run).fileName());
        if (QFileInfo::exists(beside))
            state->run = beside;
    }
    return state;
}

QString runIdentity(const run::Run& run)
{
    ContentHash hash;
    const auto add = [&](const std::string& text) {
        hash.add(std::as_bytes(std::span(text)));
        hash.add(std::as_bytes(std::span("\n", 1)));
    };
    add(run.provenance.model_hash);
    add(run.provenance.created);
    for (const run::Split* split : {&run.fit, &run.test}) {
        add(split->dataset_hash);
        add(std::to_string(split->samples));
    }
    for (const run::State& state : run.states)
        add(state.name());
    return QString::fromStdString(hash.hex());
}

}  // namespace exitscope::app
