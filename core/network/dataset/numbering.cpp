// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/numbering.h"
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/text.h"
#include "core/network/dataset/class_match.h"
#include "core/network/dataset/natural_order.h"
#include "core/network/dataset/relabelled.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

/// "a, b, c, ..."
template <class Name>
std::string first_few(std::size_t count, const Name& name)
{
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(count, shown); ++i)
        text += (i == 0 ? "" : ", ") + name(i);
    return text + (count > shown ? ", ..." : "");
}

std::string first_few(const std::vector<std::string>& names)
{
    return first_few(names.size(), [&](std::size_t i) { return names[i]; });
}

/// Folders whose files may name the classes of the data.
std::vector<fs::path> folders_of(const Info& info)
{
    if (info.folder.empty())
        return {};
    const fs::path folder(info.folder);
    std::vector<fs::path> folders{folder};
    const fs::path normal = folder.lexically_normal();
    const fs::path name = (normal.has_filename() ? normal : normal.parent_path()).filename();
    for (const char* split : {"train", "test", "val", "validation", "valid", "images"})
        if (name == split)
            folders.push_back(folder / "..");
    return folders;
}

/// The classes of the data and what they become.
class Numbering {
public:
    Numbering(DatasetPtr data, const OpenOptions& options) : data_(std::move(data)), options_(options)
    {
        info_ = data_->info();
        counts_.resize(std::max(info_.class_count, info_.class_names.size()));
        for (std::size_t i = 0; i < data_->size(); ++i)
            if (const std::optional<ClassIndex> label = data_->label(SampleIndex(i));
                label && label->at() < counts_.size())
                ++counts_[label->at()];
        numbers_.resize(counts_.size());
        std::iota(numbers_.begin(), numbers_.end(), 0);
        for (const std::size_t count : counts_)
            seen_.push_back(count > 0);
    }

    Expected<DatasetPtr> run()
    {
        if (Expected<void> known = find_lists(); !known)
            return forward(known);
        if (Expected<void> done = choose_numbers(); !done)
            return forward(done);
        if (Expected<void> fits = check_against_model(); !fits)
            return forward(fits);
        return finish();
    }

private:
    [[nodiscard]] bool named() const { return !info_.class_names.empty(); }
    [[nodiscard]] std::size_t model_count() const { return options_.model ? options_.model->count : 0; }
    void note(std::string code, std::string text)
    {
        info_.notices.push_back({std::move(code), info_.source + ": " + std::move(text)});
    }
    [[nodiscard]] std::vector<std::string> seen_names() const
    {
        std::vector<std::string> names;
        for (std::size_t c = 0; c < info_.class_names.size(); ++c)
            if (seen_[c])
                names.push_back(info_.class_names[c]);
        return names;
    }
    /// Smallest and largest number of a class that occurs.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> range() const
    {
        std::pair<std::int64_t, std::int64_t> found{-1, -1};
        for (std::size_t c = 0; c < numbers_.size(); ++c)
            if (seen_[c] && numbers_[c] >= 0) {
                found.first = found.first < 0 ? numbers_[c] : std::min<std::int64_t>(found.first, numbers_[c]);
                found.second = std::max<std::int64_t>(found.second, numbers_[c]);
            }
        return found;
    }

    Expected<void> find_lists();
    void add_files(const fs::path& folder, const std::string& stem);
    [[nodiscard]] std::vector<ClassEntry> entries() const;
    Expected<void> choose_numbers();
    Expected<void> shift();
    void order_naturally();
    Expected<void> match();
    Expected<void> number_by_text();
    [[nodiscard]] std::string without_images() const;
    void warn_of_order();
    void warn_of_identifier_list();
    Expected<void> check_against_model();
    void warn_of_numbers();
    [[nodiscard]] std::vector<std::string> final_names() const;
    Expected<DatasetPtr> finish();

    DatasetPtr data_;
    const OpenOptions& options_;
    Info info_;
    std::vector<std::size_t> counts_;    ///< [classes] samples
    std::vector<bool> seen_;             ///< [classes] whether one has samples
    std::vector<std::int32_t> numbers_;  ///< [classes] what they become
    std::vector<ClassList> lists_;       ///< what may be the network's names, the surest first
    bool by_name_ = false;               ///< the numbers come from the network's names
};

void Numbering::add_files(const fs::path& folder, const std::string& stem)
{
    for (const fs::path& file : class_files_in(folder, stem)) {
        Expected<ClassList> list = read_class_list(file);
        if (list && list->entries.size() == model_count())
            lists_.push_back(std::move(*list));
    }
}

Expected<void> Numbering::find_lists()
{
    if (!options_.classes_file.empty()) {
        Expected<ClassList> list = read_class_list(options_.classes_file);
        if (!list)
            return forward(list);
        if (model_count() > 0 && list->entries.size() != model_count())
            return bad_input(options_.classes_file, "holds " + std::to_string(list->entries.size()) + " names, but " +
                                                        options_.model->file + " has " + std::to_string(model_count()) +
                                                        " classes");
        lists_.push_back(std::move(*list));
        return {};
    }
    if (!options_.model)
        return {};
    if (!options_.model->names.empty())
        lists_.push_back(class_list(options_.model->names, options_.model->file));
    const fs::path model(options_.model->file);
    add_files(model.parent_path().empty() ? fs::path(".") : model.parent_path(), model.stem().string());
    for (const fs::path& folder : folders_of(info_))
        add_files(folder, {});
    return {};
}

/// The data's names; identifiers are looked up in files beside the data, which add their words.
std::vector<ClassEntry> Numbering::entries() const
{
    std::vector<ClassEntry> entries = class_list(info_.class_names, {}).entries;
    const bool bare = std::any_of(entries.begin(), entries.end(),
                                  [](const ClassEntry& e) { return !e.id.empty() && e.words.empty(); });
    if (!bare)
        return entries;
    std::unordered_map<std::string, ClassEntry> known;
    for (const fs::path& folder : folders_of(info_))
        for (const fs::path& file : class_files_in(folder, {}))
            if (Expected<ClassList> list = read_class_list(file))
                for (ClassEntry& entry : list->entries)
                    if (!entry.id.empty())
                        known.try_emplace(entry.id, std::move(entry));
    for (ClassEntry& entry : entries)
        if (const auto found = known.find(entry.id); entry.words.empty() && found != known.end()) {
            entry.words = found->second.words;
            entry.synonyms = found->second.synonyms;
        }
    return entries;
}

Expected<void> Numbering::choose_numbers()
{
    if (!options_.class_map.empty()) {
        std::erase_if(info_.notices, [](const Notice& notice) { return notice.code == "development-kit"; });
        Expected<std::vector<std::int32_t>> read =
            read_class_map(options_.class_map, named() ? entries() : std::vector<ClassEntry>(), seen_, lists_);
        if (!read)
            return forward(read);
        numbers_ = std::move(*read);
        by_name_ = true;
        return {};
    }
    if (options_.label_offset != 0)
        return shift();
    if (!named())
        return {};
    switch (options_.class_order) {
    case ClassOrder::text: return {};
    case ClassOrder::natural: order_naturally(); return {};
    case ClassOrder::automatic:
    case ClassOrder::names: return match();
    }
    return {};
}

/// Adds to the numbers; names that are numbers themselves ("1" to "10") mean those.
Expected<void> Numbering::shift()
{
    if (named() && options_.class_order == ClassOrder::natural)
        order_naturally();
    else if (named() && options_.class_order != ClassOrder::text)
        if (Expected<void> done = number_by_text(); !done && options_.class_order == ClassOrder::names)
            return done;
    for (std::size_t c = 0; c < numbers_.size(); ++c) {
        const std::int64_t number = std::int64_t{numbers_[c]} + options_.label_offset;
        const bool valid = numbers_[c] >= 0 && number >= 0 && number < static_cast<std::int64_t>(max_classes);
        if (!valid && seen_[c])
            return fail(ErrorCode::usage, "--label-offset",
                        "label " + std::to_string(numbers_[c]) + " of " + info_.source + " would become " +
                            std::to_string(number));
        numbers_[c] = valid ? static_cast<std::int32_t>(number) : -1;
    }
    return {};
}

void Numbering::order_naturally()
{
    std::vector<std::size_t> order(info_.class_names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return naturally_before(info_.class_names[a], info_.class_names[b]);
    });
    for (std::size_t place = 0; place < order.size(); ++place)
        numbers_[order[place]] = static_cast<std::int32_t>(place);
}

Expected<void> Numbering::match()
{
    const std::vector<ClassEntry> names = entries();
    const auto needed = static_cast<std::size_t>(std::count(seen_.begin(), seen_.end(), true));
    const bool chosen = options_.class_order == ClassOrder::names || !options_.classes_file.empty();
    for (const ClassList& list : lists_) {
        const ClassMatch found = match_classes(names, seen_, list);
        if (found.complete()) {
            numbers_ = found.numbers;
            by_name_ = true;
            info_.remarks.push_back(info_.source + ": " + std::to_string(found.matched) +
                                    " class names are numbered as in " + list.source);
            return {};
        }
        if (found.matched > 0 && found.keeps_numbers() && list.entries.size() == names.size() && !chosen)
            return {};
        if (2 * found.matched >= needed || !options_.classes_file.empty())
            return bad_input(info_.source,
                             std::to_string(found.unmatched.size()) + " of its " + std::to_string(needed) +
                                 " class names are not among the " + std::to_string(list.entries.size()) + " of " +
                                 list.source + ": " + first_few(found.unmatched) +
                                 "; --class-map FILE with lines from,to translates them, --class-order text numbers "
                                 "them in their own order");
    }
    if (options_.class_order == ClassOrder::names)
        return number_by_text();
    warn_of_order();
    return {};
}

/// Names that are numbers mean those classes. Error: a name that is none; the numbers stay as they were.
Expected<void> Numbering::number_by_text()
{
    std::vector<std::int32_t> numbers(numbers_.size(), -1);
    for (std::size_t c = 0; c < numbers.size(); ++c) {
        const std::string& name = info_.class_names[c];
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), numbers[c]);
        const bool number = error == std::errc() && end == name.data() + name.size() && numbers[c] >= 0 &&
                            static_cast<std::size_t>(numbers[c]) < max_classes;
        if (!number && seen_[c])
            return fail(ErrorCode::usage, "--class-order names",
                        "the class names of the network are not known: --classes FILE gives them");
        if (!number)
            numbers[c] = -1;
    }
    numbers_ = std::move(numbers);
    by_name_ = true;
    return {};
}

/// Tiny-ImageNet comes with a list of its classes in an order that some networks were trained with.
void Numbering::warn_of_identifier_list()
{
    for (const fs::path& folder : folders_of(info_)) {
        const fs::path file = folder / "wnids.txt";
        const Expected<ClassList> list = read_class_list(file);
        if (!list || list->entries.size() != info_.class_names.size())
            continue;
        std::vector<std::string> names;
        for (const ClassEntry& entry : list->entries)
            names.push_back(entry.text);
        if (names != info_.class_names && std::is_permutation(names.begin(), names.end(), info_.class_names.begin()))
            note("class-order", "classes are numbered in the order of their names (" + first_few(info_.class_names) +
                                    "), not in that of " + file.string() + " (" + first_few(names) + "); --classes " +
                                    file.string() + " takes that, --class-order text keeps this order");
    }
}

/// ", of which a and b have no images"; empty when all have.
std::string Numbering::without_images() const
{
    std::vector<std::string> names;
    for (std::size_t c = 0; c < info_.class_names.size(); ++c)
        if (!seen_[c])
            names.push_back(info_.class_names[c]);
    return names.empty() ? ""
                         : ", of which " + first_few(names) + (names.size() == 1 ? " has" : " have") + " no images";
}

void Numbering::warn_of_order()
{
    std::vector<std::string> natural = info_.class_names;
    std::sort(natural.begin(), natural.end(), naturally_before);
    if (std::is_sorted(info_.class_names.begin(), info_.class_names.end()) && natural != info_.class_names)
        note("class-order", "classes are numbered in the order of their names sorted as text (" +
                                first_few(info_.class_names) + "), not of the numbers in them (" + first_few(natural) +
                                "); --class-order natural takes the numbers, --class-order text keeps this order");
    warn_of_identifier_list();
    if (!options_.model)
        return;
    const std::size_t count = model_count();
    const std::string file = options_.model->file;
    const bool model_names = !lists_.empty();
    const std::string remedy = model_names
                                   ? "--class-map FILE with lines from,to translates them"
                                   : "--classes FILE gives the network's names, --class-map FILE a table from,to";
    if (info_.class_names.size() != count)
        note("class-count", "has " + std::to_string(info_.class_names.size()) + " classes (" +
                                first_few(info_.class_names) + ")" + without_images() + ", " + file + " has " +
                                std::to_string(count) + (model_names ? " of other names" : " and no names for them") +
                                ", so numbers from 0 in this order are hardly right; " + remedy);
    else if (model_names)
        note("class-names", "none of its class names (" + first_few(info_.class_names) + ") is one of " +
                                lists_.front().source + ", so they are numbered in their own order; " + remedy);
}

Expected<void> Numbering::check_against_model()
{
    const auto [low, high] = range();
    if (!options_.model || high < 0)
        return {};
    const auto count = static_cast<std::int64_t>(model_count());
    const std::string model = options_.model->file + " has " + std::to_string(count) + " classes";
    if (high < count) {
        if (!by_name_ && !named() && options_.label_offset == 0)
            warn_of_numbers();
        return {};
    }
    if ((!named() || by_name_) && low == 1 && high == count)
        return bad_input(info_.source, "has labels from 1 to " + std::to_string(high) + ", " + model +
                                           " from 0 on: --label-offset -1 makes the labels start at 0");
    const std::string largest = named() && !by_name_
                                    ? "has " + std::to_string(info_.class_names.size()) + " classes (" +
                                          first_few(info_.class_names) + ")" + without_images()
                                    : "has labels up to " + std::to_string(high);
    return bad_input(info_.source, largest + ", but " + model +
                                       ": --class-map FILE with lines from,to translates labels, --label-offset N adds "
                                       "to them");
}

/// Only where chance alone would hardly leave the labels out.
void Numbering::warn_of_numbers()
{
    const auto [low, high] = range();
    const auto count = static_cast<std::int64_t>(model_count());
    const auto samples = double(std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}));
    constexpr double hardly = 0.01;
    const auto by_chance = [&](std::int64_t present, std::int64_t of) {
        return std::pow(double(present) / double(of), samples);
    };
    const bool only_0_is_missing =
        high >= 4 && std::all_of(seen_.begin() + 1, seen_.begin() + high + 1, [](bool seen) { return seen; });
    if (low == 1 && (only_0_is_missing || by_chance(high, high + 1) < hardly))
        note("labels-from-1", "label 0 never occurs, labels go from " + std::to_string(low) + " to " +
                                  std::to_string(high) + "; if they start at 1, --label-offset -1 is needed");
    if (high + 1 < count - count / 100 && by_chance(high + 1, count) < hardly)
        note("class-count", "labels go up to " + std::to_string(high) + ", " + options_.model->file + " has " +
                                std::to_string(count) +
                                " classes; if the numbers are not those of the network, --class-map FILE with lines "
                                "from,to translates them");
}

std::vector<std::string> Numbering::final_names() const
{
    std::size_t count = model_count();
    if (count == 0)
        for (std::size_t c = 0; c < numbers_.size(); ++c)
            count = std::max(count, static_cast<std::size_t>(numbers_[c] + 1));
    const auto list = std::find_if(lists_.begin(), lists_.end(), [&](const ClassList& one) {
        std::unordered_set<std::string> distinct;
        for (const ClassEntry& entry : one.entries)
            distinct.insert(entry.text);
        return one.entries.size() == count && 10 * distinct.size() >= 9 * count;
    });
    if (list == lists_.end() && !named())
        return {};
    std::vector<std::string> names(count);
    for (std::size_t c = 0; c < count; ++c)
        names[c] = list == lists_.end()             ? std::to_string(c)
                   : list->entries[c].words.empty() ? list->entries[c].text
                                                    : list->entries[c].words;
    std::vector<bool> taken(count);
    for (std::size_t c = 0; c < info_.class_names.size(); ++c) {
        const std::int32_t number = numbers_[c];
        if (number < 0 || static_cast<std::size_t>(number) >= count || (!seen_[c] && model_count() > 0 && by_name_))
            continue;
        if (!taken[static_cast<std::size_t>(number)])
            names[static_cast<std::size_t>(number)] = info_.class_names[c];
        taken[static_cast<std::size_t>(number)] = true;
    }
    return names;
}

Expected<DatasetPtr> Numbering::finish()
{
    info_.class_names = final_names();
    std::vector<std::int32_t> same(numbers_.size());
    std::iota(same.begin(), same.end(), 0);
    if (numbers_ == same) {
        if (options_.model)
            info_.class_count = model_count();
        return relabelled(std::move(data_), std::move(info_), std::nullopt);
    }
    Labels labels = mapped_labels(*data_, numbers_);
    info_.class_count = std::max({labels.class_count(), info_.class_names.size(), model_count()});
    info_.class_numbers = numbers_;
    return relabelled(std::move(data_), std::move(info_), std::move(labels));
}

}  // namespace

std::optional<ClassOrder> parse_class_order(std::string_view text)
{
    if (text == "text")
        return ClassOrder::text;
    if (text == "natural")
        return ClassOrder::natural;
    return text == "names" ? std::optional(ClassOrder::names) : std::nullopt;
}

Expected<DatasetPtr> number_classes(DatasetPtr data, const OpenOptions& options)
{
    if (!options.labels_file.empty()) {
        Expected<DatasetPtr> labelled = with_labels_of(std::move(data), options.labels_file);
        if (!labelled)
            return labelled;
        data = std::move(*labelled);
    }
    if (!data->info().labelled)
        return data;
    return Numbering(std::move(data), options).run();
}

}  // namespace exitscope::dataset
